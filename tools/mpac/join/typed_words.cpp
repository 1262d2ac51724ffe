#include "tools/mpac/join/typed_words.hpp"

#include <utility>

namespace mpac::tools::join {
namespace {

struct reading {
  std::vector<std::string> words; ///< that have ended
  std::string word;
  std::size_t begin = 0;
  bool is_in_word = false;
  char quote = 0;
  bool is_escaped = false;
};

reading read(std::string_view text) {
  reading so_far;
  auto& [words, word, begin, is_in_word, quote, is_escaped] = so_far;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char next = text[at];
    const bool is_space = next == ' ' || next == '\t';
    if (!quote && !is_escaped && is_space) {
      if (is_in_word)
        words.push_back(std::exchange(word, {}));
      is_in_word = false;
      continue;
    }
    if (!is_in_word)
      begin = at;
    is_in_word = true;
    if (is_escaped) {
      if (quote && next != '"' && next != '\\')
        word += '\\';
      word += next;
      is_escaped = false;
    } else if (quote != '\'' && next == '\\') {
      is_escaped = true;
    } else if (quote) {
      if (next == quote)
        quote = 0;
      else
        word += next;
    } else if (next == '\'' || next == '"') {
      quote = next;
    } else {
      word += next;
    }
  }
  if (!is_in_word)
    begin = text.size();
  return so_far;
}

} // namespace

base::result<std::vector<std::string>, std::string> words_in(std::string_view line) {
  auto made = read(line);
  if (made.quote)
    return base::fail(std::string("a quotation that begins with ") + made.quote + " does not end");
  if (made.is_escaped)
    return base::fail(std::string("nothing follows the backslash at the end"));
  if (made.is_in_word)
    made.words.push_back(std::move(made.word));
  return base::result<std::vector<std::string>, std::string>{boost::system::in_place_value, std::move(made.words)};
}

half_typed half_typed_in(std::string_view text) {
  auto made = read(text);
  return {std::move(made.words), std::move(made.word), made.begin};
}

std::string as_typed(std::string_view word) {
  constexpr std::string_view special = " \t'\"\\";
  std::string made;
  for (const char each : word) {
    if (special.find(each) != special.npos)
      made += '\\';
    made += each;
  }
  return word.empty() ? "''" : made;
}

} // namespace mpac::tools::join
