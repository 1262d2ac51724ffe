#include "client/agent/unified_diff.hpp"

#include <dtl/dtl.hpp>

#include <sstream>
#include <vector>

namespace mpac::client::agent {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      lines.back() += "\n\\ No newline at end of file";
      break;
    }
    text.remove_prefix(end + 1);
  }
  return lines;
}

} // namespace

std::string unified_diff(std::string_view path, std::string_view before, std::string_view after) {
  if (before == after)
    return {};
  const auto old_lines = lines_of(before), new_lines = lines_of(after);
  dtl::Diff<std::string, std::vector<std::string>> difference(old_lines, new_lines);
  difference.onHuge();
  difference.compose();
  difference.composeUnifiedHunks();
  std::ostringstream out;
  out << "--- a/" << path << "\n+++ b/" << path << '\n';
  difference.printUnifiedFormat(out);
  return std::move(out).str();
}

} // namespace mpac::client::agent
