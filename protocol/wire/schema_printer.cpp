#include "protocol/wire/schema_printer.hpp"

#include "protocol/messages/envelope_fields.hpp"
#include "protocol/wire/decoder.hpp"
#include "protocol/wire/member_traits.hpp"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <cmath>
#include <map>
#include <span>
#include <type_traits>

namespace mpac::protocol {
namespace {

using output = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

/// Writes schemas; `up` leads from the schema's folder to where `objects/` is.
class printer {
public:
  printer(output& out, std::string_view up) : out_(out), up_(up) {}

  template <class Inside>
  void object(Inside&& inside) {
    out_.StartObject();
    inside();
    out_.EndObject();
  }
  template <class Inside>
  void object(std::string_view name, Inside&& inside) {
    key(name);
    object(inside);
  }
  void text(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void text(std::string_view value) { out_.String(value.data(), static_cast<rapidjson::SizeType>(value.size())); }
  void key(std::string_view name) { out_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())); }
  void whole(std::string_view name, std::int64_t value) {
    key(name);
    out_.Int64(value);
  }
  void texts(std::string_view name, std::span<const std::string_view> values) {
    key(name);
    out_.StartArray();
    for (const auto value : values)
      text(value);
    out_.EndArray();
  }
  void heading(std::string_view title) {
    text("$schema", "https://json-schema.org/draft/2020-12/schema");
    text("title", title);
  }
  void reference(std::string_view name) {
    text("$ref", std::string(up_).append("objects/").append(name).append(".schema.json"));
  }
  template <class Inside>
  void list(std::string_view name, Inside&& inside) {
    key(name);
    out_.StartArray();
    inside();
    out_.EndArray();
  }

  /// "If `field` is `word`, then ..." as an entry of an `allOf`.
  template <class Then>
  void when(std::string_view field, std::string_view word, Then&& then) {
    object([&] {
      object("if", [&] {
        object("properties", [&] { object(field, [&] { text("const", word); }); });
        texts("required", std::array{field});
      });
      object("then", then);
    });
  }

  /// The schema of a struct, its braces apart.
  template <tabled T>
  void struct_schema(std::span<const std::string_view> also_required = {}) {
    std::vector<std::string_view> demanded(also_required.begin(), also_required.end());
    all_fields<T>([&](const auto& f) {
      if (f.presence != presence::optional)
        demanded.push_back(f.name);
      return true;
    });
    text("type", "object");
    if (!demanded.empty())
      texts("required", demanded);
  }
  template <tabled T>
  void properties() {
    all_fields<T>([&](const auto& f) {
      object(f.name, [&] { value<typename std::remove_cvref_t<decltype(f)>::value_type>(f.rules); });
      return true;
    });
  }
  template <tabled T>
  void whole_struct() {
    struct_schema<T>();
    object("properties", [&] { properties<T>(); });
    if constexpr (requires { fields<T>::conditions; })
      list("allOf", [&] {
        for (const auto& [field, word, demanded] : fields<T>::conditions)
          when(field, word, [&, demanded = demanded] { texts("required", std::array{demanded}); });
      });
  }

  template <class T>
  void value(const field_rules& rules) {
    if constexpr (is_optional<T>) {
      value<typename T::value_type>(rules);
    } else if constexpr (is_list<T>) {
      text("type", "array");
      if (rules.filled)
        whole("minItems", 1);
      object("items", [&] { value<typename T::value_type>(rules); });
    } else if constexpr (is_word<T>) {
      word_schema(static_cast<T*>(nullptr));
    } else if constexpr (base::is_strong_id<T>) {
      text("type", "string");
      whole("minLength", 1);
      whole("maxLength", id_limit);
    } else if constexpr (std::is_same_v<T, std::string>) {
      string_schema(rules);
    } else if constexpr (std::is_same_v<T, bool>) {
      text("type", "boolean");
    } else if constexpr (std::is_same_v<T, double>) {
      number_schema("number", rules.at_most, rules);
    } else if constexpr (std::is_integral_v<T>) {
      number_schema("integer", std::min(rules.at_most, static_cast<double>(largest_counter)), rules);
    } else if constexpr (std::is_same_v<T, json_text>) {
      shape_schema(rules.shape);
    } else if constexpr (std::is_same_v<T, watermark>) {
      reference(watermark_members::schema);
    } else if constexpr (tabled<T>) {
      if constexpr (requires { fields<T>::schema; })
        reference(fields<T>::schema);
      else
        whole_struct<T>();
    } else {
      text("type", "object");
      object("additionalProperties", [&] { value<typename T::mapped_type>({}); });
    }
  }

private:
  template <class E>
  void word_schema(word<E>*) {
    text("type", "string");
    texts(is_open_list<E>() ? "examples" : "enum", words_of<E>);
  }

  void string_schema(const field_rules& rules) {
    if (rules.json)
      return shape_schema(rules.shape);
    if (rules.null_allowed)
      texts("type", std::array<std::string_view, 2>{"string", "null"});
    else
      text("type", "string");
    if (!rules.words.empty())
      texts("enum", rules.words);
    if (rules.date_time)
      text("format", "date-time");
  }

  void number_schema(std::string_view type, double at_most, const field_rules& rules) {
    text("type", type);
    whole(rules.above_zero ? "exclusiveMinimum" : "minimum", static_cast<std::int64_t>(rules.at_least));
    if (std::isfinite(at_most))
      whole("maximum", static_cast<std::int64_t>(at_most));
  }

  void shape_schema(json_shape shape) {
    if (shape != json_shape::any)
      text("type", shape == json_shape::object ? "object" : "array");
  }

  output& out_;
  std::string_view up_;
};

template <class Inside>
schema_file file(std::string path, std::string_view title, Inside&& inside) {
  rapidjson::StringBuffer buffer;
  output out(buffer);
  out.SetIndent(' ', 2);
  printer print(out, path.find('/') == std::string::npos ? "" : "../");
  print.object([&] {
    print.heading(title);
    inside(print);
  });
  return {std::move(path), std::string(buffer.GetString(), buffer.GetSize()) + "\n"};
}

std::string lower_case(std::string_view word) {
  std::string lower(word);
  for (char& c : lower)
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return lower;
}

std::string payload_path(std::string_view kind) {
  return "messages/" + lower_case(kind) + ".schema.json";
}

template <class Message>
constexpr bool wants_watermark() {
  return requires {
    fields<Message>::rests_on_watermark;
  };
}

schema_file envelope_schema() {
  using names = envelope_members;
  return file("envelope.schema.json", "MPAC message envelope", [](printer& print) {
    constexpr std::array<std::string_view, 3> by_hand{names::protocol, names::message_type, names::payload};
    print.struct_schema<envelope>(by_hand);
    print.object("properties", [&] {
      print.object(names::protocol, [&] { print.text("const", names::protocol_name); });
      print.object(names::message_type, [&] {
        print.text("type", "string");
        print.texts("enum", words_of<message_kind>);
      });
      print.object(names::payload, [&] { print.text("type", "object"); });
      print.properties<envelope>();
    });
    print.list("allOf", [&] {
      [&]<std::size_t... I>(std::index_sequence<I...>) {
        (print.when(names::message_type, words_of<message_kind>[I],
                    [&] {
                      print.object("properties", [&] {
                        print.object(names::payload,
                                     [&] { print.text("$ref", payload_path(words_of<message_kind>[I])); });
                      });
                      if (wants_watermark<std::variant_alternative_t<I, message_body>>())
                        print.texts("required", std::array<std::string_view, 1>{"watermark"});
                    }),
         ...);
      }
      (std::make_index_sequence<words_of<message_kind>.size()>{});
    });
  });
}

template <tabled T>
schema_file object_schema() {
  constexpr std::string_view name = fields<T>::schema;
  return file("objects/" + std::string(name) + ".schema.json", name, [](printer& print) { print.whole_struct<T>(); });
}

schema_file watermark_schema() {
  using names = watermark_members;
  return file("objects/watermark.schema.json", names::schema, [](printer& print) {
    print.text("type", "object");
    print.texts("required", std::array{names::kind, names::value});
    print.object("properties", [&] {
      print.object(names::kind, [&] {
        print.text("type", "string");
        print.texts("examples", words_of<watermark_kind>);
      });
      print.object(names::value, [] {});
      print.object(names::lamport_value, [&] { print.value<std::uint64_t>({}); });
    });
    print.list("allOf", [&] {
      for (const auto& [kind, word] : word_list<watermark_kind>::words)
        print.when(names::kind, word, [&, kind = kind] {
          print.object("properties", [&] {
            print.object(names::value, [&] {
              if (kind == watermark_kind::lamport_clock)
                print.value<std::uint64_t>({});
              else
                print.text("type", names::value_type(kind));
            });
          });
        });
    });
  });
}

} // namespace

std::vector<schema_file> json_schemas() {
  std::vector<schema_file> all;
  all.push_back(envelope_schema());
  all.push_back(object_schema<scope>());
  all.push_back(watermark_schema());
  all.push_back(object_schema<basis>());
  all.push_back(object_schema<outcome>());
  [&all]<std::size_t... I>(std::index_sequence<I...>) {
    (all.push_back(file(payload_path(words_of<message_kind>[I]), std::string(words_of<message_kind>[I]) + " payload",
                        [](printer& print) { print.whole_struct<std::variant_alternative_t<I, message_body>>(); })),
     ...);
  }
  (std::make_index_sequence<words_of<message_kind>.size()>{});
  return all;
}

} // namespace mpac::protocol
