// Lays a written tree onto typed targets by the table of keys, and tells every name and value that doesn't fit.
#pragma once

#include "config/key.hpp"

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::config {

class binder {
public:
  /// What is shown before each key's path, "sessions.proj-alpha." say.
  explicit binder(std::string shown_prefix = "") : shown_prefix_(std::move(shown_prefix)) {}

  /// Accepts `keys` for `target`, which must outlive the binder. `section` ("session.") goes before their paths.
  template <class Target>
  void accept(std::string_view section, std::span<const key<Target>> keys, Target& target) {
    for (const key<Target>& each : keys)
      slots_.emplace(std::string{section} + std::string{each.path},
                     [&each, &target](const node& from, const std::string& shown, problems& found) {
                       each.assign(target, from, each, shown, found);
                     });
  }

  /// A name at the root that somebody else reads.
  void leave_alone(std::string name) { others_.push_back(std::move(name)); }

  /// Refuses a key that is known elsewhere, with a reason.
  void refuse(std::string path, std::string reason) { refused_.emplace(std::move(path), std::move(reason)); }

  /// May be called for several trees in turn: the later one wins.
  void bind(const node& tree);

  /// Where a key was written last, or nothing.
  [[nodiscard]] const origin* written_at(std::string_view path) const;

  [[nodiscard]] problems& found() { return found_; }

private:
  using slot = std::function<void(const node&, const std::string&, problems&)>;

  void bind_members(const node::table& members, const std::string& section);
  void bind_member(const member& one, const std::string& section);
  [[nodiscard]] bool is_section(std::string_view path) const;
  [[nodiscard]] bool is_somebody_elses(const member& at_the_root) const;
  [[nodiscard]] std::string probably_meant(const member& one, const std::string& section) const;

  std::string shown_prefix_;
  std::map<std::string, slot, std::less<>> slots_;
  std::map<std::string, std::string, std::less<>> refused_;
  std::vector<std::string> others_;
  std::map<std::string, origin, std::less<>> written_;
  problems found_;
};

} // namespace mpac::config
