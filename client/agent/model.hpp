// What an agent needs of whoever offers language models: one question, one answer. Another provider is one more class.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "protocol/json_text.hpp"
#include "protocol/messages/session_messages.hpp"
#include "security/strict_json.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::client::agent {

enum class speaker : std::uint8_t { user, model };

struct turn {
  speaker by = speaker::user;
  std::string text;
};

/// The form of an answer: one JSON object.
struct answer_form {
  std::string name;           ///< letters, digits, `_` and `-`, at most 64
  std::string description;    ///< for the model: what it fills in, and when which member
  protocol::json_text schema; ///< JSON Schema of an object whose `additionalProperties` are false
};

struct question {
  std::string system;                ///< what the model is, and the rules it follows
  std::vector<turn> turns;           ///< begins and ends with the user
  std::optional<answer_form> form;   ///< nothing: the answer is a text
  std::uint32_t longest = 16 * 1024; ///< tokens of the answer; a longer one is `trouble::cut_short`
  /// Hears the answer piece by piece while it is made, where the provider streams: texts, or the object's JSON. An
  /// empty piece: it begins anew, forget what came before.
  std::function<void(std::string_view piece)> on_piece;
};

/// In tokens, as the provider counts and bills them.
struct usage {
  std::uint64_t requests = 0; ///< that were answered
  std::uint64_t input = 0, output = 0;
  std::uint64_t cache_written = 0, cache_read = 0;

  usage& operator+=(const usage& more) noexcept;
  friend bool operator==(const usage&, const usage&) = default;
};

struct answer {
  std::string text;             ///< of a question without form; beside an object: what the model said to it
  security::json_object object; ///< of a question with one. It was read, not checked against the schema
  usage used;
  std::string model; ///< which one has answered, in the provider's words
};

/// Why there is no answer.
enum class trouble : std::uint8_t {
  unreachable,     ///< no connection, or TLS was not agreed on
  broken_off,      ///< the connection ended before the answer did
  timed_out,       ///< no answer, or not all of it, in time
  authentication,  ///< the key is missing or is not believed
  permission,      ///< the key may not do this
  billing,         ///< the account has no means left, or has reached its spending limit
  not_found,       ///< no such model or address
  invalid_request, ///< the provider finds the question wrong
  too_large,       ///< the question is longer than the provider or the model takes
  rate_limited,    ///< too many questions; see `retry_after`
  overloaded,      ///< the provider has too much to do
  server_error,    ///< the provider's own failure
  cut_short,       ///< the answer reached `question::longest`
  declined,        ///< the model will not answer this
  unreadable,      ///< what came is no answer: not the provider's form, or not the one asked for
};

[[nodiscard]] std::string_view to_string(trouble why) noexcept;

/// No text of it ever holds the key.
struct model_error {
  trouble why = trouble::unreachable;
  std::string what;                          ///< a sentence for a person; the provider's own message where there is one
  std::string type;                          ///< the provider's name for it, such as `overloaded_error`
  std::optional<unsigned> status;            ///< of HTTP
  std::string request_id;                    ///< what the provider's support asks for
  std::optional<base::duration> retry_after; ///< how long the provider asks to wait
  std::uint32_t attempts = 1;                ///< how often it was tried
  usage used;                                ///< what it cost all the same
};

/// For logs and terminals.
[[nodiscard]] std::string describe(const model_error& failed);

/// Asynchronous, on an executor that runs one handler at a time. One question at a time or several, as the class says.
class model {
public:
  virtual ~model() = default;

  [[nodiscard]] virtual boost::asio::awaitable<base::result<answer, model_error>> ask(question what) = 0;
  /// What HELLO says of it (SPEC 14.3.1).
  [[nodiscard]] virtual protocol::backend backend() const = 0;
};

} // namespace mpac::client::agent
