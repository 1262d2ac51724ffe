#include "protocol/scope_index.hpp"

#include "protocol/resource_registry.hpp"
#include "protocol/scope_pattern.hpp"

#include <algorithm>

namespace mpac::protocol {

namespace {

using slot = scope_index::slot;

// Hash tables keep their buckets when they empty; a session that has grown small again gives them back.
template <class Table>
void give_back(Table& table) {
  constexpr std::size_t worth_it = 64;
  if (table.bucket_count() > worth_it && table.size() * 8 < table.bucket_count())
    table.rehash(table.size() * 2);
}

template <class Table>
void add(Table& table, const std::string& name, slot at) {
  table[name].push_back(at);
}

template <class Table>
void remove(Table& table, const std::string& name, slot at) {
  const auto found = table.find(name);
  if (found == table.end())
    return;
  auto& slots = found->second;
  std::erase(slots, at);
  if (slots.empty())
    table.erase(found);
  else if (slots.size() * 4 < slots.capacity())
    slots.shrink_to_fit();
}

void append(std::vector<slot>& found, const std::vector<slot>& more) {
  found.insert(found.end(), more.begin(), more.end());
}

template <class Table>
void find_names(const Table& table, const std::vector<std::string>& names, std::vector<slot>& found) {
  if (table.empty())
    return;
  for (const auto& name : names)
    if (const auto at = table.find(name); at != table.end())
      append(found, at->second);
}

std::size_t common_length(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

} // namespace

struct scope_index::keys {
  std::vector<std::string> entries;
  resolved_uris uris;
};

scope_index::keys scope_index::keys_of(const scope& s) const {
  return {entries(s), resolve(s, registry_.get())};
}

const scope_index::slots_by_name* scope_index::names_of(scope_kind kind) const noexcept {
  switch (kind) {
  case scope_kind::file_set:
    return &files_;
  case scope_kind::task_set:
    return &tasks_;
  case scope_kind::entity_set:
    return &entities_;
  default:
    return nullptr;
  }
}

scope_index::slots_by_name* scope_index::names_of(scope_kind kind) noexcept {
  return const_cast<slots_by_name*>(std::as_const(*this).names_of(kind));
}

void scope_index::insert(slot at, const scope& s) {
  const auto by = keys_of(s);
  for (const auto& name : by.entries)
    if (auto* names = names_of(s.kind))
      add(*names, name, at);
    else
      add(patterns_, std::string(literal_prefix(name)), at);
  for (const auto& uri : by.uris.uris)
    add(uris_, uri, at);
  populations_[{s.kind, by.uris.complete}].insert(at);
  ++size_;
}

void scope_index::erase(slot at, const scope& s) {
  const auto by = keys_of(s);
  const auto home = populations_.find({s.kind, by.uris.complete});
  if (home == populations_.end() || home->second.erase(at) == 0)
    return;
  if (home->second.empty())
    populations_.erase(home);
  else
    give_back(home->second);
  auto* names = names_of(s.kind);
  for (const auto& name : by.entries)
    if (names)
      remove(*names, name, at);
    else
      remove(patterns_, std::string(literal_prefix(name)), at);
  for (const auto& uri : by.uris.uris)
    remove(uris_, uri, at);
  if (names)
    give_back(*names);
  give_back(uris_);
  --size_;
}

bool scope_index::holds_other_than(scope_kind kind) const {
  return std::any_of(populations_.begin(), populations_.end(),
                     [&](const auto& each) { return each.first.first != kind; });
}

std::vector<slot> scope_index::candidates(const scope& s, guesses wanted) const {
  const auto by = keys_of(s);
  std::vector<slot> found;
  if (const auto* names = names_of(s.kind))
    find_names(*names, by.entries, found);
  find_names(uris_, by.uris.uris, found);
  if (s.kind == scope_kind::resource_path)
    for (const auto& pattern : by.entries)
      find_patterns(pattern, found);
  if (wanted == guesses::included) {
    for (const auto& name : by.entries)
      if (s.kind == scope_kind::file_set)
        find_patterns(name, found);
      else if (s.kind == scope_kind::resource_path)
        find_files(name, found);
    find_populations({s.kind, by.uris.complete}, found);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

// Whatever both patterns match begins with both literal prefixes, so one of these is the beginning of the other.
void scope_index::find_patterns(std::string_view pattern, std::vector<slot>& found) const {
  const auto literal = literal_prefix(pattern);
  // Keys that go on from here: only a wildcard can follow them.
  if (has_wildcard(pattern))
    for (auto at = patterns_.upper_bound(literal); at != patterns_.end() && at->first.starts_with(literal); ++at)
      append(found, at->second);
  // Keys that `literal` begins with, longest first: each is the greatest key not above what is left of it, or else what
  // is left shrinks to the part that greatest key has in common with it.
  for (auto left = literal;;) {
    auto at = patterns_.upper_bound(left);
    if (at == patterns_.begin())
      return;
    const std::string_view key = (--at)->first;
    const auto common = common_length(key, left);
    if (common == key.size()) {
      append(found, at->second);
      if (key.empty())
        return;
      left = left.substr(0, key.size() - 1);
    } else {
      left = left.substr(0, common);
    }
  }
}

// Files match a pattern by guess only (SPEC 15.2.1.3), and no order of theirs is kept for it: this looks at every path.
void scope_index::find_files(std::string_view pattern, std::vector<slot>& found) const {
  const auto literal = literal_prefix(pattern);
  for (const auto& [path, slots] : files_)
    if (std::string_view(path).starts_with(literal) && pattern_matches(pattern, path) != verdict::no)
      append(found, slots);
}

void scope_index::find_populations(population mine, std::vector<slot>& found) const {
  const auto is_decided = [&](const population& other) {
    const auto [a, b] = std::minmax(mine.first, other.first);
    return (mine.second && other.second) || (a == b && !is_opaque(a)) ||
           (a == scope_kind::file_set && b == scope_kind::resource_path);
  };
  for (const auto& [other, slots] : populations_)
    if (!is_decided(other))
      found.insert(found.end(), slots.begin(), slots.end());
}

} // namespace mpac::protocol
