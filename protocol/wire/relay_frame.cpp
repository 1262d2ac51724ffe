#include "protocol/wire/relay_frame.hpp"

#include "protocol/messages/envelope_fields.hpp"
#include "protocol/wire/raw_json.hpp"

#include <cstring>
#include <initializer_list>
#include <optional>
#include <string>

namespace mpac::protocol {
namespace {

constexpr std::string_view file_changes = "file_changes";

frame_ptr joined(std::initializer_list<std::string_view> pieces) {
  std::size_t size = 0;
  for (const auto piece : pieces)
    size += piece.size();
  frame_draft draft(size);
  char* to = draft.data();
  for (const auto piece : pieces) {
    if (!piece.empty())
      std::memcpy(to, piece.data(), piece.size());
    to += piece.size();
  }
  return std::move(draft).seal();
}

std::optional<raw_json::member> member_of_root(std::string_view text, std::string_view name) {
  const auto root = raw_json::value_at(text, 0);
  return root ? raw_json::find_member(text, *root, name) : std::nullopt;
}

} // namespace

frame_ptr relay_frame(const frame_ptr& frame) {
  const std::string_view text = frame->payload();
  // The name may be spelt with escapes, so its absence proves nothing while there are any.
  if (text.find(file_changes) == std::string_view::npos && text.find('\\') == std::string_view::npos)
    return frame;
  const auto payload = member_of_root(text, envelope_members::payload);
  const auto files = payload ? raw_json::find_member(text, payload->value, file_changes) : std::nullopt;
  if (!files)
    return frame;
  return joined({text.substr(0, files->with_comma.begin), text.substr(files->with_comma.end)});
}

frame_ptr with_member(const frame_ptr& frame, std::string_view object, std::string_view name, std::string_view json) {
  const std::string_view text = frame->payload();
  const auto target = member_of_root(text, object);
  if (!target || target->value.end - target->value.begin < 2 || text[target->value.begin] != '{')
    return frame;
  if (const auto old = raw_json::find_member(text, target->value, name))
    return joined({text.substr(0, old->value.begin), json, text.substr(old->value.end)});
  std::size_t end = target->value.end - 1; // the closing brace
  while (end > target->value.begin + 1 && std::string_view{" \n\r\t"}.find(text[end - 1]) != std::string_view::npos)
    --end;
  const bool empty = end == target->value.begin + 1;
  const std::string_view comma = empty ? "" : ",";
  return joined({text.substr(0, end), comma, "\"", name, "\":", json, text.substr(end)});
}

} // namespace mpac::protocol
