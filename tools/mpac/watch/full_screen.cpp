#include "tools/mpac/watch/full_screen.hpp"

#include <string>
#include <string_view>

#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

namespace mpac::tools::watch {
namespace {

// Another page, no cursor, and no wrapping: terminals do not agree on how wide some letters are, and a line that one
// of them takes for too long must not push down all others.
constexpr std::string_view take = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J", give_back = "\x1b[?7h\x1b[?25h\x1b[?1049l";
constexpr std::string_view erased_row = "\x1b[2K", end_of_page = "\x1b[J";

std::string at_row(std::size_t row) {
  return "\x1b[" + std::to_string(row + 1) + "H";
}

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
  std::string text;
  for (std::size_t row = 0; row < lines.size(); ++row) {
    text += at_row(row);
    text += erased_row;
    text += lines[row].painted(in_colour_);
  }
  if (lines.size() < size().rows) {
    text += at_row(lines.size());
    text += end_of_page;
  }
  write_out(text);
}

} // namespace mpac::tools::watch
