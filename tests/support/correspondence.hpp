// Messages in notation, said and heard on a stage: one line is one message (tests/conversations/README.md).
#pragma once

#include "tests/support/message_writer.hpp"
#include "tests/support/stage.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tests {

/// Keeps what goes on from message to message: ids and clocks of the speakers, and what names such as `$c` stand for.
class correspondence {
public:
  /// The stage must outlive it.
  explicit correspondence(stage& on) : on_(on) {}

  /// `says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]")`; gives the message id.
  std::string says(const std::string& line, std::string_view notation);
  /// The text `says` would send.
  std::string letter(const std::string& line, std::string_view notation);
  /// A request of the sideband, such as `FILE_READ path=a.py`.
  void asks(const std::string& line, std::string_view notation);

  /// The next frame, parsed, or nothing.
  std::optional<json_document> next(const std::string& line);
  /// Everything that came in since last asked.
  std::vector<json_document> heard(const std::string& line);
  /// The message types of everything that came in since last asked, heartbeats of the coordinator left out.
  std::string kinds_heard(const std::string& line);

  /// Whether the next frame is what the line of notation wants; `why` explains otherwise.
  [[nodiscard]] bool hears(const std::string& line, std::string_view notation);
  [[nodiscard]] bool hears_nothing(const std::string& line);
  /// The same for a frame that `next` gave (null: there was none): a message, or an answer of the sideband.
  [[nodiscard]] bool is_message(const std::string& line, const notation& wanted, const json_document* frame);
  [[nodiscard]] bool is_answer(const std::string& line, const notation& wanted, const json_document* frame);
  /// Why the last of these was false.
  [[nodiscard]] const std::string& why() const noexcept { return why_; }

  /// What names stand for (`$c`).
  [[nodiscard]] bindings& names() noexcept { return names_; }
  /// The id of the last message said on a connection.
  [[nodiscard]] const std::string& last_message(const std::string& line) { return writer_of(line).last_message(line); }

protected:
  /// From now on a connection speaks in this session; in `talk` when nothing is said.
  void leads_to(const std::string& line, const protocol::session_id& session);
  /// Nothing was said yet.
  void begin_anew();

private:
  message_writer& writer_of(const std::string& line);
  bool is_of_type(const std::string& line, const notation& wanted, const json_document* frame,
                  std::string_view type_member);
  bool fits(const json_value& pattern, const json_value* found, const json_document& frame);

  stage& on_;
  std::map<std::string, protocol::session_id, std::less<>> sessions_; ///< by connection
  std::map<protocol::session_id, message_writer> writers_;
  bindings names_;
  std::string why_;
};

/// The coordinator's own heartbeat, which comes whenever it is due.
[[nodiscard]] bool is_routine(const json_document& frame);

} // namespace mpac::tests
