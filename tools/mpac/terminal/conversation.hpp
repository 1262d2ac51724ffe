// Where a person types lines and reads others: a terminal, or a script through pipes.
#pragma once

#include "tools/mpac/terminal/styled_line.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tools::terminal {

/// What a word at the cursor may become.
struct completion {
  std::size_t begin = 0;          ///< where the word begins in the text before the cursor
  std::vector<std::string> words; ///< all that fit
  std::string common;             ///< what they begin with
  bool is_unfinished = false;     ///< no space is put behind a single one
};

/// All functions on its executor, one coroutine at a time.
class conversation {
public:
  virtual ~conversation() = default;

  /// The next line that is typed; nothing when no more comes.
  [[nodiscard]] virtual boost::asio::awaitable<std::optional<std::string>> next_line() = 0;
  /// Asks for a line, and takes none that was typed before it was asked for; nothing when none comes, or the person
  /// interrupts.
  [[nodiscard]] virtual boost::asio::awaitable<std::optional<std::string>> ask(const styled_line& question) = 0;
  /// Shows lines at once, above what is being typed.
  virtual void print(const styled_lines& lines) = 0;
  /// What stands before the line that is typed.
  virtual void set_prompt(const std::string& prompt) = 0;

  /// Leaves the terminal to another program until `resume`: nothing is read, and what is printed waits.
  virtual void pause() = 0;
  virtual void resume() = 0;
  /// Ends: `next_line` and `ask` come back with nothing.
  virtual void stop() = 0;

  /// How wide it is; nothing where nobody looks.
  [[nodiscard]] virtual std::optional<std::size_t> columns() const = 0;

  /// Called when the person interrupts (Ctrl-C).
  std::function<void()> on_interrupt;
  /// Completes the text before the cursor.
  std::function<completion(std::string_view text)> complete;
};

/// On standard input and output. With line editing if both are terminals that can move a cursor.
[[nodiscard]] std::unique_ptr<conversation> standard_conversation(const boost::asio::any_io_executor& on,
                                                                  const console& with);

/// The two that there are.
[[nodiscard]] std::unique_ptr<conversation> edited_conversation(const boost::asio::any_io_executor& on,
                                                                const console& with);
[[nodiscard]] std::unique_ptr<conversation> piped_conversation(const boost::asio::any_io_executor& on,
                                                               const console& with);

} // namespace mpac::tools::terminal
