// What the commands of `mpac join` share: the participant, the person, and what this person has seen.
#pragma once

#include "client/participant.hpp"
#include "tools/mpac/join/spoken_command.hpp"
#include "tools/mpac/model_options.hpp"
#include "tools/mpac/terminal/conversation.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tools::join {

/// What comes of a command.
using outcome = boost::asio::awaitable<exit_code>;

/// A file as this person knows it: what is committed rests on it (SPEC 16.3).
struct seen_file {
  std::string content, state_ref;
};

/// Something that others did.
struct noted_event {
  std::string_view name;
};

struct room {
  room(client::participant& by, terminal::conversation& with, boost::asio::any_io_executor on)
      : by(by), with(with), on(std::move(on)), happened(this->on) {
    happened.expires_at(boost::asio::steady_timer::time_point::max());
  }

  client::participant& by;
  terminal::conversation& with;
  boost::asio::any_io_executor on;
  model_access thinks_with;
  bool asks = true; ///< before something is committed that the person has not written word for word

  std::map<std::string, seen_file> seen;              ///< by path
  std::map<std::string, std::string> drafts;          ///< edited, and not taken: by path
  std::map<std::string, std::string> claims;          ///< that wait to be judged: id, and whose
  std::deque<noted_event> unpassed;                   ///< what others did that no `wait` has passed yet
  boost::asio::steady_timer happened;                 ///< cancelled when something is noted
  bool is_interrupted = false;                        ///< the person does not wait any longer
  std::optional<protocol::intent_disposition> leaves; ///< `quit` was said

  // Saying

  /// Prose: broken at the terminal's width.
  void say(const terminal::styled_line& line);
  void say(const terminal::styled_lines& lines);
  /// Contents: lines as they are.
  void show(const terminal::styled_lines& lines);
  exit_code sorry(exit_code code, std::string_view why);
  exit_code sorry(const client::request_error& why);
  /// "y" or "yes" in answer to a question; without `asks` always true.
  boost::asio::awaitable<bool> agrees(std::string question);

  // Names: an identifier, or the start of one that no other has; an error has been said.

  [[nodiscard]] std::optional<protocol::intent_id> intent(const std::string& typed);
  [[nodiscard]] std::optional<protocol::conflict_id> conflict(const std::string& typed);
  [[nodiscard]] std::optional<protocol::claim_id> claim(const std::string& typed);

  /// Seconds; an error has been said.
  [[nodiscard]] std::optional<double> seconds(const std::string& typed);
};

/// The id that begins with `typed`, or is it. The error is a sentence.
[[nodiscard]] base::result<std::string, std::string>
id_beginning_with(const std::string& typed, const std::vector<std::string>& among, std::string_view what);

// The commands: each in the file that its comment names.

// file_commands.cpp
outcome list_files(room& in);
outcome show_file(room& in, const spoken_command& said);
outcome show_difference(room& in, const spoken_command& said);
outcome edit_file(room& in, const spoken_command& said);
/// `is_proposed`: OP_PROPOSE first.
outcome commit_file(room& in, const spoken_command& said, bool is_proposed);

// intent_commands.cpp
outcome announce(room& in, const spoken_command& said);
outcome update(room& in, const spoken_command& said);
outcome withdraw(room& in, const spoken_command& said);
outcome defer(room& in, const spoken_command& said);
outcome claim(room& in, const spoken_command& said);
outcome judge(room& in, const spoken_command& said);

// conflict_commands.cpp
outcome acknowledge(room& in, const spoken_command& said);
outcome resolve(room& in, const spoken_command& said);
outcome escalate(room& in, const spoken_command& said);

// session_commands.cpp
outcome who(room& in);
outcome list_intents(room& in);
outcome list_conflicts(room& in);
outcome wait(room& in, const spoken_command& said);
exit_code help(room& in, const spoken_command& said);

// task_command.cpp
outcome work_on_task(room& in, std::string task);

} // namespace mpac::tools::join
