#include "security/log_record_text.hpp"

#include "protocol/json_text.hpp"
#include "protocol/wire/extension.hpp"
#include "protocol/wire/raw_json.hpp"
#include "security/envelope_signature.hpp"

#include <charconv>

namespace mpac::security {
namespace {

std::string quoted(const log_digest& of) {
  return '"' + to_hex(of) + '"';
}

bool take(std::string_view& from, std::string_view what) {
  if (!from.starts_with(what))
    return false;
  from.remove_prefix(what.size());
  return true;
}

bool take_digest(std::string_view& from, log_digest& to) {
  constexpr std::size_t digits = 64;
  if (!take(from, "\"") || from.size() < digits)
    return false;
  const auto read = from_hex(from.substr(0, digits));
  if (!read)
    return false;
  to = *read;
  from.remove_prefix(digits);
  return take(from, "\"");
}

std::optional<chain_head> head_in(std::string_view object, std::string_view name) {
  const auto found = protocol::raw_json::find_member(object, {0, object.size()}, name);
  return found ? read_chain_head(found->value.of(object)) : std::nullopt;
}

} // namespace

std::string to_json(const log_entry& of) {
  std::string text =
      "{\"digest\":" + quoted(of.digest) + ",\"index\":" + std::to_string(of.index) + ",\"link\":" + quoted(of.link);
  if (of.redacted)
    text += ",\"redacted\":" + quoted(*of.redacted);
  return text + '}';
}

std::optional<log_entry> read_log_entry(std::string_view canonical) {
  log_entry read;
  if (!take(canonical, "{\"digest\":") || !take_digest(canonical, read.digest) || !take(canonical, ",\"index\":"))
    return std::nullopt;
  const auto number = std::from_chars(canonical.data(), canonical.data() + canonical.size(), read.index);
  if (number.ec != std::errc{})
    return std::nullopt;
  canonical.remove_prefix(static_cast<std::size_t>(number.ptr - canonical.data()));
  if (!take(canonical, ",\"link\":") || !take_digest(canonical, read.link))
    return std::nullopt;
  if (take(canonical, ",\"redacted\":") && !take_digest(canonical, read.redacted.emplace()))
    return std::nullopt;
  return canonical == "}" ? std::optional(read) : std::nullopt;
}

std::string to_json(const chain_head& of) {
  return "{\"entries\":" + std::to_string(of.entries) + ",\"head\":" + quoted(of.head) + '}';
}

std::string to_json(const log_end& of) {
  return "{\"begins_behind\":" + to_json(of.begins_behind) + ",\"entries\":" + std::to_string(of.end.entries) +
         ",\"head\":" + quoted(of.end.head) + ",\"redacted\":" + to_json(of.redacted) +
         ",\"session_id\":" + to_json_string(of.session_id) + '}';
}

std::string signed_head(const log_end& of, const signing_key& by) {
  return *sign_envelope(to_json(of), by); // it is an object of ours
}

std::optional<chain_head> read_chain_head(std::string_view json) {
  const protocol::json_text object{std::string(json)};
  const auto entries = protocol::number_in(object, "entries");
  const auto head = protocol::text_in(object, "head");
  const auto digest = head ? from_hex(*head) : std::nullopt;
  return entries && digest ? std::optional(chain_head{*entries, *digest}) : std::nullopt;
}

std::optional<log_end> read_log_end(std::string_view json) {
  const protocol::json_text object{std::string(json)};
  auto session_id = protocol::text_in(object, "session_id");
  const auto begin = head_in(json, "begins_behind"), end = read_chain_head(json), redacted = head_in(json, "redacted");
  if (!session_id || !begin || !end || !redacted)
    return std::nullopt;
  return log_end{*std::move(session_id), *begin, *end, *redacted};
}

std::string to_json_string(std::string_view text) {
  std::string to = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      to += '\\';
      to += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      constexpr char digits[] = "0123456789abcdef";
      to += "\\u00";
      to += digits[static_cast<unsigned char>(c) >> 4];
      to += digits[c & 15];
    } else {
      to += c;
    }
  }
  return to + '"';
}

} // namespace mpac::security
