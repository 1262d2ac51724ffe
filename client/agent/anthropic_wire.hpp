// Anthropic's Messages API as it is written: questions to its JSON, its answers, streams and errors to ours.
#pragma once

#include "client/agent/event_stream.hpp"
#include "client/agent/https_exchange.hpp"
#include "client/agent/model.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::client::agent {

/// How a model is brought to answer in a form. Most models take a tool they are forced to use; the newest refuse that,
/// and write text after a schema instead.
enum class form_by : std::uint8_t { forced_tool, output_schema };

/// The body of a request for `POST /v1/messages`.
[[nodiscard]] std::string anthropic_request(const question& asked, std::string_view model, form_by how, bool streams);

/// What a reply of the API that is no answer says: the type and message of its error object where it has one.
[[nodiscard]] model_error anthropic_error(const http_reply& reply);

/// Takes a secret out of everything that is said in an error, should whoever made it have repeated it, and then
/// shortens what is too long.
void conceal(std::string_view secret, model_error& in);

/// True of an error that says: this model takes no forced tools.
[[nodiscard]] bool refuses_forced_tools(const model_error& failed);

/// Puts an answer together, from a whole message or from a stream's events.
class anthropic_answer {
public:
  explicit anthropic_answer(const question& to) : to_(&to) {}

  /// The body of a reply that is not streamed.
  [[nodiscard]] std::optional<model_error> read(std::string_view body);

  /// One event of a stream; its piece goes to `question::on_piece`.
  [[nodiscard]] std::optional<model_error> hear(const server_event& event);
  /// `message_stop` was heard.
  [[nodiscard]] bool is_whole() const noexcept { return is_whole_; }

  /// The answer, or why it can't be used. Once, when it is whole.
  [[nodiscard]] base::result<answer, model_error> finish();

private:
  /// One entry of `content`.
  struct block {
    std::string type, name;
    std::string text; ///< of `text`; of `tool_use` that is streamed the JSON of its input
    security::json_object input;
  };

  void count(const security::json_object& usage);
  [[nodiscard]] std::optional<model_error> begin_block(std::size_t index, const security::json_object& content);
  [[nodiscard]] std::optional<model_error> add_to_block(std::size_t index, const security::json_object& delta);
  [[nodiscard]] base::result<answer, model_error> in_form(const answer_form& form);

  const question* to_;
  answer made_;
  std::string stop_reason_;
  std::map<std::size_t, block> blocks_;
  bool is_begun_ = false, is_whole_ = false;
};

} // namespace mpac::client::agent
