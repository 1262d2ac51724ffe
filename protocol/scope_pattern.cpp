#include "protocol/scope_pattern.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace mpac::protocol {

namespace {

using segments = std::vector<std::string_view>;

constexpr std::string_view any_run = "**";

bool has_star(std::string_view text) {
  return text.find('*') != std::string_view::npos;
}

segments split(std::string_view text) {
  segments parts;
  for (;;) {
    const auto slash = text.find('/');
    parts.push_back(text.substr(0, slash));
    if (slash == std::string_view::npos)
      return parts;
    text.remove_prefix(slash + 1);
  }
}

// Matches one segment. A `*` in `text` is a character like any other, which only a `*` of the pattern takes.
bool segment_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0, star = std::string_view::npos, after_star = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after_star = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++after_star;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool prefixes_agree(std::string_view a, std::string_view b) {
  const auto length = std::min(a.size(), b.size());
  return a.substr(0, length) == b.substr(0, length);
}

bool suffixes_agree(std::string_view a, std::string_view b) {
  const auto length = std::min(a.size(), b.size());
  return a.substr(a.size() - length) == b.substr(b.size() - length);
}

// Does some text match both segments? With a `*` in each, only the characters before the first and after the last one
// can disagree: what lies between fits one after the other.
bool segments_meet(std::string_view a, std::string_view b) {
  if (!has_star(a))
    return has_star(b) ? segment_matches(b, a) : a == b;
  if (!has_star(b))
    return segment_matches(a, b);
  return prefixes_agree(a.substr(0, a.find('*')), b.substr(0, b.find('*'))) &&
         suffixes_agree(a.substr(a.rfind('*') + 1), b.substr(b.rfind('*') + 1));
}

// Can both sequences be laid side by side so that every pair `meet`s, where `**` in `a` (and in `b`, if it has runs)
// takes any number of the other's segments? One row for each rest of `a`, one cell for each rest of `b`.
template <class Meet>
bool align(const segments& a, const segments& b, bool b_has_runs, Meet meet) {
  const auto b_is_run = [&](std::size_t j) { return j < b.size() && b_has_runs && b[j] == any_run; };
  std::vector<char> below(b.size() + 1, 0), row(b.size() + 1, 0);
  below.back() = 1;
  for (std::size_t j = b.size(); j-- > 0;)
    below[j] = b_is_run(j) && below[j + 1];
  for (std::size_t i = a.size(); i-- > 0; std::swap(row, below))
    for (std::size_t j = b.size() + 1; j-- > 0;) {
      const bool is_end = j == b.size();
      if (a[i] == any_run)
        row[j] = below[j] || (!is_end && row[j + 1]);
      else if (b_is_run(j))
        row[j] = row[j + 1] || below[j];
      else
        row[j] = !is_end && below[j + 1] && meet(a[i], b[j]);
    }
  return below[0];
}

bool matches(const segments& pattern, const segments& path) {
  return align(pattern, path, false, segment_matches);
}

// One spelling for equal runs of wildcards: `**/*`, `*/**/**` and `***/**` all become `*/**`, and so does `**` alone,
// because no path is without a segment.
segments canonical(std::string_view pattern) {
  const auto is_wild = [](std::string_view segment) {
    return !segment.empty() && segment.find_first_not_of('*') == std::string_view::npos;
  };
  segments result;
  bool owes_run = false;
  for (const auto segment : split(pattern)) {
    if (segment == any_run) {
      owes_run = true;
      continue;
    }
    if (!is_wild(segment) && std::exchange(owes_run, false))
      result.push_back(any_run);
    result.push_back(is_wild(segment) ? "*" : segment);
  }
  if (owes_run && result.empty())
    result.push_back("*");
  if (owes_run)
    result.push_back(any_run);
  return result;
}

// A path that `pattern` matches: each `*` stands for a character no other pattern can name, each `**` for `run`
// segments.
segments witness(const segments& pattern, std::size_t run) {
  segments path;
  for (const auto segment : pattern)
    if (segment == any_run)
      path.insert(path.end(), run, "*");
    else
      path.push_back(segment);
  return path;
}

bool too_long(std::string_view a, std::string_view b) {
  return std::max(a.size(), b.size()) > longest_compared_pattern;
}

verdict verdict_of(bool answer) {
  return answer ? verdict::yes : verdict::no;
}

} // namespace

bool has_wildcard(std::string_view pattern) noexcept {
  return pattern.find('*') != std::string_view::npos;
}

std::string_view literal_prefix(std::string_view pattern) noexcept {
  const auto star = pattern.find('*');
  if (star == std::string_view::npos)
    return pattern;
  const auto rest = pattern.substr(star);
  const bool follows_slash = star > 0 && pattern[star - 1] == '/';
  const bool is_run = rest == any_run || rest.starts_with("**/");
  return pattern.substr(0, follows_slash && is_run ? star - 1 : star);
}

verdict pattern_matches(std::string_view pattern, std::string_view path) {
  if (!has_wildcard(pattern))
    return verdict_of(pattern == path);
  if (!path.starts_with(literal_prefix(pattern)))
    return verdict::no;
  if (too_long(pattern, path))
    return verdict::undecidable;
  return verdict_of(matches(split(pattern), split(path)));
}

verdict patterns_intersect(std::string_view a, std::string_view b) {
  if (!has_wildcard(a))
    return pattern_matches(b, a);
  if (!has_wildcard(b))
    return pattern_matches(a, b);
  if (!prefixes_agree(literal_prefix(a), literal_prefix(b)))
    return verdict::no;
  if (too_long(a, b))
    return verdict::undecidable;
  return verdict_of(align(split(a), split(b), true, segments_meet));
}

verdict pattern_contains(std::string_view outer, std::string_view inner) {
  if (!has_wildcard(inner))
    return pattern_matches(outer, inner);
  if (!has_wildcard(outer))
    return verdict::no; // a wildcard matches more than one path
  if (too_long(outer, inner))
    return outer == inner ? verdict::yes : verdict::undecidable;
  const auto wide = canonical(outer), narrow = canonical(inner);
  // Proof: every wildcard of the inner pattern is taken by an equal or stronger one of the outer.
  if (align(wide, narrow, false,
            [](std::string_view o, std::string_view i) { return i != any_run && segment_matches(o, i); }))
    return verdict::yes;
  // Refutation: a path that only the inner pattern matches; runs longer than all of the outer can only fit a `**`.
  if (!matches(wide, witness(narrow, 0)) || !matches(wide, witness(narrow, wide.size() + 1)))
    return verdict::no;
  return verdict::undecidable;
}

} // namespace mpac::protocol
