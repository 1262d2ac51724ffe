#include "protocol/roster.hpp"

#include <array>
#include <utility>

namespace mpac::protocol {

rights rights_of(const std::vector<std::string>& roles) {
  //                                                 act   review resolve arbitrate
  static constexpr std::array table{
      std::pair{std::string_view{"observer"}, rights{false, false, false, false}},
      std::pair{std::string_view{"contributor"}, rights{true, false, false, false}},
      std::pair{std::string_view{"reviewer"}, rights{true, true, false, false}},
      std::pair{std::string_view{"owner"}, rights{true, true, true, false}},
      std::pair{std::string_view{"arbiter"}, rights{true, true, true, true}},
  };
  // Roles of somebody's own (existing clients say "participant") count as contributor.
  constexpr rights other{true, false, false, false};

  rights sum;
  for (const auto& name : roles) {
    rights granted = other;
    for (const auto& [word, right] : table)
      if (name == word)
        granted = right;
    sum.act |= granted.act;
    sum.review |= granted.review;
    sum.resolve |= granted.resolve;
    sum.arbitrate |= granted.arbitrate;
  }
  return sum;
}

const participant_record* roster::find(const principal_id& id) const {
  const auto found = index_.find(id);
  return found == index_.end() ? nullptr : &people_[found->second];
}

participant_record* roster::find(const principal_id& id) {
  return const_cast<participant_record*>(std::as_const(*this).find(id));
}

participant_record& roster::put(participant_record record) {
  const auto [place, is_new] = index_.try_emplace(record.principal_id, people_.size());
  if (is_new) {
    people_.push_back(std::move(record));
    seated_ += people_.back().seat != 0;
    return people_.back();
  }
  auto& known = people_[place->second];
  seated_ += (record.seat != 0) - (known.seat != 0);
  known = std::move(record);
  return known;
}

void roster::seat(participant_record& who, seat_number seat) {
  seated_ += (seat != 0) - (who.seat != 0);
  who.seat = seat;
}

} // namespace mpac::protocol
