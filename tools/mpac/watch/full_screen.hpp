// The whole screen of a terminal, taken for a while and given back as it was.
#pragma once

#include "tools/mpac/terminal/styled_line.hpp"

#include <cstddef>
#include <memory>

namespace mpac::tools::watch {

// Escape sequences of ECMA-48 and xterm's alternate screen, which every terminal emulator of today knows: a page that
// is drawn anew as a whole needs no library that remembers what stands where.

struct screen_size {
  std::size_t columns = 80, rows = 24;
};

class full_screen {
public:
  /// Takes the screen: another page, no cursor, keys come at once and unseen.
  explicit full_screen(bool in_colour);
  full_screen(const full_screen&) = delete;
  full_screen& operator=(const full_screen&) = delete;
  /// Gives it back.
  ~full_screen();

  [[nodiscard]] static screen_size size();
  /// At most as many lines as there are rows.
  void draw(const terminal::styled_lines& lines) const;
  /// Gives the screen back for a while, and takes it again.
  void leave();
  void enter();

private:
  struct terminal_state;
  std::unique_ptr<terminal_state> before_;
  bool in_colour_, is_taken_ = false;
};

} // namespace mpac::tools::watch
