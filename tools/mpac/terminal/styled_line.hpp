// A line to be shown, in words of ours and of others, and the one place where it becomes bytes for a terminal.
#pragma once

#include "tools/mpac/console.hpp"
#include "tools/mpac/terminal/safe_text.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mpac::tools::terminal {

/// Whatever is put in is made safe at once (`on_one_line`): escape sequences exist only in what `painted` makes.
class styled_line {
public:
  styled_line() = default;
  styled_line(std::string_view text) { add(text); } // NOLINT: a line may be no more than a text
  styled_line(const char* text) : styled_line(std::string_view(text)) {}
  styled_line(const std::string& text) : styled_line(std::string_view(text)) {}

  styled_line& add(std::string_view text) & { return put({}, text); }
  styled_line& add(colour how, std::string_view text) & { return put(how, text); }
  styled_line&& add(std::string_view text) && { return std::move(put({}, text)); }
  styled_line&& add(colour how, std::string_view text) && { return std::move(put(how, text)); }
  styled_line& append(const styled_line& more) & {
    pieces_.insert(pieces_.end(), more.pieces_.begin(), more.pieces_.end());
    return *this;
  }
  styled_line&& append(const styled_line& more) && { return std::move(append(more)); }

  [[nodiscard]] std::string plain() const;
  /// With colours of ECMA-48 where they are wanted.
  [[nodiscard]] std::string painted(bool is_coloured) const;
  [[nodiscard]] std::size_t columns() const { return columns_of(plain()); }
  /// The first so many columns (see `cut_to`).
  [[nodiscard]] styled_line cut(std::size_t columns) const;
  /// In lines of at most so many columns, broken at spaces where there are any; all but the first are indented.
  [[nodiscard]] std::vector<styled_line> broken(std::size_t columns, std::size_t indent) const;

private:
  /// The bytes from one place to another of the plain text.
  [[nodiscard]] styled_line part(std::size_t from, std::size_t to) const;

  struct piece {
    std::optional<colour> how;
    std::string text;
  };
  styled_line& put(std::optional<colour> how, std::string_view text) {
    pieces_.push_back({how, on_one_line(text)});
    return *this;
  }
  std::vector<piece> pieces_;
};

using styled_lines = std::vector<styled_line>;

} // namespace mpac::tools::terminal
