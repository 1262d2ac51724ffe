#include "bench/swarm/letter.hpp"

#include "bench/swarm/identities.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstring>

namespace mpac::bench::swarm {
namespace {

constexpr std::size_t timestamp_size = 24;
constexpr std::size_t part_size = 8;
constexpr std::size_t ref_size = 16;

void write_hex(char* to, std::uint64_t value, std::size_t digits) noexcept {
  for (std::size_t i = digits; i-- > 0; value >>= 4)
    to[i] = "0123456789abcdef"[value & 15];
}

bool read_hex(std::string_view text, std::uint64_t& value) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  return error == std::errc{} && end == text.data() + text.size();
}

constexpr std::string_view type_word(kind what) {
  switch (what) {
  case kind::announce:
    return "INTENT_ANNOUNCE";
  case kind::commit:
    return "OP_COMMIT";
  case kind::withdraw:
    return "INTENT_WITHDRAW";
  case kind::acknowledge:
    return "CONFLICT_ACK";
  case kind::resolve:
    return "RESOLUTION";
  default:
    return "HELLO";
  }
}

} // namespace

// tttttttt-ssss-4ppp-8kqq-qqqqqqqqqqqq: a version 4 UUID to whoever looks.
void write_name(char* to, std::uint32_t tag, const name& n) noexcept {
  write_hex(to, tag, 8);
  to[8] = to[13] = to[18] = to[23] = '-';
  write_hex(to + 9, n.session, 4);
  to[14] = '4';
  write_hex(to + 15, n.participant, 3);
  to[19] = '8';
  write_hex(to + 20, static_cast<std::uint64_t>(n.what), 1);
  write_hex(to + 21, n.sequence >> 48, 2);
  write_hex(to + 24, n.sequence, 12);
}

std::optional<name> read_name(std::string_view text, std::uint32_t tag) noexcept {
  if (text.size() != name_size)
    return std::nullopt;
  std::uint64_t run = 0, session = 0, participant = 0, what = 0, high = 0, low = 0;
  const bool fits = read_hex(text.substr(0, 8), run) && read_hex(text.substr(9, 4), session) &&
                    read_hex(text.substr(15, 3), participant) && read_hex(text.substr(20, 1), what) &&
                    read_hex(text.substr(21, 2), high) && read_hex(text.substr(24, 12), low);
  if (!fits || run != tag || what > static_cast<std::uint64_t>(kind::resolution))
    return std::nullopt;
  return name{static_cast<std::uint32_t>(session), static_cast<std::uint32_t>(participant), static_cast<kind>(what),
              high << 48 | low};
}

letter::letter(const author& who, kind what, const variation& how)
    : tag_(who.tag), name_{who.session, who.participant, what, 0} {
  const auto principal = principal_of(who.participant);
  text(envelope_start).leave(blank::meaning::message);
  text(fmt::format(R"(","message_type":"{}","session_id":"{}","sender":{{"principal_id":"{}",)"
                   R"("principal_type":"agent","sender_instance_id":"{}:{:08x}"}},"ts":")",
                   type_word(what), who.session_id, principal, principal, who.tag));
  leave(blank::meaning::timestamp);
  // Conflicts' ids differ in length, so what is said of one comes last.
  if (what == kind::acknowledge)
    tail_ = R"(},"payload":{"ack_type":"seen","conflict_id":")";
  else if (what == kind::resolve)
    tail_ = R"(},"payload":{"decision":"approved","rationale":"Both may go on","conflict_id":")";
  if (tail_.empty()) {
    text(R"(","payload":{)");
    payload(who, what, how);
    text(R"(},"watermark":{"kind":"lamport_clock","value":)"); // the clock and two braces close it
  } else {
    text(R"(","watermark":{"kind":"lamport_clock","value":)");
  }
  text_.shrink_to_fit();
}

void letter::payload(const author& who, kind what, const variation& how) {
  const auto file = fmt::format("src/{:08x}/agent-{:04}/part-", who.tag, how.others_file ? how.owner : who.participant);
  switch (what) {
  case kind::announce:
    text(R"("intent_id":")").leave(blank::meaning::intent);
    text(R"(","objective":"Move the parsing of part )").leave(blank::meaning::part);
    text(R"( behind an interface","scope":{"kind":"file_set","resources":[")");
    text(file).leave(blank::meaning::part);
    text(how.common ? fmt::format(R"(.cpp","src/{:08x}/common.cpp"]}},"ttl_sec":3600)", who.tag)
                    : R"(.cpp"]},"ttl_sec":3600)");
    return;
  case kind::commit:
    text(R"("op_id":")").leave(blank::meaning::operation);
    text(R"(","intent_id":")").leave(blank::meaning::intent);
    text(R"(","target":")").text(file).leave(blank::meaning::part);
    text(R"(.cpp","op_kind":"replace","state_ref_before":"sha256:)").leave(blank::meaning::before);
    text(R"(","state_ref_after":"sha256:)").leave(blank::meaning::after);
    text(R"(","summary":"The parser stands behind an interface")");
    return;
  case kind::withdraw:
    text(R"("intent_id":")").leave(blank::meaning::intent).text(R"(","reason":"completed")");
    return;
  default:
    text(fmt::format(R"("display_name":"Swarm {}","roles":["{}"],"capabilities":["intent.broadcast",)"
                     R"("op.commit","intent.withdraw"]{})",
                     who.participant, how.role, how.credential));
  }
}

letter& letter::text(std::string_view s) {
  text_.append(s);
  return *this;
}

letter& letter::leave(blank::meaning what) {
  blanks_.at(used_++) = {what, static_cast<std::uint32_t>(text_.size())};
  switch (what) {
  case blank::meaning::timestamp:
    text_.append(timestamp_size, '0');
    break;
  case blank::meaning::part:
    text_.append(part_size, '0');
    break;
  case blank::meaning::before:
  case blank::meaning::after:
    text_.append(ref_size, '0');
    break;
  default:
    text_.append(name_size, '0');
  }
  return *this;
}

void letter::fill(std::string& out, const filling& with) const {
  const std::size_t start = out.size();
  out.append(text_);
  const auto name_of = [&](kind what, std::uint64_t sequence) {
    return name{name_.session, name_.participant, what, sequence};
  };
  for (std::uint8_t i = 0; i < used_; ++i) {
    char* const to = out.data() + start + blanks_[i].at;
    switch (blanks_[i].what) {
    case blank::meaning::message:
      write_name(to, tag_, name_of(name_.what, with.sequence));
      break;
    case blank::meaning::intent:
      write_name(to, tag_, name_of(kind::intent, with.intent));
      break;
    case blank::meaning::operation:
      write_name(to, tag_, name_of(kind::operation, with.operation));
      break;
    case blank::meaning::timestamp:
      std::memcpy(to, with.timestamp.data(), timestamp_size);
      break;
    case blank::meaning::part:
      write_hex(to, with.part, part_size);
      break;
    case blank::meaning::before:
      write_hex(to, with.before, ref_size);
      break;
    case blank::meaning::after:
      write_hex(to, with.after, ref_size);
      break;
    }
  }
  const fmt::format_int clock(with.lamport);
  out.append(clock.data(), clock.size());
  if (tail_.empty()) {
    out.append("}}");
    return;
  }
  out.append(tail_).append(with.conflict);
  if (name_.what == kind::resolve) {
    out.append(R"(","resolution_id":")").append(name_size, '0');
    write_name(out.data() + out.size() - name_size, tag_, name_of(kind::resolution, with.sequence));
  }
  out.append(R"("}})");
}

} // namespace mpac::bench::swarm
