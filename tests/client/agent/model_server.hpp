// A server that speaks Anthropic's Messages API as it is documented, on the test's own loop: it checks each request as
// the API does, and answers what the test tells it to.
#pragma once

#include "tests/support/certificates.hpp"
#include "tests/support/json.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mpac::client::agent::tests {

/// A request that the API would take.
struct heard_question {
  std::map<std::string, std::string> headers; ///< names in lower case
  std::string body;
  std::string form;   ///< the tool that has to be used; empty: none, or a schema
  std::string schema; ///< of `output_config`, or of the tool
  std::string text;   ///< of the last turn
  bool streams = false;
};

/// What the model says to it.
struct spoken {
  std::string text;             ///< a text, or
  std::string object;           ///< JSON of an object: the tool's input, or the text after a schema
  std::string stop_reason = {}; ///< empty: the one that fits

  // Or what goes wrong instead.
  unsigned status = 200;
  std::string error_type = {}, error_message = {}, error_details = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string raw_body = {};                   ///< instead of everything that would be right
  std::optional<std::size_t> cut_after = {};   ///< bytes of the body, then the connection ends
  std::optional<std::string> event_error = {}; ///< the type of an `error` event in the middle of a stream
  bool is_silent = false;                      ///< no answer; the connection stays open

  static spoken failure(unsigned status, std::string type, std::string message) {
    spoken made;
    made.status = status;
    made.error_type = std::move(type);
    made.error_message = std::move(message);
    return made;
  }
  static spoken with_text(std::string text) { return {std::move(text), {}}; }
  static spoken with_object(std::string json) { return {{}, std::move(json)}; }
};

class model_server {
public:
  static constexpr const char* key = "sk-ant-test-0123456789";

  /// With `identity` it speaks TLS. Ends with its object; what is under way is cut off.
  explicit model_server(boost::asio::io_context& loop, const mpac::tests::identity* identity = nullptr);
  ~model_server();
  model_server(const model_server&) = delete;
  model_server& operator=(const model_server&) = delete;

  [[nodiscard]] std::string url() const;

  /// The answer to the next question that has none yet.
  void say(spoken what) { coming_.push_back(std::move(what)); }
  /// How all others are answered; without it they are status 500.
  using mind = std::function<boost::asio::awaitable<spoken>(const heard_question&)>;
  void thinks(mind how) { mind_ = std::move(how); }
  /// From now on like the models that take no forced tools.
  void refuse_forced_tools() { takes_forced_tools_ = false; }

  /// Requests that the API would take, oldest first.
  [[nodiscard]] const std::vector<heard_question>& heard() const noexcept { return heard_; }
  /// All that came in, good or bad.
  [[nodiscard]] std::size_t requests() const noexcept { return requests_; }

private:
  struct house;
  friend struct house;

  /// The refusal of the API, or nothing.
  [[nodiscard]] std::optional<spoken> check(heard_question& said, const std::string& method,
                                            const std::string& target) const;
  boost::asio::awaitable<spoken> answer(heard_question said, std::string method, std::string target);

  std::deque<spoken> coming_;
  mind mind_;
  bool takes_forced_tools_ = true;
  std::vector<heard_question> heard_;
  std::size_t requests_ = 0;
  std::shared_ptr<house> house_;
};

} // namespace mpac::client::agent::tests
