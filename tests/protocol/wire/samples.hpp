// Messages made from the field tables: one with every field filled, and as many random ones as a property wants.
#pragma once

#include "protocol/messages/envelope_fields.hpp"
#include "protocol/wire/member_traits.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <string>
#include <type_traits>
#include <vector>

namespace mpac::tests {

using namespace protocol;

/// Where a sample's values come from: `fixed` says the same every time, `drawn` asks RapidCheck (inside gen::exec).
struct fixed {
  static bool present(presence) { return true; }
  static std::size_t length(const field_rules&) { return 1; }
  static std::string text() { return "some text"; }
  static std::string id() { return "id-1"; }
  static std::string json(json_shape shape) {
    return shape == json_shape::array ? R"([{"a":1}])" : R"({"a":[1,null]})";
  }
  static std::string time() { return "2026-04-08T03:10:15.558Z"; }
  static double number(const field_rules& rules) { return std::min(std::max(rules.at_least, 1.0), rules.at_most); }
  static double whole(const field_rules& rules) { return number(rules); }
  static bool flag() { return true; }
  static std::size_t choice(std::size_t) { return 0; }
};

struct drawn {
  static bool present(presence needed) { return needed == presence::required || *rc::gen::arbitrary<bool>(); }
  static std::size_t length(const field_rules& rules) {
    return static_cast<std::size_t>(*rc::gen::inRange(rules.filled ? 1 : 0, 4));
  }
  static std::string text() {
    static const std::vector<std::string> letters{"a",
                                                  "Z",
                                                  "7",
                                                  " ",
                                                  "\"",
                                                  "\\",
                                                  "/",
                                                  "\n",
                                                  "\t",
                                                  "\b",
                                                  "\f",
                                                  "\r",
                                                  "\x01",
                                                  "\x7f",
                                                  "é",
                                                  "漢",
                                                  "\xf0\x9f\x98\x80",
                                                  "\xef\xbf\xbf",
                                                  "{",
                                                  "}",
                                                  "[",
                                                  "]",
                                                  ":",
                                                  ",",
                                                  "\\u0041"};
    std::string out;
    for (const auto& letter : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(letters)))
      out += letter;
    return out;
  }
  static std::string id() {
    std::string out = text();
    out.resize(std::min<std::size_t>(out.size(), 40));
    while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0x80) != 0)
      out.pop_back(); // perhaps half a character
    return "i" + out;
  }
  static std::string json(json_shape shape) {
    if (shape == json_shape::array)
      return *rc::gen::element<std::string>("[]", "[1,[2,{}]]", R"([ {"x" : "]"} , "\"[" ])");
    return *rc::gen::element<std::string>("{}", R"({"a":{"b":[1.50,"}"]}})", R"({ "\u0061\"" : null, "b":"\\" })");
  }
  static std::string time() {
    return *rc::gen::element<std::string>("2026-04-08T03:10:15Z", "2026-12-31T23:59:60.123456+02:00");
  }
  static double number(const field_rules& rules) {
    if (rules.at_most <= 1)
      return *rc::gen::inRange(0, 1001) / 1000.0;
    return rules.at_least + *rc::gen::inRange(1, 1'000'000) / *rc::gen::element(1.0, 3.0, 1000.0);
  }
  static double whole(const field_rules& rules) {
    return rules.at_least + static_cast<double>(*rc::gen::inRange<std::int64_t>(0, (std::int64_t{1} << 53) - 1));
  }
  static bool flag() { return *rc::gen::arbitrary<bool>(); }
  static std::size_t choice(std::size_t count) { return *rc::gen::inRange<std::size_t>(0, count); }
};

template <class From, class T>
T sample(const field_rules& rules = {});

template <class From>
scope sample_scope() {
  scope s;
  s.kind = word_list<scope_kind>::words[From::choice(word_list<scope_kind>::words.size())].first;
  s.kind_text = to_word(s.kind);
  s.resources = {"src/" + From::text() + "x"};
  s.pattern = "src/**";
  s.task_ids = {From::text()};
  s.expression = From::text();
  s.language = From::text();
  s.entities = {From::text(), From::text()};
  if (From::flag())
    s.canonical_uris = {"urn:" + From::text()};
  if (From::flag())
    s.extensions = From::json(json_shape::object);
  return s;
}

template <class From>
watermark sample_watermark() {
  watermark w;
  w.kind = word_list<watermark_kind>::words[From::choice(word_list<watermark_kind>::words.size())].first;
  w.kind_text = to_word(w.kind);
  if (w.kind == watermark_kind::lamport_clock)
    w.value = static_cast<std::uint64_t>(From::whole({}));
  else
    w.raw_value = w.kind == watermark_kind::vector_clock ? R"({"a":1})" : R"("f-1")";
  if (From::flag())
    w.lamport_value = static_cast<std::uint64_t>(From::whole({}));
  return w;
}

template <class From, class E>
word<E> sample_word(const word<E>*) {
  const auto& words = word_list<E>::words;
  if constexpr (is_open_list<E>())
    if (From::choice(4) == 1)
      return word<E>(From::text());
  return words[From::choice(words.size())].first;
}

template <class From, tabled T>
T sample_struct() {
  T out;
  all_fields<T>([&](const auto& f) {
    using member = typename std::remove_cvref_t<decltype(f)>::value_type;
    const bool can_be_absent = is_optional<member> || is_list<member>;
    if (!can_be_absent || From::present(f.presence))
      out.*f.member = sample<From, member>(f.rules);
    return true;
  });
  return out;
}

template <class From, class T>
T sample(const field_rules& rules) {
  if constexpr (is_optional<T>) {
    return sample<From, typename T::value_type>(rules);
  } else if constexpr (is_list<T>) {
    T out;
    for (std::size_t i = From::length(rules); i > 0; --i)
      out.push_back(sample<From, typename T::value_type>(rules));
    return out;
  } else if constexpr (is_word<T>) {
    return sample_word<From>(static_cast<const T*>(nullptr));
  } else if constexpr (base::is_strong_id<T>) {
    return T(From::id());
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (rules.date_time)
      return From::time();
    if (!rules.words.empty())
      return std::string(rules.words[From::choice(rules.words.size())]);
    return From::text();
  } else if constexpr (std::is_same_v<T, bool>) {
    return From::flag();
  } else if constexpr (std::is_same_v<T, double>) {
    return From::number(rules);
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(From::whole(rules));
  } else if constexpr (std::is_same_v<T, json_text>) {
    return json_text{From::json(rules.shape)};
  } else if constexpr (std::is_same_v<T, scope>) {
    return sample_scope<From>();
  } else if constexpr (std::is_same_v<T, watermark>) {
    return sample_watermark<From>();
  } else if constexpr (tabled<T>) {
    return sample_struct<From, T>();
  } else {
    T out;
    for (std::size_t i = From::length(rules); i > 0; --i)
      out.emplace("dir/" + From::text(), sample<From, typename T::mapped_type>());
    return out;
  }
}

/// An envelope around a message; `version` and `sender` are in order whatever the source.
template <class From, class Message>
envelope sample_envelope() {
  envelope out = sample_struct<From, envelope>();
  out.version = "0.1.13";
  out.body = sample<From, Message>();
  return out;
}

/// Calls `visit` with a null pointer to each message type, in the order of `message_kind`.
template <class Visitor>
void each_message(Visitor&& visit) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (visit(static_cast<std::variant_alternative_t<I, message_body>*>(nullptr)), ...);
  }
  (std::make_index_sequence<words_of<message_kind>.size()>{});
}

} // namespace mpac::tests
