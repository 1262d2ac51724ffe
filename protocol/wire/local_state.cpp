#include "protocol/wire/local_state.hpp"

#include "protocol/watermark.hpp"
#include "protocol/wire/decoder.hpp"
#include "protocol/wire/extension.hpp"

#include <rapidjson/document.h>

namespace mpac::protocol {
namespace {

using value = rapidjson::Value;

const value* member(const value& object, const char* name) {
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() || found->value.IsNull() ? nullptr : &found->value;
}

std::optional<std::string> text_of(const value* from) {
  if (!from || !from->IsString())
    return std::nullopt;
  return std::string(from->GetString(), from->GetStringLength());
}

std::optional<local_operation> operation_of(const value& entry) {
  if (!entry.IsObject())
    return std::nullopt;
  const auto id = text_of(member(entry, "op_id"));
  if (!id || id->empty() || id->size() > id_limit)
    return std::nullopt;
  local_operation made;
  made.op_id = op_id(*id);
  if (const auto message = text_of(member(entry, "message_id")); message && message->size() <= id_limit)
    made.message = message_id(*message);
  made.target = text_of(member(entry, "target"));
  made.state_ref_after = text_of(member(entry, "state_ref_after"));
  return made;
}

void read_operations(const value& list, local_state& into) {
  const auto problem = [&](std::string what) {
    if (into.problem.empty())
      into.problem = ".operations" + std::move(what);
  };
  if (!list.IsArray())
    return problem(": expected an array");
  for (rapidjson::SizeType i = 0; i < list.Size(); ++i) {
    if (into.operations.size() == most_compared)
      return problem(": no more than " + std::to_string(most_compared) + " are compared");
    if (auto made = operation_of(list[i]))
      into.operations.push_back(std::move(*made));
    else
      problem("[" + std::to_string(i) + "]: expected an object with an op_id");
  }
}

} // namespace

std::optional<local_state> local_state_in(std::string_view message) {
  const auto said = extension_in(message, "local_state");
  if (!said)
    return std::nullopt;
  local_state state;
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(said->text.data(), said->text.size());
  if (document.HasParseError() || !document.IsObject()) {
    state.problem = ": expected an object";
    return state;
  }
  if (const auto* operations = member(document, "operations"))
    read_operations(*operations, state);
  if (const auto* lamport = member(document, "lamport")) {
    if (lamport->IsUint64() && lamport->GetUint64() <= largest_counter)
      state.lamport = lamport->GetUint64();
    else if (state.problem.empty())
      state.problem = ".lamport: expected a whole number";
  }
  return state;
}

} // namespace mpac::protocol
