#include "tools/mpac/terminal/styled_line.hpp"

#include <algorithm>

namespace mpac::tools::terminal {

std::string styled_line::plain() const {
  std::string all;
  for (const auto& each : pieces_)
    all += each.text;
  return all;
}

std::string styled_line::painted(bool is_coloured) const {
  std::string all;
  for (const auto& each : pieces_)
    all += each.how ? in_colour(is_coloured, *each.how, each.text) : each.text;
  return all;
}

styled_line styled_line::cut(std::size_t columns) const {
  if (this->columns() <= columns)
    return *this;
  styled_line made;
  std::size_t left = columns;
  for (std::size_t i = 0; i < pieces_.size() && left > 0; ++i) {
    const auto& each = pieces_[i];
    const auto width = columns_of(each.text);
    // A piece that fits exactly, with more behind it, has to show that there is more.
    const bool is_whole = width < left;
    made.pieces_.push_back({each.how, is_whole ? each.text : cut_to(each.text + " ", left)});
    left -= is_whole ? width : left;
  }
  return made;
}

styled_line styled_line::part(std::size_t from, std::size_t to) const {
  styled_line made;
  std::size_t begin = 0;
  for (const auto& each : pieces_) {
    const auto end = begin + each.text.size();
    if (const auto first = std::max(begin, from), last = std::min(end, to); first < last)
      made.pieces_.push_back({each.how, each.text.substr(first - begin, last - first)});
    begin = end;
  }
  return made;
}

std::vector<styled_line> styled_line::broken(std::size_t columns, std::size_t indent) const {
  const auto whole = plain();
  if (columns_of(whole) <= columns || columns <= indent)
    return {*this};
  std::vector<styled_line> lines;
  const auto first = wrapped(whole, columns).front();
  lines.push_back(part(0, first.size()));
  auto at = std::min(whole.find_first_not_of(' ', first.size()), whole.size());
  if (at == whole.size())
    return lines;
  for (const auto& each : wrapped(std::string_view(whole).substr(at), columns - indent)) {
    auto& line = lines.emplace_back();
    line.add(std::string(indent, ' '));
    line.append(part(at, at + each.size()));
    at = std::min(whole.find_first_not_of(' ', at + each.size()), whole.size());
  }
  return lines;
}

} // namespace mpac::tools::terminal
