#include "tests/fuzz/decode_check.hpp"

#include "protocol/wire/decoder.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/wire/relay_frame.hpp"

namespace mpac::tests {
namespace {

using namespace protocol;

envelope without_files(envelope message) {
  if (auto* commit = std::get_if<op_commit>(&message.body))
    commit->file_changes.clear();
  return message;
}

const char* broken_by_relaying(decoder& reader, const frame_ptr& frame, const envelope& message, strictness how) {
  const auto relayed = reader.decode(relay_frame(frame), how);
  if (!relayed)
    return "what is relayed is accepted again";
  if (std::get<envelope>(*relayed) != without_files(message))
    return "what is relayed is the same but for its files";
  const auto added = reader.decode(with_member(frame, "payload", "a new member", "[1]"), how);
  if (!added || std::get<envelope>(*added) != message)
    return "a member more changes nothing else";
  return nullptr;
}

const char* broken_by(decoder& reader, std::string_view text, strictness how) {
  const auto frame = frame::of(text);
  const auto read = reader.decode(frame, how);
  if (!read)
    return read.error().description.empty() ? "a refusal says what is wrong" : nullptr;
  const auto* message = std::get_if<envelope>(&*read);
  if (!message)
    return nullptr;
  const auto again = reader.decode(encode(*message), how);
  if (!again)
    return "what is accepted can be written and is accepted again";
  if (std::get<envelope>(*again) != *message)
    return "what is written is what was read";
  return broken_by_relaying(reader, frame, *message, how);
}

} // namespace

const char* broken_promise(std::string_view text) {
  static thread_local decoder reader;
  if (const char* broken = broken_by(reader, text, strictness::lenient))
    return broken;
  return broken_by(reader, text, strictness::strict);
}

} // namespace mpac::tests
