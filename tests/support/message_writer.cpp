#include "tests/support/message_writer.hpp"

#include <algorithm>
#include <utility>

namespace mpac::tests {
namespace {

struct usual_member {
  std::string_view type, member, value;
};

constexpr usual_member usual_members[] = {
    {"HELLO", "roles", "[contributor]"},
    {"HELLO", "capabilities", "[]"},
    {"HEARTBEAT", "status", "idle"},
    {"GOODBYE", "reason", "user_exit"},
    {"INTENT_ANNOUNCE", "objective", "work"},
    {"OP_COMMIT", "op_kind", "replace"},
    {"OP_PROPOSE", "op_kind", "replace"},
    {"OP_BATCH_COMMIT", "atomicity", "all_or_nothing"},
    {"CONFLICT_ACK", "ack_type", "seen"},
    {"CONFLICT_ESCALATE", "reason", "\"it needs a decision\""},
    {"RESOLUTION", "rationale", "\"it is decided\""},
};

void put_text(json_document& into, std::string_view path, const std::string& text) {
  // With an allocator the text is copied; without one it would be borrowed.
  put(into, path, json_value(text.data(), static_cast<rapidjson::SizeType>(text.size()), into.GetAllocator()));
}

/// Lays given members over usual ones.
void overlay(json_document& base, const json_value& given, const std::string& path = "") {
  for (const auto& member : given.GetObject()) {
    const std::string at = path + std::string(member.name.GetString(), member.name.GetStringLength());
    if (is_absent(member.value))
      remove(base, at);
    else if (member.value.IsObject() && find(base, at) && find(base, at)->IsObject())
      overlay(base, member.value, at + ".");
    else
      put(base, at, member.value);
  }
}

/// A name with a dot, such as a path in `file_changes`, is one member and no way to an inner one.
void overlay_payload(json_document& base, const json_value& given) {
  auto& memory = base.GetAllocator();
  for (const auto& member : given.GetObject()) {
    base.RemoveMember(member.name);
    if (is_absent(member.value))
      continue;
    base.AddMember(json_value(member.name, memory), json_value(member.value, memory), memory);
  }
}

} // namespace

std::string principal_of(std::string_view line) {
  return std::string(line.substr(0, line.find('/')));
}

std::string message_writer::write(const std::string& line, notation said, base::instant now) {
  auto& who = speakers_[line];
  const auto principal = principal_of(line);

  json_document payload;
  payload.SetObject();
  for (const auto& usual : usual_members)
    if (said.type == usual.type)
      put(payload, usual.member, read_value(usual.value));
  if (said.type == "HELLO")
    put_text(payload, "display_name", principal);
  overlay_payload(payload, said.payload);

  json_document letter;
  letter.SetObject();
  put_text(letter, "protocol", "MPAC");
  put_text(letter, "version", "0.1.13");
  put_text(letter, "message_type", said.type);
  put_text(letter, "message_id", line + "-" + std::to_string(++who.messages));
  put_text(letter, "session_id", session_.str());
  put_text(letter, "sender.principal_id", principal);
  put_text(letter, "sender.principal_type", "agent");
  put_text(letter, "sender.sender_instance_id", principal + "-1");
  put_text(letter, "ts", base::to_rfc3339(now));
  put_text(letter, "watermark.kind", "lamport_clock");
  put(letter, "watermark.value", json_value(++who.lamport));
  put(letter, "payload", payload);
  overlay(letter, said.envelope);
  who.last_message = text_at(letter, "message_id");
  return to_text(letter);
}

void message_writer::heard(const std::string& line, const json_value& frame) {
  const auto value = number_at(frame, "watermark.value");
  auto& who = speakers_[line];
  if (value >= 0)
    who.lamport = std::max(who.lamport, static_cast<std::uint64_t>(value)) + 1;
}

} // namespace mpac::tests
