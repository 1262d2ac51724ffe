#include "tests/conversations/conversation.hpp"

#include "tests/support/json.hpp"

#include <algorithm>
#include <fstream>
#include <string_view>
#include <utility>

namespace mpac::tests {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

/// `case "title" [ids]`
conversation opened_by(std::string_view heading, const std::string& file, int line) {
  conversation made;
  made.file = file;
  made.line = line;
  const auto begin = heading.find('"'), end = heading.rfind('"');
  if (begin == end)
    throw unreadable(file + ":" + std::to_string(line) + ": a case needs its title in quotes");
  made.title = heading.substr(begin + 1, end - begin - 1);
  auto ids = heading.substr(end + 1);
  for (auto open = ids.find('['); open != std::string_view::npos; open = ids.find('[')) {
    const auto close = ids.find(']', open);
    if (close == std::string_view::npos)
      throw unreadable(file + ":" + std::to_string(line) + ": an id lacks its closing bracket");
    made.proves.emplace_back(ids.substr(open + 1, close - open - 1));
    ids.remove_prefix(close + 1);
  }
  return made;
}

} // namespace

bool restarts(const conversation& what) {
  return std::any_of(what.sentences.begin(), what.sentences.end(),
                     [](const sentence& each) { return each.text == "restart" || each.text.starts_with("restart "); });
}

std::vector<conversation> read_conversations(const std::filesystem::path& file) {
  std::ifstream in(file);
  if (!in)
    throw unreadable(file.string() + ": can't be read");
  std::vector<conversation> found;
  std::string text, whole;
  int line = 0, begun = 0;
  while (std::getline(in, text)) {
    ++line;
    auto part = trimmed(text);
    if (part.empty() || part.front() == '#')
      continue;
    if (whole.empty())
      begun = line;
    const bool goes_on = part.back() == '\\';
    whole += goes_on ? part.substr(0, part.size() - 1) : part;
    if (goes_on)
      continue;
    if (whole.starts_with("case "))
      found.push_back(opened_by(whole, file.filename().string(), begun));
    else if (found.empty())
      throw unreadable(file.string() + ":" + std::to_string(begun) + ": stands before the first case");
    else
      found.back().sentences.push_back({begun, whole});
    whole.clear();
  }
  return found;
}

std::vector<conversation> all_conversations(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".mpac")
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<conversation> all;
  for (const auto& file : files)
    for (auto& one : read_conversations(file))
      all.push_back(std::move(one));
  return all;
}

} // namespace mpac::tests
