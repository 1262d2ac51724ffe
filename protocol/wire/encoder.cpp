#include "protocol/wire/encoder.hpp"

#include "protocol/messages/envelope_fields.hpp"
#include "protocol/messages/sideband_fields.hpp"
#include "protocol/wire/json_pieces.hpp"
#include "protocol/wire/member_traits.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <cmath>
#include <cstring>
#include <map>
#include <stdexcept>
#include <type_traits>

namespace mpac::protocol {
namespace {

using output = rapidjson::Writer<rapidjson::StringBuffer>;

/// A buffer for each thread, so that writing a message allocates its frame and nothing else. One that a very large
/// message has blown up is not kept.
class scratch {
public:
  static constexpr std::size_t keep = 256 * 1024;

  scratch() { buffer().Clear(); }
  ~scratch() {
    if (buffer().GetSize() > keep)
      buffer() = rapidjson::StringBuffer{};
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;

  static rapidjson::StringBuffer& buffer() {
    thread_local rapidjson::StringBuffer one;
    return one;
  }
  static std::string_view text() { return {buffer().GetString(), buffer().GetSize()}; }
};

// Everything is written into this thread's scratch.

void text(output& out, std::string_view value) {
  write_text(out, scratch::buffer(), rapidjson::kStringType, value);
}

/// A name of ours. Those of a map are texts.
void key(output& out, std::string_view name) {
  write_plain(out, scratch::buffer(), rapidjson::kStringType, name);
}

void raw(output& out, std::string_view json) {
  write_raw(out, scratch::buffer(), rapidjson::kObjectType,
            json); // the type only matters for names, which these are not
}

void member(output& out, std::string_view name, std::string_view value) {
  key(out, name);
  text(out, value);
}

void number(output& out, double value) {
  constexpr double exact = static_cast<double>(largest_counter);
  if (!std::isfinite(value))
    throw std::logic_error("a number that is not finite has no JSON");
  if (value == std::floor(value) && std::abs(value) <= exact)
    out.Int64(static_cast<std::int64_t>(value)); // what the specification calls an integer looks like one
  else
    out.Double(value);
}

template <tabled T>
void object(output& out, const T& value);
void write_watermark(output& out, const watermark& value);

template <class T>
void write(output& out, const T& value, const field_rules& rules) {
  if constexpr (is_optional<T>) {
    if (value)
      write(out, *value, rules);
    else
      out.Null();
  } else if constexpr (is_list<T>) {
    out.StartArray();
    for (const auto& entry : value)
      write(out, entry, rules);
    out.EndArray();
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (rules.json)
      raw(out, value);
    else
      text(out, value);
  } else if constexpr (base::is_strong_id<T>) {
    text(out, value.str());
  } else if constexpr (is_word<T>) {
    text(out, value.text());
  } else if constexpr (std::is_same_v<T, bool>) {
    out.Bool(value);
  } else if constexpr (std::is_same_v<T, double>) {
    number(out, value);
  } else if constexpr (std::is_integral_v<T>) {
    out.Int64(static_cast<std::int64_t>(value));
  } else if constexpr (std::is_same_v<T, json_text>) {
    raw(out, value.text);
  } else if constexpr (std::is_same_v<T, watermark>) {
    write_watermark(out, value);
  } else if constexpr (tabled<T>) {
    object(out, value);
  } else { // a map
    out.StartObject();
    for (const auto& [name, entry] : value) {
      text(out, name);
      write(out, entry, {});
    }
    out.EndObject();
  }
}

/// Has the field something to say? Numbers and single texts always do.
template <class T>
bool is_there(const T& value) {
  if constexpr (is_optional<T>)
    return value.has_value();
  else if constexpr (requires { typename T::value_type; } && !std::is_same_v<T, std::string>)
    return !value.empty();
  else
    return true;
}

template <tabled T>
void object_members(output& out, const T& value) {
  all_fields<T>([&](const auto& f) {
    const auto& held = value.*f.member;
    using held_type = std::remove_cvref_t<decltype(held)>;
    const bool always =
        f.presence == presence::required || (f.presence == presence::expected && !is_optional<held_type>);
    if (always || is_there(held)) {
      key(out, f.name);
      write(out, held, f.rules);
    }
    return true;
  });
}

template <tabled T>
void object(output& out, const T& value) {
  out.StartObject();
  object_members(out, value);
  out.EndObject();
}

/// A scope made inside may have its kind only, one from the wire has the text too.
template <>
void object(output& out, const scope& value) {
  out.StartObject();
  if (value.kind_text.empty()) {
    scope named = value;
    named.kind_text = to_word(value.kind);
    object_members(out, named);
  } else {
    object_members(out, value);
  }
  out.EndObject();
}

void write_watermark(output& out, const watermark& value) {
  out.StartObject();
  member(out, watermark_members::kind, value.kind_text.empty() ? to_word(value.kind) : value.kind_text);
  key(out, watermark_members::value);
  if (value.value)
    out.Uint64(*value.value);
  else
    raw(out, value.raw_value.empty() ? "null" : std::string_view(value.raw_value));
  if (value.lamport_value) {
    key(out, watermark_members::lamport_value);
    out.Uint64(*value.lamport_value);
  }
  out.EndObject();
}

std::string_view type_of(const message_body& body) {
  if (const auto kind = kind_of(body))
    return words_of<message_kind>[static_cast<std::size_t>(*kind)];
  return std::get<unknown_message>(body).type;
}

void payload(output& out, const message_body& body) {
  std::visit(
      [&out]<class Message>(const Message& message) {
        if constexpr (tabled<Message>)
          object(out, message);
        else
          raw(out, message.payload.text.empty() ? "{}" : std::string_view(message.payload.text));
      },
      body);
}

/// The members in the order existing clients send them; what is optional in the table comes behind the payload.
void write_envelope(output& out, const envelope& message) {
  const auto members_where = [&](bool optional) {
    all_fields<envelope>([&](const auto& f) {
      if ((f.presence == presence::optional) == optional && is_there(message.*f.member)) {
        key(out, f.name);
        write(out, message.*f.member, f.rules);
        if (f.name == "version")
          member(out, envelope_members::message_type, type_of(message.body));
      }
      return true;
    });
  };
  out.StartObject();
  member(out, envelope_members::protocol, envelope_members::protocol_name);
  members_where(false);
  key(out, envelope_members::payload);
  payload(out, message.body);
  members_where(true);
  out.EndObject();
}

template <class Write>
frame_ptr framed(Write&& write_into) {
  const scratch buffer;
  output out(scratch::buffer());
  write_into(out);
  return frame::of(scratch::text());
}

template <class Write>
std::string texted(Write&& write_into) {
  const scratch buffer;
  output out(scratch::buffer());
  write_into(out);
  return std::string(scratch::text());
}

template <class Letter>
void write_sideband(output& out, const Letter& letter) {
  std::visit(
      [&out]<class Message>(const Message& one) {
        out.StartObject();
        member(out, sideband_type, fields<Message>::type);
        object_members(out, one);
        out.EndObject();
      },
      letter);
}

} // namespace

frame_ptr encode(const envelope& message) {
  return framed([&](output& out) { write_envelope(out, message); });
}

frame_ptr encode(const sideband_answer& answer) {
  return framed([&](output& out) { write_sideband(out, answer); });
}

std::string to_json(const sideband_request& request) {
  return texted([&](output& out) { write_sideband(out, request); });
}

std::string to_json(const envelope& message) {
  return texted([&](output& out) { write_envelope(out, message); });
}
std::string to_json(const message_body& body) {
  return texted([&](output& out) { payload(out, body); });
}
std::string to_json(const scope& value) {
  return texted([&](output& out) { object(out, value); });
}
std::string to_json(const watermark& value) {
  return texted([&](output& out) { write_watermark(out, value); });
}
std::string to_json(const outcome& value) {
  return texted([&](output& out) { object(out, value); });
}
std::string to_json(const session_overview& value) {
  return texted([&](output& out) { object(out, value); });
}

} // namespace mpac::protocol
