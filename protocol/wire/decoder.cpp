#include "protocol/wire/decoder.hpp"

#include "protocol/messages/envelope_fields.hpp"
#include "protocol/messages/sideband_fields.hpp"
#include "protocol/timestamp.hpp"
#include "protocol/wire/reading.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mpac::protocol {
namespace {

static_assert(simdjson::SIMDJSON_PADDING <= frame_padding, "frames are parsed where they lie");

// The envelope's members: those of its table first, then the four that are read by hand.
constexpr std::size_t tabled_members = field_count<envelope>;
constexpr std::size_t protocol_slot = tabled_members, type_slot = tabled_members + 1, payload_slot = tabled_members + 2,
                      sideband_slot = tabled_members + 3;
constexpr auto root_names = [] {
  std::array<std::string_view, tabled_members + 4> names{};
  std::copy(field_names<envelope>.begin(), field_names<envelope>.end(), names.begin());
  names[protocol_slot] = envelope_members::protocol;
  names[type_slot] = envelope_members::message_type;
  names[payload_slot] = envelope_members::payload;
  names[sideband_slot] = sideband_type;
  return names;
}();

constexpr json_place root{};

constexpr std::size_t slot_of(std::string_view name) {
  return static_cast<std::size_t>(std::find(root_names.begin(), root_names.end(), name) - root_names.begin());
}

/// SPEC 25.2, O-005: every 0.1.x.
bool is_our_version(std::string_view version) {
  constexpr std::string_view ours = "0.1.";
  return version.size() > ours.size() && version.starts_with(ours) &&
         version.find_first_not_of("0123456789", ours.size()) == std::string_view::npos;
}

template <std::size_t I>
bool read_body(reading& in, message_body& out, const dom::object& payload, const json_place& where,
               bool has_watermark) {
  using message = std::variant_alternative_t<I, message_body>;
  if (!in.struct_value(out.emplace<I>(), payload, where))
    return false;
  if constexpr (requires { fields<message>::rests_on_watermark; })
    if (in.strict() && !has_watermark)
      return in.fail(
          {&root, "watermark", {}},
          std::string("missing, and ").append(words_of<message_kind>[I]).append(" has to say what it rests on"));
  return true;
}

using body_reader = bool (*)(reading&, message_body&, const dom::object&, const json_place&, bool);
constexpr auto body_readers = []<std::size_t... I>(std::index_sequence<I...>) {
  return std::array<body_reader, sizeof...(I)>{&read_body<I>...};
}
(std::make_index_sequence<word_list<message_kind>::words.size()>{});

/// `protocol`, `version` and `message_type`: what decides how all else is read.
bool read_heading(reading& in, const members& found, std::string_view& type) {
  const auto heading = [&](std::size_t slot, std::string_view& out) {
    const json_place at{&root, root_names[slot], {}};
    return found.has(slot) ? in.text(found.values[slot], at, out) : in.fail(at, "missing");
  };
  std::string_view name, version;
  if (!heading(protocol_slot, name))
    return false;
  if (name != envelope_members::protocol_name)
    return in.fail({&root, envelope_members::protocol, {}}, "expected \"MPAC\", found " + in_quotes(name));
  constexpr std::size_t version_slot = slot_of("version");
  if (!heading(version_slot, version))
    return false;
  if (!is_our_version(version)) {
    in.code = error_code::version_mismatch;
    return in.fail({&root, "version", {}}, in_quotes(version) + " is none that is spoken here: 0.1.x");
  }
  if (!heading(type_slot, type))
    return false;
  return !type.empty() || in.fail({&root, envelope_members::message_type, {}}, "must not be empty");
}

bool read_envelope(reading& in, const members& found, envelope& out) {
  std::string_view type;
  if (!read_heading(in, found, type) || !in.table_values(out, found, root))
    return false;
  if (!parse_timestamp(out.ts))
    return in.fail({&root, "ts", {}}, in_quotes(out.ts) + " is no RFC 3339 time");
  const json_place payload_at{&root, envelope_members::payload, {}};
  dom::object payload;
  if (!found.has(payload_slot))
    return in.fail(payload_at, "missing");
  if (found.values[payload_slot].get(payload) != simdjson::SUCCESS)
    return in.wrong_type(payload_at, "an object", found.values[payload_slot]);
  if (const auto kind = from_word<message_kind>(type))
    return body_readers[static_cast<std::size_t>(*kind)](in, out.body, payload, payload_at, out.watermark.has_value());
  out.body = unknown_message{std::string(type), {}};
  return in.check_names(found.values[payload_slot], payload_at);
}

/// FILE_LIST and its kin, or the answers to them; `type` is the document's, whatever else is in it.
template <class... Messages>
std::optional<bool> read_sideband(reading& in, std::string_view type, const dom::object& document,
                                  std::variant<envelope, Messages...>& out) {
  std::optional<bool> done;
  const auto attempt = [&]<class Message>(Message message) {
    if (done || type != fields<Message>::type)
      return;
    done = in.struct_value(message, document, root);
    out = std::move(message);
  };
  (attempt(Messages{}), ...);
  return done;
}

template <class Letter>
bool read_document(reading& in, const members& found, const dom::object& document, Letter& out) {
  std::string_view type;
  if (found.has(sideband_slot) && found.values[sideband_slot].get(type) == simdjson::SUCCESS) {
    if (const auto done = read_sideband(in, type, document, out))
      return *done;
    if (!found.has(type_slot))
      return in.fail({&root, sideband_type, {}},
                     in_quotes(type) + (std::is_same_v<Letter, inbound> ? " is no request" : " is no message") +
                         " of the sideband, and there is no message_type");
  }
  return read_envelope(in, found, std::get<envelope>(out));
}

/// What simdjson says, in words for the sender.
std::string_view reason(simdjson::error_code error) {
  switch (error) {
  case simdjson::DEPTH_ERROR:
    return "nested too deep";
  case simdjson::UTF8_ERROR:
    return "not UTF-8";
  case simdjson::NUMBER_ERROR:
    return "a number that is malformed or too large";
  case simdjson::STRING_ERROR:
    return "a string with an invalid escape";
  case simdjson::UNESCAPED_CHARS:
    return "a control character in a string";
  case simdjson::UNCLOSED_STRING:
    return "a string that does not end";
  case simdjson::EMPTY:
    return "empty";
  case simdjson::T_ATOM_ERROR:
  case simdjson::F_ATOM_ERROR:
  case simdjson::N_ATOM_ERROR:
    return "a word that is none of true, false and null";
  default:
    return "misplaced or missing brackets, commas or values";
  }
}

} // namespace

struct decoder::parser {
  /// simdjson keeps memory for the largest document it has seen, some thirty bytes for each of its; after one larger
  /// than this the memory is given back.
  static constexpr std::size_t keep = 256 * 1024;

  std::unique_ptr<dom::parser> json = fresh();

  static std::unique_ptr<dom::parser> fresh() {
    auto made = std::make_unique<dom::parser>();
    // The document itself is one level to simdjson, which refuses on reaching the limit.
    if (made->allocate(16 * 1024, depth_limit + 1) != simdjson::SUCCESS)
      throw std::bad_alloc();
    return made;
  }

  template <class Letter>
  base::result<Letter, refusal> read(std::string_view text, strictness how, bool padded) {
    reading in(text, how);
    base::result<Letter, refusal> out{boost::system::in_place_value, std::in_place_type<envelope>};
    std::array<dom::element, root_names.size()> values;
    members found{root_names, values};
    if (!whole(in, text, padded, found, *out)) {
      refusal why{in.code, std::move(in.problem), message_of(found)};
      out = base::result<Letter, refusal>{boost::system::in_place_error, std::move(why)};
    }
    if (text.size() > keep)
      json = fresh();
    return out;
  }

private:
  template <class Letter>
  bool whole(reading& in, std::string_view text, bool padded, members& found, Letter& out) {
    dom::element document;
    dom::object object;
    if (const auto error = json->parse(text.data(), text.size(), !padded).get(document))
      return in.fail(root, std::string("not JSON: ").append(reason(error)));
    if (const auto at = raw_json::find_lone_surrogate(text))
      return in.fail(root, "not JSON: half a surrogate pair escaped at byte " + std::to_string(*at));
    if (document.get(object) != simdjson::SUCCESS)
      return in.wrong_type(root, "an object", document);
    return in.gather(object, root, found) && read_document(in, found, object, out);
  }

  static std::optional<message_id> message_of(const members& found) {
    constexpr std::size_t slot = slot_of("message_id");
    std::string_view id;
    if (!found.has(slot) || found.values[slot].get(id) != simdjson::SUCCESS || id.empty() || id.size() > id_limit)
      return std::nullopt;
    return message_id(id);
  }
};

decoder::decoder() : parser_(std::make_unique<parser>()) {}
decoder::~decoder() = default;
decoder::decoder(decoder&&) noexcept = default;
decoder& decoder::operator=(decoder&&) noexcept = default;

base::result<inbound, refusal> decoder::decode(const frame_ptr& frame, strictness how) {
  return parser_->read<inbound>(frame->payload(), how, true);
}

base::result<inbound, refusal> decoder::decode(std::string_view text, strictness how) {
  return parser_->read<inbound>(text, how, false);
}

base::result<outbound, refusal> decoder::decode_told(std::string_view text) {
  return parser_->read<outbound>(text, strictness::lenient, false);
}

} // namespace mpac::protocol
