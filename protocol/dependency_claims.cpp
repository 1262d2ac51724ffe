#include "protocol/dependency_claims.hpp"

#include "protocol/scope_path.hpp"
#include "protocol/sorted_names.hpp"
#include "protocol/wire/dependency_members.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace mpac::protocol {
namespace {

std::string_view last_segment(std::string_view symbol) {
  const auto dot = symbol.rfind('.');
  return dot == std::string_view::npos ? symbol : symbol.substr(dot + 1);
}

/// The class a symbol belongs to, `Note` of `models.Note.archived`; empty where none is named.
std::string_view class_of(std::string_view symbol) {
  const auto dot = symbol.rfind('.');
  if (dot == std::string_view::npos)
    return {};
  const auto owner = last_segment(symbol.substr(0, dot));
  return !owner.empty() && owner.front() >= 'A' && owner.front() <= 'Z' ? owner : std::string_view{};
}

const std::string& longer(const std::string& edited, const std::string& used) {
  return used.size() > edited.size() ? used : edited;
}

using by_name = std::unordered_map<std::string_view, const std::string*>;

const std::string* named(const by_name& names, std::string_view name) {
  const auto found = name.empty() ? names.end() : names.find(name);
  return found == names.end() ? nullptr : found->second;
}

} // namespace

dependency_claims::symbols common_symbols(std::span<const std::string> edited, std::span<const std::string> used) {
  by_name by_last, by_class; // of several alike the last one counts, as existing clients have it
  std::unordered_set<std::string_view> all;
  for (const auto& symbol : edited) {
    all.insert(symbol);
    by_last.insert_or_assign(last_segment(symbol), &symbol);
    if (const auto owner = class_of(symbol); !owner.empty())
      by_class.insert_or_assign(owner, &symbol);
  }
  dependency_claims::symbols found;
  for (const auto& symbol : used) {
    if (all.contains(symbol)) {
      found.push_back(symbol);
      continue;
    }
    const auto* match = named(by_last, last_segment(symbol));
    if (!match)
      match = named(by_class, last_segment(symbol)); // the class of an edited field
    if (!match)
      match = named(by_last, class_of(symbol)); // a field of an edited class
    if (!match)
      match = named(by_class, class_of(symbol)); // two fields of one class
    if (match)
      found.push_back(longer(*match, symbol));
  }
  sort_each_once(found);
  return found;
}

std::optional<dependency_claims> dependency_claims_of(const scope& s) {
  if (s.kind != scope_kind::file_set || !s.extensions)
    return std::nullopt;
  auto claims = read_dependency_members(*s.extensions);
  if (claims.empty())
    return std::nullopt;
  for (auto& file : claims.impact)
    file = normalised(file);
  std::erase(claims.impact, std::string{});
  sort_each_once(claims.impact);
  return claims;
}

std::vector<broken_dependency> broken_by(const dependency_claims& edit, const scope& importer,
                                         const dependency_claims* more) {
  std::vector<broken_dependency> broken;
  for (auto& file : in_common(edit.impact, entries(importer))) {
    const auto uses = edit.uses.find(file);
    if (edit.affects.empty() || uses == edit.uses.end()) {
      broken.push_back({std::move(file), std::nullopt});
      continue;
    }
    auto used = uses->second;
    if (more)
      used.insert(used.end(), more->depends_on.begin(), more->depends_on.end());
    if (auto common = common_symbols(edit.affects, used); !common.empty())
      broken.push_back({std::move(file), std::move(common)});
  }
  return broken;
}

} // namespace mpac::protocol
