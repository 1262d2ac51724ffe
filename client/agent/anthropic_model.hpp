// Claude, over Anthropic's Messages API.
#pragma once

#include "client/agent/model.hpp"
#include "client/agent/retry_terms.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mpac::client::agent {

struct anthropic_options {
  std::string api_key;  ///< empty: what ANTHROPIC_API_KEY says
  std::string base_url; ///< http:// or https://; empty: what ANTHROPIC_BASE_URL says, or https://api.anthropic.com
  std::string model;    ///< empty: what ANTHROPIC_MODEL says, or `usual_model`

  std::string authorities;   ///< PEM: who may vouch for the server; empty: whom this system trusts
  bool verify_server = true; ///< false: the server is believed without a proof; for trials on one's own machine
  /// http:// is for this machine: elsewhere everybody on the way could read the key and what is asked. True: all the
  /// same.
  bool sends_key_in_clear = false;
  std::vector<std::pair<std::string, std::string>> headers; ///< more of each request: name and value

  base::duration connect_timeout = std::chrono::seconds{10}; ///< to find the host, and again to connect and encrypt
  base::duration answer_timeout = std::chrono::minutes{10};  ///< for one answer, from the request to its end
  base::duration longest_silence = std::chrono::minutes{2};  ///< within an answer that is streamed
  base::duration overall_timeout = std::chrono::minutes{20}; ///< for all attempts and the waits between them
  retry_terms retry;
  bool streams = true; ///< long answers pass proxies that cut off who is silent for a minute

  static constexpr std::string_view usual_model = "claude-sonnet-5";
};

/// Each question is a connection of its own, so several may be asked at once.
class anthropic_model final : public model {
public:
  /// The error is `trouble::authentication` without a key, `trouble::invalid_request` with options that make no sense.
  [[nodiscard]] static base::result<std::unique_ptr<anthropic_model>, model_error> make(boost::asio::any_io_executor on,
                                                                                        anthropic_options how);
  ~anthropic_model() override;

  /// Outlives its model, if that goes before the answer has come.
  [[nodiscard]] boost::asio::awaitable<base::result<answer, model_error>> ask(question what) override;
  [[nodiscard]] protocol::backend backend() const override;

private:
  class desk;
  explicit anthropic_model(std::shared_ptr<desk> at);

  std::shared_ptr<desk> desk_;
};

} // namespace mpac::client::agent
