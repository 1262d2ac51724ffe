// Reads the tables of keys that are whole sections: by name, saying what is wrong with each member.
#pragma once

#include "config/nearest.hpp"
#include "config/node.hpp"
#include "config/value.hpp"

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mpac::config {

/// Reads the members of one table by name and says what is wrong with each.
struct table_reader {
  std::string shown;
  problems& found;

  /// `on(name, member, path)` returns false for a name it doesn't know.
  template <class OnMember>
  void each(const node& from, const std::vector<std::string>& names, OnMember on) {
    const node::table* members = from.as_table();
    if (!members) {
      found.push_back({from.where, shown, "must be a section, not " + std::string{from.kind()}, ""});
      return;
    }
    std::set<std::string_view> seen;
    for (const member& one : *members) {
      const std::string path = shown + '.' + to_toml_name(one.name);
      if (!seen.insert(one.name).second)
        found.push_back({one.named_at, path, "is given twice", ""});
      else if (!on(one, path)) {
        const std::string near = nearest(one.name, names);
        found.push_back({one.named_at, path, "unknown key", near.empty() ? near : shown + '.' + near});
      }
    }
  }

  template <class Value>
  bool value(const member& one, const std::string& path, const rule& allowed, Value& into) {
    const auto wrong = take(one.content, allowed, into);
    if (wrong)
      found.push_back({wrong->where, path, wrong->message, wrong->nearest});
    return !wrong;
  }
};

/// A node that is a table.
[[nodiscard]] inline node table_of(node::table members) {
  node one;
  one.value = std::move(members);
  return one;
}

} // namespace mpac::config
