// Somebody in a session, played by a check: writes messages, hears others, and is surprised by what the protocol does
// not allow.
#pragma once

#include "tools/mpac/conform/check.hpp"
#include "tools/mpac/conform/record.hpp"
#include "tools/mpac/conform/socket.hpp"

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace mpac::tools::conform {

/// How long is waited for what must come, and for what must not.
struct patience {
  std::chrono::milliseconds answer{5000};
  std::chrono::milliseconds silence{300}; ///< where a coordinator does not answer what would show that all was heard
};

class visitor {
public:
  visitor(road& on, std::unique_ptr<socket> over, conversation& kept_in, patience how, std::string principal);

  [[nodiscard]] const std::string& principal() const noexcept { return principal_; }
  [[nodiscard]] const std::string& session() const noexcept { return kept_.session; }

  /// A complete envelope. The Lamport clock follows the protocol (SPEC 12.7).
  [[nodiscard]] json::object envelope(std::string_view kind, json::object payload);
  /// Sends an envelope of this payload; its message_id.
  std::string say(std::string_view kind, json::object payload);
  /// Sends any envelope; `is_well_formed` false: it is meant to be refused. Its message_id.
  std::string send(const json::object& envelope, bool is_well_formed = true);
  /// Sends any text.
  void send_text(std::string text);

  // What is said most.
  std::string hello(std::initializer_list<std::string_view> roles, json::object more = {});
  std::string announce(std::string_view intent, std::initializer_list<std::string_view> files, json::object more = {});
  std::string commit(std::string_view op, std::string_view intent, std::string_view target, json::object more = {});

  /// The next message of this kind whose payload (of the workspace's own messages: which itself) holds all of
  /// `expected`. Others in between are passed over. Throws `surprise` if it does not come in time or the connection
  /// ends.
  const heard_message& hears(std::string_view kind, const json::object& expected = {});
  /// The same, with nothing where it does not come.
  const heard_message* may_hear(std::string_view kind, const json::object& expected = {});
  /// Of several kinds the first that comes.
  const heard_message* may_hear_one(const std::function<bool(const heard_message&)>& fits,
                                    std::chrono::milliseconds within);
  /// The message that says so is refused: PROTOCOL_ERROR with one of these codes (none: any), or OP_REJECT where `op`
  /// is given. Throws `surprise` otherwise. A refusal that names another message is passed over.
  const heard_message& is_refused(const std::string& message_id, std::initializer_list<std::string_view> codes = {},
                                  std::string_view op = {});

  /// Whether such a message is among those not yet passed over. Waits for nothing: call scene::settle before.
  [[nodiscard]] const heard_message* has_heard(std::string_view kind, const json::object& expected = {}) const;
  /// One that names this anywhere.
  [[nodiscard]] const heard_message* has_heard_of(std::string_view kind, std::string_view name) const;
  /// Throws `surprise` if it has.
  void has_not_heard(std::string_view kind, const json::object& expected = {}) const;

  /// Throws `surprise` if something was heard that says this intent, or an intent of this principal, is in the way: a
  /// CONFLICT_REPORT that names it, or STALE_INTENT. Of others nothing is said: a session may have older intents.
  void meets_nobody_through(std::string_view name) const;

  /// Waits until everything was heard that the coordinator had to say when it was called.
  void settle();
  /// Waits for the connection to end; null if it does not.
  const ending* may_end();
  [[nodiscard]] const ending* ended() const { return socket_->ended(); }
  /// What was heard since the last message that was waited for, in words.
  [[nodiscard]] std::string heard_lately() const;
  void leave() { socket_->drop(); }

  void lamport(std::int64_t value) { lamport_ = value; }
  [[nodiscard]] std::int64_t lamport() const noexcept { return lamport_; }

private:
  void take_in();
  const heard_message* next(const std::function<bool(const heard_message&)>& fits, std::chrono::milliseconds within);

  road& road_;
  std::unique_ptr<socket> socket_;
  conversation& kept_;
  patience patience_;
  std::string principal_, instance_;
  std::int64_t lamport_ = 0;
  std::size_t taken_in_ = 0; ///< of the socket's messages
  std::size_t passed_ = 0;   ///< of the conversation's
  bool answers_fences_ = true;
};

/// Whether a message is of this kind and holds this.
[[nodiscard]] bool fits(const heard_message& message, std::string_view kind, const json::object& expected);
/// A name nobody else uses.
[[nodiscard]] std::string fresh_name(std::string_view stem);
/// Now, as envelopes write it.
[[nodiscard]] std::string now_text();
/// `{"kind": "file_set", "resources": […]}`
[[nodiscard]] json::object file_set(std::initializer_list<std::string_view> files);
/// A message in a few words: `PROTOCOL_ERROR MALFORMED_MESSAGE "…"`.
[[nodiscard]] std::string brief(const heard_message& message);

} // namespace mpac::tools::conform
