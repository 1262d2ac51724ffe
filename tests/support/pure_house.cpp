#include "tests/support/pure_house.hpp"

#include "protocol/living.hpp"
#include "protocol/rules/rules.hpp"
#include "protocol/wire/encoder.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace mpac::tests {

using namespace protocol;

namespace {

// Any day does, as long as it is always the same one.
constexpr base::instant first_morning{std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::hours{8}};

} // namespace

pure_house::pure_house(opening how) : correspondence(static_cast<stage&>(*this)) {
  pure_house::open(how);
}

void pure_house::open(const opening& how) {
  now_ = first_morning;
  auto origin = origin_of(how);
  origin.created_at = now_;
  facts_.emplace(std::move(origin));
  disputes_.clear();
  decisions_.clear();
  lines_.clear();
  set_terms();
  begin_anew();
}

void pure_house::connect(const std::string& line) {
  connection fresh;
  fresh.seat = ++seats_;
  fresh.door = std::make_unique<admission>(fresh.seat, terms_);
  lines_.insert_or_assign(line, std::move(fresh));
}

void pure_house::disconnect(const std::string& line) {
  settle_deadlines();
  auto& gone = lines_.at(line);
  gone.is_open = false;
  if (gone.door->bound_to())
    live(decide_vacated(*facts_, *gone.door->bound_to(), gone.seat, now_));
}

void pure_house::send(const std::string& line, std::string_view text) {
  settle_deadlines();
  auto& from = lines_.at(line);
  if (!from.is_open)
    throw std::logic_error("'" + line + "' is not connected");
  const auto frame = frame::of(text);
  auto letter = decoder_.decode(frame, facts_->policy().strict ? strictness::strict : strictness::lenient);
  if (!letter)
    return live(decide(*facts_, letter.error(), from.seat, now_));
  std::visit(
      [&]<class What>(What& what) {
        if constexpr (std::is_same_v<What, envelope>) {
          auto verdict = from.door->admit(std::move(what), frame, now_);
          auto* message = std::get_if<admitted>(&verdict);
          if (message && vouch_)
            message->vouch(vouch_(message->envelope()));
          if (message)
            protocol::live(*facts_, *message, [&](decision&& made) { keep(std::move(made)); });
          else if (const auto* refused = std::get_if<refusal>(&verdict))
            live(decide(*facts_, *refused, from.seat, now_));
        } else {
          live(decide(*facts_, sideband_request{what}, from.door->bound_to(), from.seat, now_));
        }
      },
      *letter);
}

void pure_house::pong(const std::string& line) {
  settle_deadlines();
  const auto& from = lines_.at(line);
  if (from.door->bound_to())
    live(decide_alive(*facts_, *from.door->bound_to(), now_));
}

std::optional<std::string> pure_house::hear(const std::string& line) {
  auto& inbox = lines_.at(line).inbox;
  if (inbox.empty())
    return std::nullopt;
  auto text = std::move(inbox.front());
  inbox.pop_front();
  return text;
}

std::optional<int> pure_house::closed_with(const std::string& line) {
  return lines_.at(line).closed_with;
}

void pure_house::wait(base::duration span) {
  const auto until = now_ + span;
  while (next_deadline(*facts_) <= until) {
    now_ = std::max(now_, next_deadline(*facts_));
    settle_deadlines();
  }
  now_ = until;
}

void pure_house::restart(base::duration downtime) {
  settle_deadlines();
  restart_from(facts_->image(), downtime);
}

void pure_house::restart_from(session_image image, base::duration downtime) {
  for (auto& [name, line] : lines_)
    line.is_open = false;
  facts_.emplace(std::move(image));
  disputes_.clear();
  for (const auto* conflict : facts_->conflicts().all())
    disputes_.emplace(conflict->conflict_id, dispute(*conflict));
  now_ += downtime;
  live(decide_recovered(*facts_, now_));
  set_terms();
  settle_deadlines();
}

void pure_house::close_session(close_reason reason, close_disposition intents) {
  settle_deadlines();
  live(decide_close(*facts_, reason, intents, now_));
}

void pure_house::change_policy(shared_policy policy) {
  settle_deadlines();
  live(decide_policy(*facts_, std::move(policy), facts_->origin().limits, now_));
  set_terms();
}

std::string pure_house::overview() {
  return to_json(rules::overview_of(*facts_, now_));
}

void pure_house::join(const std::string& line, std::string_view hello_members) {
  connect(line);
  says(line, "HELLO " + std::string(hello_members));
  (void)heard(line);
}

void pure_house::set_terms() {
  admission_terms terms;
  terms.session = facts_->origin().id;
  terms.strict = facts_->policy().strict;
  terms.coordinator = facts_->coordinator();
  terms.security_profile = facts_->policy().security_profile;
  terms.replay_window = facts_->policy().security.replay_window;
  terms.heartbeat_interval = facts_->policy().liveness.heartbeat_interval;
  terms_ = std::make_shared<const admission_terms>(std::move(terms));
  for (auto& [name, line] : lines_)
    line.door->adopt(terms_);
}

void pure_house::settle_deadlines() {
  live_through(*facts_, now_, [&](decision&& made) { keep(std::move(made)); });
}

void pure_house::live(decision made) {
  protocol::live(*facts_, std::move(made), [&](decision&& kept) { keep(std::move(kept)); });
}

void pure_house::keep(decision&& made) {
  absorbed(made, *facts_);
  decisions_.push_back(made);
  follow(made);
  replay missed;
  for (std::size_t told = 0; told <= made.notices.size(); ++told) {
    if (made.replay && told == made.replay->behind)
      missed = tell_again(*made.replay);
    if (told < made.notices.size())
      tell(made.notices[told]);
  }
  if (made.replay)
    live(decide_replayed(*facts_, *made.replay, missed, now_));
  for (const auto& question : made.consultations)
    put_before(question);
}

void pure_house::follow(const decision& made) {
  for (const auto& e : made.events) {
    if (const auto* joined = std::get_if<participant_joined>(&e)) {
      const auto& who = *joined->record;
      for (auto& [name, other] : lines_)
        if (other.seat != who.seat && other.is_open && other.door->bound_to() == who.principal_id) {
          other.is_open = false;
          other.closed_with = 4009; // replaced
        }
      at(who.seat)->door->welcomed(who.principal_id, who.type, who.instance, who.lamport,
                                   who.identity ? who.identity->expires_at : base::never);
    } else if (const auto* left = std::get_if<participant_departed>(&e)) {
      for (auto& [name, other] : lines_)
        if (other.is_open && other.door->bound_to() == left->who)
          other.door->departed();
    } else if (const auto* opened = std::get_if<conflict_opened>(&e)) {
      disputes_.emplace(opened->record->conflict_id, dispute(*opened->record));
    } else if (const auto* moved = std::get_if<conflict_moved>(&e); moved && moved->by_coordinator) {
      disputes_.insert_or_assign(moved->conflict_id, dispute(*facts_->conflicts().find(moved->conflict_id)));
    } else if (const auto* ended = std::get_if<conflict_ended>(&e)) {
      disputes_.erase(ended->conflict_id);
    }
  }
}

void pure_house::tell(const notice& what) {
  const auto names = [&](const participant_record& who) {
    return std::find(what.to.people.begin(), what.to.people.end(), who.principal_id) != what.to.people.end();
  };
  const auto deliver = [&](seat_number seat) {
    if (auto* line = at(seat); line && line->is_open)
      line->inbox.emplace_back(what.frame->payload());
  };
  if (what.to.to == audience::reach::seat)
    return deliver(what.to.seat);
  for (const auto& who : facts_->people()) {
    const bool is_meant =
        what.to.to == audience::reach::everyone || (what.to.to == audience::reach::people) == names(who);
    if (who.seat != 0 && is_meant)
      deliver(who.seat);
  }
}

replay pure_house::tell_again(const replay_request& asked) {
  replay_search search(asked);
  for (const auto& past : decisions_)
    for_each_told(past, [&](const told_frame& told) { search.see(told); });
  auto found = std::move(search).result();
  for (const auto& frame : found.frames)
    tell({audience::at(asked.seat), frame});
  return found;
}

void pure_house::put_before(const std::shared_ptr<const deliberation>& question) {
  auto& room = disputes_.at(question->conflict_id);
  const auto answer = room.consider(question);
  room.absorb(answer);
  live(decide(*facts_, answer, now_));
}

pure_house::connection* pure_house::at(seat_number seat) {
  for (auto& [name, line] : lines_)
    if (line.seat == seat)
      return &line;
  return nullptr;
}

} // namespace mpac::tests
