// Random scopes of all kinds over a world so small that they often touch.
#pragma once

#include "protocol/resource_registry.hpp"
#include "protocol/scope.hpp"

#include <rapidcheck.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mpac::tests {

inline rc::Gen<std::vector<std::string>> some_of(std::vector<std::string> words) {
  return rc::gen::mapcat(rc::gen::inRange<std::size_t>(1, 3), [words = std::move(words)](std::size_t length) {
    return rc::gen::container<std::vector<std::string>>(length, rc::gen::elementOf(words));
  });
}

inline rc::Gen<std::vector<std::string>> some_uris() {
  return rc::gen::oneOf(rc::gen::just(std::vector<std::string>{}), some_of({"urn:a", "urn:b", "urn:c", "urn:d"}));
}

/// Never one that `problems` would refuse.
inline rc::Gen<protocol::scope> any_scope() {
  using namespace protocol;
  return rc::gen::exec([] {
    const std::vector<std::string> paths{"a", "./a", "a/b", "a//b/", "a/c", "b", "b/c", "A", "src/x*"};
    const std::vector<std::string> patterns{"a",    "a/*",  "a/**",   "**/b", "b/*", "*/c",
                                            "./b/", "a*/b", "src/x*", "**",   "a/b", "src/**/y"};
    scope s;
    switch (static_cast<scope_kind>(*rc::gen::inRange(0, 7))) {
    case scope_kind::file_set:
      s = file_set(*some_of(paths));
      break;
    case scope_kind::resource_path:
      s = resource_path(*rc::gen::elementOf(patterns));
      break;
    case scope_kind::task_set:
      s = task_set(*some_of({"t1", "t2", "t3", "a"}));
      break;
    case scope_kind::entity_set:
      s = entity_set(*some_of({"users", "orders", "a", "Users"}));
      break;
    case scope_kind::query:
      s.kind = scope_kind::query;
      s.kind_text = "query";
      s.expression = *rc::gen::element<std::string>("q1", "q2");
      s.language = "sql";
      break;
    case scope_kind::custom:
      s.kind = scope_kind::custom;
      s.kind_text = "custom";
      s.extensions = *rc::gen::element<std::string>("{}", R"({"x":1})");
      break;
    case scope_kind::unknown:
      s.kind_text = *rc::gen::element<std::string>("region", "topic");
      break;
    }
    s.canonical_uris = *some_uris();
    return s;
  });
}

/// Knows some of the names above, under several kinds.
inline std::shared_ptr<const protocol::resource_registry> small_registry() {
  return std::make_shared<protocol::resource_registry>(std::vector<protocol::resource_mapping>{
      {"urn:a", {{"file_set", "a"}, {"entity_set", "users"}, {"resource_path", "a"}, {"query", "q1"}}},
      {"urn:b", {{"file_set", "a/b"}, {"task_set", "t1"}, {"resource_path", "a/**"}}},
      {"urn:e", {{"entity_set", "orders"}, {"region", "x"}, {"task_set", "t2"}}},
  });
}

} // namespace mpac::tests

namespace rc {

template <>
struct Arbitrary<mpac::protocol::scope> {
  static Gen<mpac::protocol::scope> arbitrary() { return mpac::tests::any_scope(); }
};

} // namespace rc
