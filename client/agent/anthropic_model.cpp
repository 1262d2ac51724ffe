#include "client/agent/anthropic_model.hpp"

#include "base/host_and_port.hpp"
#include "client/agent/anthropic_wire.hpp"
#include "client/agent/https_exchange.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cstdlib>
#include <random>

namespace mpac::client::agent {

namespace asio = boost::asio;
using asio::awaitable;

namespace {

using clock = asio::steady_timer::clock_type;
using asked = base::result<answer, model_error>;

constexpr auto in_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::string_view messages_path = "/v1/messages", api_version = "2023-06-01";
constexpr std::string_view usual_place = "https://api.anthropic.com";

model_error error_of(trouble why, std::string what) {
  model_error error;
  error.why = why;
  error.what = std::move(what);
  return error;
}

void fill(std::string& value, const char* variable, std::string_view otherwise) {
  if (!value.empty())
    return;
  const char* said = std::getenv(variable);
  value = said && *said ? said : std::string(otherwise);
}

/// What can stand in a header without ending it.
bool fits_header(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c >= 0x20 && c < 0x7f; });
}

model_error error_of(const http_failure& failed) {
  using stage = http_failure::stage;
  return error_of(failed.at == stage::connecting  ? trouble::unreachable
                  : failed.at == stage::timed_out ? trouble::timed_out
                  : failed.at == stage::too_long  ? trouble::unreadable
                                                  : trouble::broken_off,
                  failed.what);
}

} // namespace

/// What asks. Lives as long as a question is open.
class anthropic_model::desk {
public:
  desk(asio::any_io_executor on, anthropic_options how, web_address to)
      : on_(std::move(on)), how_(std::move(how)), to_(std::move(to)) {}

  [[nodiscard]] const anthropic_options& how() const noexcept { return how_; }

  /// Keeps itself alive until there is an answer.
  static awaitable<asked> answer_of(std::shared_ptr<desk> self, question what) {
    return self->ask(self, std::move(what));
  }

private:
  awaitable<asked> ask(std::shared_ptr<desk> /*self*/, question what) {
    const auto until = clock::now() + how_.overall_timeout;
    usage used;
    for (std::uint32_t attempt = 1;; ++attempt) {
      const auto form = form_;
      auto said = co_await once(what, form, until);
      if (said) {
        used += said->used;
        said->used = used;
        co_return said;
      }
      auto failed = said.error();
      used += failed.used;
      failed.used = used;
      failed.attempts = attempt;
      conceal(how_.api_key, failed);
      // Not an attempt that failed, but the wrong way to ask this model.
      if (form == form_by::forced_tool && what.form && refuses_forced_tools(failed)) {
        form_ = form_by::output_schema;
        --attempt;
        continue;
      }
      const auto wait = wait_before_retry(failed, how_.retry, std::uniform_real_distribution<>(0, 1)(chance_));
      if (!wait || clock::now() + *wait >= until)
        co_return base::fail(std::move(failed));
      asio::steady_timer pause(on_, *wait);
      co_await pause.async_wait(in_tuple);
      if (what.on_piece)
        what.on_piece({});
    }
  }

  http_request request_for(const question& what, form_by form) const {
    http_request made{to_, std::string(messages_path), how_.headers, {}};
    const auto put = [&](std::string_view name, std::string_view value) {
      made.headers.emplace_back(std::string(name), std::string(value));
    };
    put("content-type", "application/json");
    put("accept", how_.streams ? "text/event-stream" : "application/json");
    put("user-agent", "mpac-agent");
    put("anthropic-version", api_version);
    put("x-api-key", how_.api_key);
    made.body = anthropic_request(what, how_.model, form, how_.streams);
    return made;
  }

  awaitable<asked> once(const question& what, form_by form, clock::time_point until) {
    const auto left = std::chrono::duration_cast<base::duration>(until - clock::now());
    http_terms terms{how_.authorities, how_.verify_server, std::min(how_.connect_timeout, left),
                     std::min(how_.answer_timeout, left), how_.streams ? how_.longest_silence : how_.answer_timeout};
    anthropic_answer made(what);
    event_stream events;
    std::optional<model_error> wrong;
    body_listener hears;
    if (how_.streams)
      hears = [&](const http_reply&, std::string_view piece) {
        events.feed(piece);
        while (!wrong && !made.is_whole()) {
          const auto event = events.next();
          if (!event)
            break;
          wrong = made.hear(*event);
        }
        if (!wrong && events.is_broken())
          wrong = error_of(trouble::unreadable, "an event of the stream is too long");
        return !wrong && !made.is_whole();
      };
    auto request = request_for(what, form);
    auto reply = co_await post(on_, std::move(request), std::move(terms), std::move(hears));
    if (!reply)
      co_return base::fail(error_of(reply.error()));
    if (reply->status != 200) {
      auto failed = anthropic_error(*reply);
      failed.retry_after = retry_after(reply->header("retry-after-ms"), reply->header("retry-after"), base::now());
      co_return base::fail(std::move(failed));
    }
    if (!how_.streams)
      wrong = made.read(reply->body);
    if (!wrong && !made.is_whole())
      wrong = error_of(trouble::broken_off, "the stream ends before the message does");
    if (wrong) {
      if (wrong->request_id.empty())
        wrong->request_id = reply->header("request-id");
      co_return base::fail(std::move(*wrong));
    }
    co_return made.finish();
  }

  asio::any_io_executor on_;
  anthropic_options how_;
  web_address to_;
  form_by form_ = form_by::forced_tool;
  std::mt19937_64 chance_{std::random_device{}()};
};

anthropic_model::anthropic_model(std::shared_ptr<desk> at) : desk_(std::move(at)) {}
anthropic_model::~anthropic_model() = default;

base::result<std::unique_ptr<anthropic_model>, model_error> anthropic_model::make(asio::any_io_executor on,
                                                                                  anthropic_options how) {
  fill(how.api_key, "ANTHROPIC_API_KEY", "");
  fill(how.base_url, "ANTHROPIC_BASE_URL", usual_place);
  fill(how.model, "ANTHROPIC_MODEL", anthropic_options::usual_model);
  if (how.api_key.empty())
    return base::fail(error_of(trouble::authentication, "there is no key: set ANTHROPIC_API_KEY"));
  if (!fits_header(how.api_key) || how.api_key.find(' ') != std::string::npos)
    return base::fail(error_of(trouble::authentication, "the key holds blanks or letters that no key has"));
  for (const auto& [name, value] : how.headers)
    if (name.empty() || !fits_header(name) || name.find_first_of(" :") != std::string::npos || !fits_header(value))
      return base::fail(error_of(trouble::invalid_request, "a header that is to be sent can't be written"));
  auto to = web_address::of(how.base_url);
  if (!to)
    return base::fail(error_of(trouble::invalid_request, "the base URL: " + to.error()));
  if (!to->is_encrypted && !base::is_this_machine(to->host) && !how.sends_key_in_clear)
    return base::fail(error_of(trouble::invalid_request,
                               "the base URL: over http:// the key would go to '" + to->host +
                                   "' in clear, for everybody on the way to read: give an https:// address"));
  return std::unique_ptr<anthropic_model>(
      new anthropic_model(std::make_shared<desk>(std::move(on), std::move(how), std::move(*to))));
}

awaitable<asked> anthropic_model::ask(question what) {
  return desk::answer_of(desk_, std::move(what));
}

protocol::backend anthropic_model::backend() const {
  return {"anthropic/" + desk_->how().model, "anthropic"};
}

} // namespace mpac::client::agent
