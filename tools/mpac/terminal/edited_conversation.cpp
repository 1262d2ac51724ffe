// A person at a terminal: libedit edits the line, and what others do appears above it.
#include "tools/mpac/terminal/conversation.hpp"
#include "tools/mpac/terminal/history_file.hpp"
#include "tools/mpac/terminal/typed_rows.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <deque>
#include <ostream>
#include <utility>

#include <histedit.h>
#include <langinfo.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mpac::tools::terminal {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

constexpr int remembered_lines = 1000;
constexpr std::size_t usual_columns = 80, usual_rows = 24;
constexpr char end_of_transmission = '\x04';

/// libedit reads letters by the locale; ours are UTF-8 whatever the system's are.
void read_utf8() {
  if (!std::setlocale(LC_CTYPE, "") || std::strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
    std::setlocale(LC_CTYPE, "C.UTF-8");
}

std::size_t letters_in(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char each) { return (each & 0xc0) != 0x80; }));
}

class edited final : public conversation {
public:
  edited(const asio::any_io_executor& on, const console& with)
      : with_(with), in_(on, dup(STDIN_FILENO)), signals_(on, SIGINT, SIGWINCH, SIGTSTP), line_typed_(on),
        resumed_(on) {
    line_typed_.expires_at(asio::steady_timer::time_point::max());
    resumed_.expires_at(asio::steady_timer::time_point::max());
    signals_.add(SIGCONT);
    read_utf8();
    editor_ = el_init("mpac", stdin, stdout, stderr);
    past_ = history_init();
    HistEvent ignored;
    history(past_, &ignored, H_SETSIZE, remembered_lines);
    history(past_, &ignored, H_SETUNIQUE, 1);
    if (file_ = history_file(); !file_.empty())
      history(past_, &ignored, H_LOAD, file_.c_str());
    el_set(editor_, EL_CLIENTDATA, this);
    el_set(editor_, EL_EDITOR, "emacs");
    el_set(editor_, EL_SIGNAL, 0);
    el_set(editor_, EL_HIST, history, past_);
    el_set(editor_, EL_PROMPT, &edited::prompt_of);
    el_set(editor_, EL_ADDFN, "mpac-complete", "completes what is typed", &edited::complete_in);
    el_set(editor_, EL_BIND, "^I", "mpac-complete", nullptr);
    el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_source(editor_, nullptr); // the user's ~/.editrc
    el_set(editor_, EL_UNBUFFERED, 1);
    asio::co_spawn(on, read(), asio::detached);
    asio::co_spawn(on, heed_signals(), asio::detached);
  }
  edited(const edited&) = delete;
  edited& operator=(const edited&) = delete;

  ~edited() override {
    erase();
    std::fflush(stdout);
    el_set(editor_, EL_UNBUFFERED, 0);
    if (!file_.empty()) {
      const auto before = umask(S_IRWXG | S_IRWXO);
      HistEvent ignored;
      history(past_, &ignored, H_SAVE, file_.c_str());
      umask(before);
    }
    history_end(past_);
    el_end(editor_);
  }

  awaitable<std::optional<std::string>> next_line() override {
    while (lines_.empty() && !is_stopped_)
      co_await until(line_typed_);
    if (lines_.empty())
      co_return std::nullopt;
    auto line = std::move(lines_.front());
    lines_.pop_front();
    co_return line;
  }

  awaitable<std::optional<std::string>> ask(const styled_line& question) override {
    erase();
    usual_prompt_ = std::exchange(prompt_, question.plain() + " ");
    is_asked_ = true;
    answer_.reset();
    draw();
    while (is_asked_ && !is_stopped_)
      co_await until(line_typed_);
    end_question();
    co_return std::exchange(answer_, std::nullopt);
  }

  void print(const styled_lines& lines) override {
    if (lines.empty())
      return;
    if (is_paused_) {
      held_.insert(held_.end(), lines.begin(), lines.end());
      return;
    }
    erase();
    std::string text;
    for (const auto& each : lines)
      text += each.painted(with_.is_out_coloured) + "\n";
    std::fputs(text.c_str(), stdout);
    draw();
  }

  void set_prompt(const std::string& prompt) override {
    auto& shown = is_asked_ ? usual_prompt_ : prompt_;
    if (prompt == shown)
      return;
    if (!is_asked_)
      erase();
    shown = prompt;
    if (!is_asked_)
      draw();
  }

  void pause() override {
    erase();
    std::fflush(stdout);
    is_paused_ = true;
    el_set(editor_, EL_PREP_TERM, 0);
  }

  void resume() override {
    is_paused_ = false;
    el_set(editor_, EL_PREP_TERM, 1);
    std::fputc('\r', stdout);
    el_resize(editor_); // the other program may have been told of another size
    draw();
    resumed_.cancel();
    print(std::exchange(held_, {}));
  }

  void stop() override {
    is_stopped_ = true;
    line_typed_.cancel();
    resumed_.cancel();
    boost::system::error_code ignored;
    in_.cancel(ignored);
    signals_.cancel(ignored);
  }

  std::optional<std::size_t> columns() const override { return size().columns; }

private:
  static edited& of(EditLine* editor) {
    void* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return *static_cast<edited*>(self);
  }

  static char* prompt_of(EditLine* editor) { return of(editor).prompt_.data(); }

  static unsigned char complete_in(EditLine* editor, int) { return of(editor).complete_word(); }

  static awaitable<void> until(asio::steady_timer& signal) {
    boost::system::error_code woken;
    co_await signal.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }

  unsigned char complete_word() {
    const auto text = before_cursor();
    const auto found = complete ? complete(text) : completion{};
    if (found.words.empty())
      return CC_REFRESH_BEEP;
    const auto typed = text.substr(std::min(found.begin, text.size()));
    auto whole = found.common;
    if (found.words.size() == 1 && !found.is_unfinished)
      whole += ' ';
    if (whole != typed && whole.size() >= typed.size()) {
      el_deletestr(editor_, static_cast<int>(letters_in(typed)));
      el_insertstr(editor_, whole.c_str());
      return CC_REFRESH;
    }
    offered_ = found.words;
    return CC_REFRESH;
  }

  /// What fits, in columns, once libedit has come back.
  void print_offers() {
    if (offered_.empty())
      return;
    std::size_t widest = 0;
    for (const auto& each : offered_)
      widest = std::max(widest, columns_of(each) + 2);
    const auto in_a_row = std::max<std::size_t>(1, size().columns / widest);
    styled_lines rows;
    for (std::size_t at = 0; at < offered_.size(); ++at) {
      if (at % in_a_row == 0)
        rows.emplace_back();
      rows.back().add(colour::dim, fitted(offered_[at], widest));
    }
    offered_.clear();
    print(rows);
  }

  /// What stands before the cursor, behind the prompt.
  [[nodiscard]] std::string_view before_cursor() const {
    const auto* line = el_line(editor_);
    return {line->buffer, static_cast<std::size_t>(line->cursor - line->buffer)};
  }

  /// Takes what is being typed from the screen: the cursor is where its first letter was. libedit draws it again.
  void erase() {
    if (is_paused_)
      return;
    const auto [columns, rows] = size();
    // Of a line with more rows than the screen libedit shows the last ones.
    const auto above = std::min(rows_down(prompt_, before_cursor(), columns), rows - 1);
    if (above > 0)
      std::fprintf(stdout, "\x1b[%zuA", above);
    std::fputs("\r\x1b[J", stdout);
  }

  void draw() {
    if (!is_paused_)
      el_set(editor_, EL_REFRESH);
    std::fflush(stdout);
  }

  struct screen {
    std::size_t columns = usual_columns, rows = usual_rows;
  };
  [[nodiscard]] static screen size() {
    winsize told{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &told) != 0 || told.ws_col == 0 || told.ws_row == 0)
      return {};
    return {told.ws_col, told.ws_row};
  }

  /// The usual prompt is the next one that is drawn.
  void end_question() {
    if (std::exchange(is_asked_, false))
      prompt_ = usual_prompt_;
  }

  /// The line stays to be read, whole, wherever in it the cursor was.
  void leave_line_as_it_is() {
    const auto* line = el_line(editor_);
    const std::string_view typed(line->buffer, static_cast<std::size_t>(line->lastchar - line->buffer));
    erase();
    std::fprintf(stdout, "%s%s^C\n", prompt_.c_str(), on_one_line(typed).c_str());
  }

  /// An empty line to type on, without what was there.
  void begin_line() {
    el_set(editor_, EL_UNBUFFERED, 0);
    el_set(editor_, EL_UNBUFFERED, 1);
    std::fflush(stdout);
  }

  awaitable<void> read() {
    while (!is_stopped_) {
      boost::system::error_code failed;
      co_await in_.async_wait(asio::posix::stream_descriptor::wait_read,
                              asio::redirect_error(asio::use_awaitable, failed));
      while (is_paused_ && !is_stopped_)
        co_await until(resumed_);
      if (is_stopped_)
        co_return;
      if (failed)
        break;
      int count = 0;
      const char* text = el_gets(editor_, &count);
      if (count < 0 || (!text && is_hung_up()))
        break;
      print_offers();
      if (!text || count == 0)
        continue;
      std::string line(text, static_cast<std::size_t>(count));
      if (line == std::string_view(&end_of_transmission, 1))
        break;
      if (line.back() != '\n' && line.back() != '\r')
        continue;
      line.pop_back();
      take(std::move(line));
    }
    stop();
  }

  /// A terminal that has gone is readable for ever, with nothing to read.
  [[nodiscard]] bool is_hung_up() const {
    int waiting = 0;
    return ioctl(STDIN_FILENO, FIONREAD, &waiting) != 0 || isatty(STDIN_FILENO) != 1;
  }

  void take(std::string line) {
    if (is_asked_) {
      answer_ = std::move(line);
      end_question();
    } else {
      if (line.find_first_not_of(' ') != line.npos) {
        HistEvent ignored;
        history(past_, &ignored, H_ENTER, line.c_str());
      }
      lines_.push_back(std::move(line));
    }
    line_typed_.cancel();
    begin_line();
  }

  awaitable<void> heed_signals() {
    for (;;) {
      boost::system::error_code failed;
      const int which = co_await signals_.async_wait(asio::redirect_error(asio::use_awaitable, failed));
      if (failed || is_stopped_)
        co_return;
      if (!is_paused_)
        heed(which);
    }
  }

  void heed(int which) {
    switch (which) {
    case SIGINT:
      leave_line_as_it_is();
      end_question();
      begin_line();
      line_typed_.cancel();
      if (on_interrupt)
        on_interrupt();
      break;
    case SIGWINCH:
      erase();
      el_resize(editor_);
      draw();
      break;
    case SIGTSTP:
      erase();
      std::fflush(stdout);
      el_set(editor_, EL_PREP_TERM, 0);
      kill(getpid(), SIGSTOP);
      break;
    default: // SIGCONT
      el_set(editor_, EL_PREP_TERM, 1);
      std::fputc('\r', stdout);
      el_resize(editor_);
      draw();
    }
  }

  const console& with_;
  asio::posix::stream_descriptor in_;
  asio::signal_set signals_;
  asio::steady_timer line_typed_, resumed_;
  EditLine* editor_ = nullptr;
  History* past_ = nullptr;
  std::string file_, prompt_ = "> ", usual_prompt_; ///< `usual_prompt_`: to come again behind a question
  std::deque<std::string> lines_;
  std::vector<std::string> offered_;
  std::optional<std::string> answer_;
  styled_lines held_;
  bool is_asked_ = false, is_paused_ = false, is_stopped_ = false;
};

} // namespace

std::unique_ptr<conversation> edited_conversation(const asio::any_io_executor& on, const console& with) {
  return std::make_unique<edited>(on, with);
}

} // namespace mpac::tools::terminal
