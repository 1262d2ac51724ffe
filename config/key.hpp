// One row of the table of keys, from which loading, checking, printing, warnings and reloading all follow.
#pragma once

#include "config/node.hpp"
#include "config/settings.hpp"
#include "config/value.hpp"

#include <span>
#include <string>
#include <string_view>

namespace mpac::config {

/// When a changed value takes effect.
enum class taking_effect {
  at_start,        ///< only when the hub starts
  in_new_sessions, ///< in sessions made after the change; what runs keeps its value
  while_running,   ///< with the next decision (SIGHUP)
};

/// A key of `Target`: `settings` for the hub's own keys, `protocol::session_policy` for those of a policy.
template <class Target>
struct key {
  std::string_view path; ///< dotted; policy keys are relative to their section ("liveness.heartbeat_interval_sec")
  rule allowed;
  taking_effect effect;
  void (*assign)(Target& to, const node& from, const key& self, const std::string& shown, problems& found);
  node (*read)(const Target& from);
  void (*copy)(const Target& from, Target& to);
};

[[nodiscard]] std::span<const key<settings>> hub_keys();
[[nodiscard]] std::span<const key<protocol::session_policy>> policy_keys();

/// The one hub key that a single session may have for its own beside the policy's.
inline constexpr std::string_view workspace_key = "workspace_dir";

namespace detail {

template <class Owner, class Member>
Owner owner_of(Member Owner::*);

template <auto First, auto... Rest, class Object>
constexpr auto& reach(Object& object) {
  if constexpr (sizeof...(Rest) == 0)
    return object.*First;
  else
    return reach<Rest...>(object.*First);
}

} // namespace detail

/// The row of the member reached by following `First`, then `Rest`, from the target.
template <auto First, auto... Rest>
constexpr auto row(std::string_view path, rule allowed, taking_effect effect) {
  using target = decltype(detail::owner_of(First));
  return key<target>{
      path,
      allowed,
      effect,
      [](target& to, const node& from, const key<target>& self, const std::string& shown, problems& found) {
        if (auto wrong = take(from, self.allowed, detail::reach<First, Rest...>(to)))
          found.push_back({wrong->where, shown, wrong->message, wrong->nearest});
      },
      [](const target& from) { return give(detail::reach<First, Rest...>(from)); },
      [](const target& from, target& to) { detail::reach<First, Rest...>(to) = detail::reach<First, Rest...>(from); }};
}

} // namespace mpac::config
