#include "client/agent/retry_terms.hpp"

#include "tests/support/catch.hpp"

using namespace mpac;
using namespace mpac::client::agent;
using namespace std::chrono_literals;

namespace {

model_error error(trouble why, std::uint32_t attempts = 1) {
  model_error made;
  made.why = why;
  made.attempts = attempts;
  return made;
}

} // namespace

TEST_CASE("the wait doubles up to a bound, and half of it is chance") {
  const retry_terms how{100, 500ms, 30s, 2min};
  CHECK(wait_before_retry(error(trouble::overloaded, 1), how, 0) == 500ms);
  CHECK(wait_before_retry(error(trouble::overloaded, 2), how, 0) == 1s);
  CHECK(wait_before_retry(error(trouble::overloaded, 2), how, 1) == 500ms);
  CHECK(wait_before_retry(error(trouble::overloaded, 5), how, 0) == 8s);
  CHECK(wait_before_retry(error(trouble::overloaded, 99), how, 0) == 30s);
}

TEST_CASE("what the provider asks for is kept, unless it is too long") {
  const retry_terms how{3, 500ms, 30s, 2min};
  auto limited = error(trouble::rate_limited);
  limited.retry_after = 90s;
  CHECK(wait_before_retry(limited, how, 0.7) == 90s);
  limited.retry_after = 121s;
  CHECK_FALSE(wait_before_retry(limited, how, 0));
}

TEST_CASE("only what may pass is tried again, and only so often") {
  const retry_terms how{3, 1ms, 1ms, 1min};
  for (const auto why :
       {trouble::unreachable, trouble::broken_off, trouble::rate_limited, trouble::overloaded, trouble::server_error}) {
    CHECK(wait_before_retry(error(why, 2), how, 0));
    CHECK_FALSE(wait_before_retry(error(why, 3), how, 0));
  }
  for (const auto why :
       {trouble::authentication, trouble::permission, trouble::billing, trouble::not_found, trouble::invalid_request,
        trouble::too_large, trouble::cut_short, trouble::declined, trouble::unreadable, trouble::timed_out})
    CHECK_FALSE(wait_before_retry(error(why), how, 0));
}

TEST_CASE("retry-after is read in each of its forms") {
  const base::instant now{std::chrono::seconds{784111777}}; // Sun, 06 Nov 1994 08:49:37 GMT
  CHECK(retry_after("", "7", now) == 7s);
  CHECK(retry_after("1500", "7", now) == 1500ms);
  CHECK(retry_after("", "0.5", now) == 500ms);
  CHECK(retry_after("", "Sun, 06 Nov 1994 08:50:37 GMT", now) == 60s);
  CHECK(retry_after("", "Sun, 06 Nov 1994 08:40:37 GMT", now) == 0s);
  for (const char* none : {"", "soon", "-1", "1 minute", "nan"})
    CHECK_FALSE(retry_after("", none, now));
}
