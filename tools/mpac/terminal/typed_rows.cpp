#include "tools/mpac/terminal/typed_rows.hpp"

#include <algorithm>
#include <cwchar>
#include <cwctype>

namespace mpac::tools::terminal {
namespace {

constexpr wchar_t last_ascii = 0x7f, last_of_four_digits = 0xffff;
constexpr std::size_t caret_columns = 2, short_escape_columns = 7, long_escape_columns = 8, tab = 8;

struct place {
  std::size_t columns;
  std::size_t row = 0, column = 0;

  void put(std::size_t width) {
    if (column + width > columns)
      end_row();
    column += width;
    if (column >= columns)
      end_row();
  }
  void put_each(std::size_t letters) {
    for (; letters > 0; --letters)
      put(1);
  }
  void put_tab() {
    do
      put(1);
    while (column % tab != 0);
  }
  void end_row() {
    ++row;
    column = 0;
  }
};

void put(place& at, wchar_t letter) {
  if (letter == L'\t')
    at.put_tab();
  else if (letter <= last_ascii && std::iswcntrl(static_cast<std::wint_t>(letter)))
    at.put_each(caret_columns);
  else if (std::iswprint(static_cast<std::wint_t>(letter)))
    at.put(static_cast<std::size_t>(std::max(0, ::wcwidth(letter))));
  else
    at.put_each(letter > last_of_four_digits ? long_escape_columns : short_escape_columns);
}

} // namespace

std::size_t rows_down(std::string_view prompt, std::string_view text, std::size_t columns) {
  constexpr std::size_t widest_letter = 2;
  place at{std::max(columns, widest_letter)};
  for (auto rest : {prompt, text}) {
    std::mbstate_t state{};
    while (!rest.empty()) {
      wchar_t letter = 0;
      const auto length = std::mbrtowc(&letter, rest.data(), rest.size(), &state);
      const bool is_letter = length > 0 && length <= rest.size();
      if (is_letter) {
        put(at, letter);
      } else {
        at.put(1);
        state = {};
      }
      rest.remove_prefix(is_letter ? length : 1);
    }
  }
  return at.row;
}

} // namespace mpac::tools::terminal
