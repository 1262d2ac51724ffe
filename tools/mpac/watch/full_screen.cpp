#include "tools/mpac/watch/full_screen.hpp"

#include <string>
#include <string_view>

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace mpac::tools::watch {
namespace {

constexpr std::string_view take = "\x1b[?1049h\x1b[?25l\x1b[2J", give_back = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view home = "\x1b[H", end_of_line = "\x1b[K", end_of_page = "\x1b[J";

/// All of it, past whatever interrupts; a terminal that has gone takes no more.
void write_out(std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written <= 0)
      return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

} // namespace

struct full_screen::terminal_state {
  termios modes{};
};

full_screen::full_screen(bool in_colour) : before_(std::make_unique<terminal_state>()), in_colour_(in_colour) {
  tcgetattr(STDIN_FILENO, &before_->modes);
  enter();
}

full_screen::~full_screen() {
  leave();
}

void full_screen::enter() {
  if (is_taken_)
    return;
  auto modes = before_->modes;
  modes.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
  write_out(take);
  is_taken_ = true;
}

void full_screen::leave() {
  if (!is_taken_)
    return;
  write_out(give_back);
  tcsetattr(STDIN_FILENO, TCSADRAIN, &before_->modes);
  is_taken_ = false;
}

screen_size full_screen::size() {
  winsize told{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &told) != 0 || told.ws_col == 0 || told.ws_row == 0)
    return {};
  return {told.ws_col, told.ws_row};
}

void full_screen::draw(const terminal::styled_lines& lines) const {
  std::string text(home);
  for (std::size_t at = 0; at < lines.size(); ++at) {
    if (at > 0)
      text += "\n";
    text += lines[at].painted(in_colour_);
    // Where a line fills the row, the cursor waits on its last column, and what is erased there would be that letter.
    if (lines[at].columns() < size().columns)
      text += end_of_line;
  }
  text += "\r";
  if (lines.size() < size().rows)
    text += "\n" + std::string(end_of_page);
  write_out(text);
}

} // namespace mpac::tools::watch
