#include "bench/swarm/agent.hpp"

#include "bench/swarm/crew.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mpac::bench::swarm {
namespace {

constexpr std::uint32_t filling_slot = ~std::uint32_t{0};
constexpr std::uint64_t filling_window = 64;
constexpr std::uint32_t filling_part = 0x40000000; // files of kept intents, apart from those of slots

// The text of the first member called `key` that is a string; the hub writes such values without escapes.
std::string_view word_of(std::string_view json, std::string_view key) {
  auto at = json.find(key);
  if (at == std::string_view::npos)
    return {};
  at = json.find_first_not_of(": ", at + key.size());
  if (at == std::string_view::npos || json[at] != '"')
    return {};
  const auto end = json.find('"', at + 1);
  return end == std::string_view::npos ? std::string_view{} : json.substr(at + 1, end - at - 1);
}

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
  const letter hello({crew_.tag(), session_.number, participant_, session_.id}, kind::hello, false);
  std::string text;
  hello.fill(text, {.sequence = ++sequence_, .lamport = ++lamport_, .timestamp = crew_.timestamp()});
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
}

void agent::notice(std::string_view message) {
  crew_.count_notice();
  const auto type = word_of(message, "\"message_type\"");
  auto& kinds = crew_.counts().kinds;
  if (const auto known = kinds.find(type); known != kinds.end())
    ++known->second;
  else
    kinds.emplace(type, 1);
  if (type == "SESSION_INFO")
    joined();
  else if (type == "PROTOCOL_ERROR")
    refused(message);
}

void agent::refused(std::string_view error) {
  const std::string code(word_of(error, "\"error_code\""));
  ++crew_.counts().errors[code];
  const auto which = read_name(word_of(error, "\"refers_to\""), crew_.tag());
  if (which && which->what == kind::hello)
    return ended(0, "HELLO was refused: " + code);
  if (!crew_.asked().refusals_allowed)
    crew_.counts().fail(fmt::format("{}: refused with {}: {}", label(), code, word_of(error, "\"description\"")));
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
  if (r.slot == filling_slot)
    fill_next(crew_.now());
  else if (crew_.asked().rate == 0)
    advance(r.slot, r.what, accepted);
}

void agent::ended(std::uint16_t code, std::string_view reason) {
  crew_.count_lost(code, fmt::format("{}: the connection ended, code {} {}", label(), code, reason));
  crew_.drop_answers(pending_.size());
  pending_.clear();
  to_fill_ = 0;
  for (auto& t : tasks_)
    rest(t);
}

void agent::wants_flush() {
  crew_.flush_later(*this);
}

// --- what is done ---

void agent::fill(std::uint64_t count) {
  to_fill_ = count;
  for (std::uint64_t i = 0; i < filling_window && to_fill_ != 0; ++i)
    fill_next(crew_.now());
}

void agent::fill_next(std::int64_t when) {
  if (to_fill_ == 0 || !is_open())
    return;
  --to_fill_;
  post(paper().announce, kind::announce, filling_slot, {.intent = sequence_ + 1, .part = filling_part + filled_++},
       when);
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
    const bool common = asked.overlap > 0 && crew_.random() < asked.overlap;
    if (open_loop)
      t.next = with_commit ? kind::commit : kind::withdraw;
    return post(common ? paper().announce_common : paper().announce, kind::announce, slot,
                {.intent = t.intent, .part = slot}, when);
  }
  case kind::commit:
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
  pending_.push_back({with.sequence, when, fingerprint(draft), slot, what});
  crew_.count_sent();
  write(draft);
}

agent::stationery& agent::paper() {
  if (!paper_) {
    const author me{crew_.tag(), session_.number, participant_, session_.id};
    paper_ =
        std::make_unique<stationery>(stationery{letter(me, kind::announce, false), letter(me, kind::announce, true),
                                                letter(me, kind::commit, false), letter(me, kind::withdraw, false)});
  }
  return *paper_;
}

} // namespace mpac::bench::swarm
