#include "bench/swarm/agent.hpp"

#include "bench/swarm/crew.hpp"
#include "bench/swarm/json_word.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mpac::bench::swarm {
namespace {

constexpr std::uint32_t filling_slot = ~std::uint32_t{0};
constexpr std::uint32_t dispute_slot = filling_slot - 1;
constexpr std::uint64_t filling_window = 64;
constexpr std::uint32_t filling_part = 0x40000000; // files of kept intents, apart from those of slots

} // namespace

agent::agent(crew& mates, session& where, std::uint32_t participant, int epoll)
    : client(epoll), crew_(mates), session_(where), participant_(participant) {}

std::string agent::label() const {
  return fmt::format("session {}, participant {}", session_.id, participant_);
}

// --- what is heard ---

void agent::opened() {
  if (crew_.asked().what == scenario::connect_only)
    return joined();
  const letter hello({crew_.tag(), session_.number, participant_, session_.id}, kind::hello,
                     {.role = crew_.asked().acknowledge ? "owner" : "contributor",
                      .credential = crew_.armed().credential(participant_)});
  std::string text;
  hello.fill(text, {.sequence = ++sequence_, .lamport = ++lamport_, .timestamp = crew_.timestamp()});
  crew_.armed().sign(participant_, text);
  write(text);
}

void agent::joined() {
  if (!std::exchange(joined_, true))
    crew_.count_joined();
}

void agent::received(std::string_view message) {
  crew_.count_bytes(message.size());
  if (message.substr(0, envelope_start.size()) == envelope_start)
    if (const auto which = read_name(message.substr(envelope_start.size(), name_size), crew_.tag()))
      return relayed(*which, message);
  notice(message);
}

void agent::relayed(const name& which, std::string_view message) {
  const bool own = which.participant == participant_;
  if (which.what == kind::hello) { // only a relay sends these back: the sign that it knows us
    if (own)
      joined();
    return;
  }
  if (which.session != session_.number || which.participant >= crew_.asked().participants)
    return crew_.counts().fail(fmt::format("{}: heard a message of session number {}", label(), which.session));
  crew_.count_delivery();
  const auto bytes = fingerprint(message);
  switch (seen_.sees(session_.common, which, bytes, crew_.asked().participants)) {
  case witness::verdict::fine:
    break;
  case witness::verdict::repeated:
    crew_.counts().fail(fmt::format("{}: message {} of participant {} came again or out of its sender's order", label(),
                                    which.sequence, which.participant));
    break;
  case witness::verdict::diverged:
    crew_.counts().fail(fmt::format("{}: its {}. message is not what others saw there", label(), seen_.length()));
    break;
  }
  if (own)
    answered(which.sequence, true, bytes);
  else if (which.what == kind::acknowledge && !to_resolve_.empty())
    acknowledged(message);
}

void agent::notice(std::string_view message) {
  crew_.count_notice();
  const auto type = json_word(message, "\"message_type\"");
  auto& kinds = crew_.counts().kinds;
  if (const auto known = kinds.find(type); known != kinds.end())
    ++known->second;
  else
    kinds.emplace(type, 1);
  if (type == "SESSION_INFO")
    joined();
  else if (type == "PROTOCOL_ERROR")
    refused(message);
  else if (type == "CONFLICT_REPORT")
    disputed(message);
  else if (type == "RESOLUTION" && !to_resolve_.empty())
    settled(message);
}

void agent::refused(std::string_view error) {
  const std::string code(json_word(error, "\"error_code\""));
  ++crew_.counts().errors[code];
  const auto which = read_name(json_word(error, "\"refers_to\""), crew_.tag());
  if (which && which->what == kind::hello)
    return ended(0, "HELLO was refused: " + code);
  if (!crew_.asked().refusals_allowed)
    crew_.counts().fail(fmt::format("{}: refused with {}: {}", label(), code, json_word(error, "\"description\"")));
  if (which && which->participant == participant_)
    answered(which->sequence, false, 0);
}

void agent::answered(std::uint64_t sequence, bool accepted, std::uint64_t bytes) {
  const auto found = std::find_if(pending_.begin(), pending_.end(), // nearly always the first
                                  [&](const request& r) { return r.sequence == sequence; });
  if (found == pending_.end())
    return crew_.counts().fail(fmt::format("{}: an answer to its message {}, which awaits none", label(), sequence));
  const request r = *found;
  pending_.erase(found);
  if (accepted && bytes != r.bytes)
    crew_.counts().fail(fmt::format("{}: its message {} came back changed", label(), sequence));
  crew_.count_answer(r.sent, accepted);
  if (accepted && r.what == kind::announce)
    crew_.count(&figures::announced);
  if (r.slot == filling_slot)
    fill_next(crew_.now());
  else if (r.slot != dispute_slot && crew_.asked().rate == 0)
    advance(r.slot, r.what, accepted);
}

void agent::ended(std::uint16_t code, std::string_view reason) {
  crew_.count_lost(code, fmt::format("{}: the connection ended, code {} {}", label(), code, reason));
  crew_.drop_answers(pending_.size());
  pending_.clear();
  to_fill_ = 0;
  to_resolve_.clear();
  for (auto& t : tasks_)
    rest(t);
}

void agent::wants_flush() {
  crew_.flush_later(*this);
}

// --- what is done ---

// What a conflict report names first is the newcomer, whose announce brought it about.
void agent::disputed(std::string_view report) {
  const auto newcomer = read_name(json_word(report, "\"intent_a\""), crew_.tag());
  const auto holder = read_name(json_word(report, "\"intent_b\""), crew_.tag());
  if (!newcomer || !holder || (newcomer->participant != participant_ && holder->participant != participant_))
    return crew_.counts().fail(fmt::format("{}: heard of a conflict of others: {}", label(), report));
  const bool is_newcomer = newcomer->participant == participant_;
  if (is_newcomer)
    crew_.count(&figures::conflicts);
  const auto intent = is_newcomer ? newcomer->sequence : holder->sequence;
  const auto mine = std::find_if(tasks_.begin(), tasks_.end(), [&](const task& t) { return t.intent == intent; });
  if (mine != tasks_.end() && !std::exchange(mine->disputed, true))
    crew_.count(&figures::disputed);
  if (!crew_.asked().acknowledge || !crew_.loading())
    return;
  const auto conflict = json_word(report, "\"conflict_id\"");
  post(paper().acknowledge, kind::acknowledge, dispute_slot, {.conflict = conflict}, crew_.now());
  // Both come to the same of it. A commit under way keeps a conflict open beyond its intents (SPEC 17.9).
  const bool is_resolved = static_cast<double>(fingerprint(conflict)) < crew_.asked().resolve * 0x1p64;
  const bool is_committing = mine != tasks_.end() && mine->committing;
  if (!is_resolved && mine != tasks_.end())
    mine->steps_back = true;
  if (!is_newcomer && (is_resolved || is_committing))
    to_resolve_.emplace(conflict);
}

// The other side has said that it knows: now it can be resolved without overtaking anybody.
void agent::acknowledged(std::string_view message) {
  const auto mine = to_resolve_.find(json_word(message, "\"conflict_id\""));
  if (mine == to_resolve_.end())
    return;
  if (crew_.loading())
    post(paper().resolve, kind::resolve, dispute_slot, {.conflict = *mine}, crew_.now());
  to_resolve_.erase(mine);
}

void agent::settled(std::string_view resolution) {
  if (const auto mine = to_resolve_.find(json_word(resolution, "\"conflict_id\"")); mine != to_resolve_.end())
    to_resolve_.erase(mine);
}

void agent::fill(std::uint64_t own, std::uint64_t disputed) {
  to_fill_ = own + disputed;
  to_dispute_ = disputed;
  for (std::uint64_t i = 0; i < filling_window && to_fill_ != 0; ++i)
    fill_next(crew_.now());
}

void agent::fill_next(std::int64_t when) {
  if (to_fill_ == 0 || !is_open())
    return;
  if (to_fill_ == to_dispute_)
    filled_ = 0; // the neighbour counts from the first
  const bool disputes = to_fill_ <= to_dispute_;
  --to_fill_;
  post(disputes ? paper().announce_neighbours : paper().announce, kind::announce, filling_slot,
       {.intent = sequence_ + 1, .part = filling_part + filled_++}, when);
}

void agent::work() {
  const auto& asked = crew_.asked();
  rounds_left_ = asked.rounds;
  tasks_.resize(asked.rate > 0 ? 1 : asked.outstanding);
  crew_.count_busy(static_cast<std::int64_t>(tasks_.size()));
  for (auto& t : tasks_)
    t.idle = false;
  for (std::uint32_t slot = 0; slot < tasks_.size(); ++slot) {
    if (asked.rate > 0)
      crew_.schedule(*this, slot, crew_.now() + static_cast<std::int64_t>(crew_.random() * crew_.interval()));
    else
      prompt(slot);
  }
}

void agent::due(std::uint32_t slot, std::int64_t when) {
  if (tasks_[slot].idle)
    return;
  perform(slot, crew_.asked().rate > 0 ? when : crew_.now());
  if (crew_.asked().rate > 0 && !tasks_[slot].idle)
    crew_.schedule(*this, slot, when + static_cast<std::int64_t>(crew_.interval()));
}

void agent::prompt(std::uint32_t slot) {
  const double think = crew_.asked().think_ms;
  if (think > 0)
    crew_.schedule(*this, slot, crew_.now() + static_cast<std::int64_t>(think * 1e6 * (0.5 + crew_.random())));
  else if (crew_.asked().acknowledge) // after all that has come with the answer
    crew_.schedule(*this, slot, crew_.now());
  else
    perform(slot, crew_.now());
}

void agent::perform(std::uint32_t slot, std::int64_t when) {
  auto& t = tasks_[slot];
  const auto& asked = crew_.asked();
  const bool with_commit = asked.what == scenario::announce_commit_withdraw;
  const bool open_loop = asked.rate > 0;
  switch (t.next) {
  case kind::announce: {
    if (!crew_.loading() || (asked.rounds != 0 && rounds_left_ == 0))
      return rest(t);
    --rounds_left_;
    t.intent = sequence_ + 1;
    t.disputed = t.steps_back = false;
    const bool common = asked.overlap > 0 && crew_.random() < asked.overlap;
    if (open_loop)
      t.next = with_commit ? kind::commit : kind::withdraw;
    return post(common ? paper().announce_common : paper().announce, kind::announce, slot,
                {.intent = t.intent, .part = slot}, when);
  }
  case kind::commit:
    if (t.steps_back) { // known only now: what is reported comes behind the echo
      t.next = kind::withdraw;
      return perform(slot, when);
    }
    t.committing = true;
    if (open_loop)
      t.next = kind::withdraw;
    post(paper().commit, kind::commit, slot,
         {.intent = t.intent, .operation = sequence_ + 1, .part = slot, .before = t.ref, .after = t.ref + 1}, when);
    if (open_loop)
      ++t.ref;
    return;
  default:
    if (open_loop)
      t.next = kind::announce;
    return post(paper().withdraw, kind::withdraw, slot, {.intent = t.intent}, when);
  }
}

// A refused announce ends its task; a refused commit is followed by the withdrawal all the same.
void agent::advance(std::uint32_t slot, kind what, bool accepted) {
  auto& t = tasks_[slot];
  if (what == kind::commit)
    t.committing = false;
  if (what == kind::commit && accepted)
    ++t.ref;
  if (what == kind::withdraw || (what == kind::announce && !accepted))
    t.next = kind::announce;
  else if (what == kind::announce && crew_.asked().what == scenario::announce_commit_withdraw)
    t.next = kind::commit;
  else
    t.next = kind::withdraw;
  prompt(slot);
}

void agent::rest(task& t) {
  if (!std::exchange(t.idle, true))
    crew_.count_busy(-1);
}

void agent::post(const letter& text, kind what, std::uint32_t slot, filling with, std::int64_t when) {
  with.sequence = ++sequence_;
  with.lamport = ++lamport_;
  with.timestamp = crew_.timestamp();
  auto& draft = crew_.draft();
  draft.clear();
  text.fill(draft, with);
  crew_.armed().sign(participant_, draft);
  pending_.push_back({with.sequence, when, fingerprint(draft), slot, what});
  crew_.count_sent();
  write(draft);
}

agent::stationery& agent::paper() {
  if (!paper_) {
    const author me{crew_.tag(), session_.number, participant_, session_.id};
    const auto neighbour = (participant_ + 1) % crew_.asked().participants;
    paper_ = std::make_unique<stationery>(
        stationery{letter(me, kind::announce), letter(me, kind::announce, {.common = true}),
                   letter(me, kind::announce, {.owner = neighbour, .others_file = true}), letter(me, kind::commit),
                   letter(me, kind::withdraw), letter(me, kind::acknowledge), letter(me, kind::resolve)});
  }
  return *paper_;
}

} // namespace mpac::bench::swarm
