#include "protocol/roster.hpp"

#include <algorithm>
#include <array>
#include <iterator>
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
  return found == index_.end() ? nullptr : &*found->second;
}

void roster::put(participant_record record) {
  if (const auto known = index_.find(record.principal_id); known != index_.end()) {
    count(*known->second, -1);
    *known->second = std::move(record);
    count(*known->second, 1);
    return;
  }
  people_.push_back(std::move(record));
  index_.emplace(people_.back().principal_id, std::prev(people_.end()));
  count(people_.back(), 1);
}

std::size_t roster::holders(const std::string& role) const {
  const auto found = holders_.find(role);
  return found == holders_.end() ? 0 : found->second;
}

void roster::count(const participant_record& who, int sign) {
  const auto add = [sign](std::size_t& counter, bool is_counted) {
    if (is_counted)
      counter += static_cast<std::size_t>(sign);
  };
  const bool is_here = !who.departed && who.is_available;
  add(seated_, who.seat != 0);
  add(present_, !who.departed);
  add(available_, is_here);
  add(busy_, is_here && (who.status == to_word(participant_status::working) ||
                         who.status == to_word(participant_status::blocked)));
  if (!who.departed)
    for (auto role = who.roles.begin(); role != who.roles.end(); ++role)
      if (std::find(who.roles.begin(), role, *role) == role) { // once, however often it was asked for
        auto& holders = holders_[*role];
        holders += static_cast<std::size_t>(sign);
        if (holders == 0)
          holders_.erase(*role);
      }
  if (sign < 0) // whoever changes may have come back
    return;
  const bool is_gone = !is_here && who.seat == 0;
  const auto known = gone_as_.find(who.principal_id);
  if (is_gone && known == gone_as_.end()) {
    gone_as_.emplace(who.principal_id, ++leavings_);
    gone_.emplace(leavings_, who.principal_id);
  } else if (!is_gone && known != gone_as_.end()) {
    gone_.erase(known->second);
    gone_as_.erase(known);
  }
}

std::vector<principal_id> roster::gone() const {
  std::vector<principal_id> ids;
  ids.reserve(gone_.size());
  for (const auto& [when, who] : gone_)
    ids.push_back(who);
  return ids;
}

void roster::order_gone(const std::vector<principal_id>& ids) {
  for (const auto& who : ids) {
    const auto known = gone_as_.find(who);
    if (known == gone_as_.end())
      continue;
    gone_.erase(known->second);
    known->second = ++leavings_;
    gone_.emplace(leavings_, who);
  }
}

void roster::forget_beyond(std::size_t limit, const std::function<bool(const principal_id&)>& is_needed) {
  // Each who is passed over goes to the end of the line, so that a call costs the same however many are needed.
  constexpr int looked_at = 4;
  for (int looks = 0; gone_.size() > limit && looks < looked_at; ++looks) {
    const auto oldest = gone_.begin();
    const auto who = oldest->second;
    gone_.erase(oldest);
    if (is_needed(who)) {
      gone_as_[who] = ++leavings_;
      gone_.emplace(leavings_, who);
      continue;
    }
    gone_as_.erase(who);
    const auto at = index_.find(who);
    count(*at->second, -1);
    people_.erase(at->second);
    index_.erase(at);
  }
}

} // namespace mpac::protocol
