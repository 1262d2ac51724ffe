// Questions to a server that speaks the API as it is documented.
#include "client/agent/anthropic_model.hpp"

#include "tests/client/agent/model_server.hpp"
#include "tests/client/visited_hub.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"
#include "tests/support/json.hpp"

#include <boost/asio/awaitable.hpp>

#include <stdlib.h>

using namespace mpac;
using namespace mpac::client::agent;
using namespace mpac::client::agent::tests;
using namespace std::chrono_literals;
using boost::asio::awaitable;
using boost::asio::io_context;
using Catch::Matchers::Contains;
using client::tests::play;
using mpac::tests::parse_json;
using mpac::tests::text_at;

namespace {

anthropic_options terms(const model_server& at, bool streams) {
  anthropic_options how;
  how.api_key = model_server::key;
  how.base_url = at.url();
  how.model = "claude-test-1";
  how.streams = streams;
  how.retry.first = how.retry.longest = 1ms;
  return how;
}

std::unique_ptr<anthropic_model> made(io_context& loop, anthropic_options how) {
  auto model = anthropic_model::make(loop.get_executor(), std::move(how));
  if (!model)
    FAIL(describe(model.error()));
  return std::move(*model);
}

question plain(std::string text) {
  question asked;
  asked.system = "Be brief.";
  asked.turns = {{speaker::user, std::move(text)}};
  return asked;
}

question formed(std::string text) {
  auto asked = plain(std::move(text));
  asked.form = {"say_colour",
                "Says the colour.",
                {R"({"type":"object","properties":{"colour":{"type":"string"}},"required":["colour"],)"
                 R"("additionalProperties":false})"}};
  return asked;
}

model_error error_of(const base::result<answer, model_error>& said) {
  REQUIRE_FALSE(said.has_value());
  return said.error();
}

answer answer_of(const base::result<answer, model_error>& said) {
  if (!said)
    FAIL(describe(said.error()));
  return *said;
}

} // namespace

TEST_CASE("a question is asked as the API wants it, and its answer is heard whole or piece by piece") {
  const bool streams = GENERATE(false, true);
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    server.say(spoken::with_text("Blue, \"mostly\".\n\xc3\xa4\xe2\x82\xac"));
    const auto claude = made(loop, terms(server, streams));
    auto asked = plain("What colour is the sky?");
    std::string pieces;
    asked.on_piece = [&](std::string_view piece) { pieces += piece; };
    const auto said = answer_of(co_await claude->ask(asked));
    CHECK(said.text == "Blue, \"mostly\".\n\xc3\xa4\xe2\x82\xac");
    CHECK(pieces == (streams ? said.text : ""));
    CHECK(said.model == "claude-test-1");
    CHECK(said.used == usage{1, 25, 15, 3, 4});

    REQUIRE(server.heard().size() == 1);
    const auto& heard = server.heard().front();
    CHECK(heard.headers.at("x-api-key") == model_server::key);
    CHECK(heard.streams == streams);
    const auto body = parse_json(heard.body);
    CHECK(text_at(body, "model") == "claude-test-1");
    CHECK(text_at(body, "system") == "Be brief.");
    CHECK(text_at(body, "messages.0.content") == "What colour is the sky?");
    CHECK_FALSE(mpac::tests::find(body, "tool_choice"));
  });
}

TEST_CASE("an answer in a form is a tool that has to be used") {
  const bool streams = GENERATE(false, true);
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    server.say(spoken::with_object(R"({"colour":"blue \u00e4 \"x\""})"));
    const auto claude = made(loop, terms(server, streams));
    const auto said = answer_of(co_await claude->ask(formed("Which?")));
    CHECK(*security::find_text(said.object, "colour") == "blue \xc3\xa4 \"x\"");
    CHECK(server.heard().front().form == "say_colour");
  });
}

TEST_CASE("a model that takes no forced tools is asked for text after a schema, and remembered as one") {
  const bool streams = GENERATE(false, true);
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    server.refuse_forced_tools();
    server.say(spoken::with_object(R"({"colour":"blue"})"));
    server.say(spoken::with_object(R"({"colour":"red"})"));
    const auto claude = made(loop, terms(server, streams));
    const auto first = answer_of(co_await claude->ask(formed("Which?")));
    CHECK(*security::find_text(first.object, "colour") == "blue");
    const auto second = answer_of(co_await claude->ask(formed("And now?")));
    CHECK(*security::find_text(second.object, "colour") == "red");
    CHECK(server.requests() == 3);
  });
}

TEST_CASE("too many questions: the server's delay is kept, and then there is an answer") {
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    auto limited = spoken::failure(429, "rate_limit_error", "too fast");
    limited.headers = {{"retry-after", "1"}};
    server.say(limited);
    server.say(spoken::with_text("yes"));
    const auto claude = made(loop, terms(server, true));
    const auto before = std::chrono::steady_clock::now();
    const auto said = answer_of(co_await claude->ask(plain("?")));
    CHECK(said.text == "yes");
    CHECK(std::chrono::steady_clock::now() - before >= 1s);
    CHECK(server.requests() == 2);
  });
}

TEST_CASE("a delay that is too long is told instead of kept") {
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    auto limited = spoken::failure(429, "rate_limit_error", "too fast");
    limited.headers = {{"retry-after", "3600"}};
    server.say(limited);
    const auto claude = made(loop, terms(server, true));
    const auto failed = error_of(co_await claude->ask(plain("?")));
    CHECK(failed.why == trouble::rate_limited);
    CHECK(failed.retry_after == base::duration(1h));
    CHECK(server.requests() == 1);
  });
}

TEST_CASE("overload and failures of the server pass, within a stream too") {
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    server.say(spoken::failure(529, "overloaded_error", "Overloaded"));
    server.say(spoken::failure(500, "api_error", "Internal server error"));
    auto halfway = spoken::with_text("something that is forgotten");
    halfway.event_error = "overloaded_error";
    server.say(halfway);
    server.say(spoken::with_text("at last"));
    const auto claude = made(loop, terms(server, true));
    auto asked = plain("?");
    std::string pieces;
    asked.on_piece = [&](std::string_view piece) { piece.empty() ? pieces.clear() : void(pieces += piece); };
    const auto said = answer_of(co_await claude->ask(asked));
    CHECK(said.text == "at last");
    CHECK(pieces == "at last");
    CHECK(server.requests() == 4);
  });
}

TEST_CASE("attempts are bounded, and the last error says how many there were") {
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    for (int i = 0; i < 9; ++i)
      server.say(spoken::failure(529, "overloaded_error", "Overloaded"));
    auto how = terms(server, true);
    how.retry.attempts = 3;
    const auto claude = made(loop, how);
    const auto failed = error_of(co_await claude->ask(plain("?")));
    CHECK(failed.why == trouble::overloaded);
    CHECK(failed.attempts == 3);
    CHECK(failed.status == 529U);
    CHECK(failed.request_id == "req_011CSHoEeqs5C35K2UUqR7Fy");
    CHECK_THAT(describe(failed), Contains("overloaded_error") && Contains("tried 3 times") && Contains("req_011"));
    CHECK(server.requests() == 3);
  });
}

TEST_CASE("each of the API's errors has its own type, and what can't pass is asked once") {
  const auto [status, type, means] = GENERATE(table<unsigned, std::string, trouble>({
      {400, "invalid_request_error", trouble::invalid_request},
      {401, "authentication_error", trouble::authentication},
      {402, "billing_error", trouble::billing},
      {403, "permission_error", trouble::permission},
      {404, "not_found_error", trouble::not_found},
      {413, "request_too_large", trouble::too_large},
  }));
  play([&, status = status, type = type, means = means](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    server.say(spoken::failure(status, type, "the API's own words"));
    const auto claude = made(loop, terms(server, true));
    const auto failed = error_of(co_await claude->ask(plain("?")));
    CHECK(failed.why == means);
    CHECK(failed.type == type);
    CHECK(failed.what == "the API's own words");
    CHECK(server.requests() == 1);
  });
}

TEST_CASE("a spending limit looks like a rate limit and is none") {
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    auto limited = spoken::failure(429, "rate_limit_error", "This organization has reached its spend limit");
    limited.error_details = R"({"error_code":"enforced_spend_limit_reached"})";
    server.say(limited);
    const auto claude = made(loop, terms(server, true));
    const auto failed = error_of(co_await claude->ask(plain("?")));
    CHECK(failed.why == trouble::billing);
    CHECK(server.requests() == 1);
  });
}

TEST_CASE("a wrong key is a clear error, and the key is in no text, even if the server repeats it") {
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    auto how = terms(server, true);
    how.api_key = "sk-ant-wrong";
    const auto claude = made(loop, how);
    const auto failed = error_of(co_await claude->ask(plain("?")));
    CHECK(failed.why == trouble::authentication);
    CHECK(failed.what == "invalid x-api-key");
    const auto believed = made(loop, terms(server, true));
    server.say(spoken::failure(400, "invalid_request_error", std::string("what is ") + model_server::key + "?"));
    const auto repeated = error_of(co_await believed->ask(plain("?")));
    CHECK(describe(repeated).find(model_server::key) == std::string::npos);
    CHECK_THAT(repeated.what, Contains("what is ***?"));
    // Nor half of it, where a long message is cut off.
    server.say(spoken::failure(400, "invalid_request_error", std::string(990, 'x') + model_server::key));
    const auto cut = error_of(co_await believed->ask(plain("?")));
    CHECK_THAT(cut.what, !Contains("sk-ant"));
    CHECK(cut.what.size() <= 1003);
  });
}

TEST_CASE("a stream that breaks off is no answer, and is asked for anew") {
  const std::size_t after = GENERATE(std::size_t{0}, std::size_t{10}, std::size_t{300}, std::size_t{700});
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    for (int i = 0; i < 2; ++i) {
      auto broken = spoken::with_object(R"({"colour":"blue"})");
      broken.cut_after = after;
      server.say(broken);
    }
    auto how = terms(server, true);
    how.retry.attempts = 2;
    const auto claude = made(loop, how);
    const auto failed = error_of(co_await claude->ask(formed("?")));
    CHECK(failed.why == trouble::broken_off);
    CHECK(server.requests() == 2);
  });
}

TEST_CASE("what is no message of the API is unreadable") {
  const bool streams = GENERATE(false, true);
  const std::string body =
      GENERATE(as<std::string>{}, "<html>a proxy's words</html>", "{\"type\":\"message\"",
               "{\"type\":\"completion\",\"content\":[]}", "[]", "event: message_start\ndata: {\"type\":\n\n",
               "event: content_block_delta\ndata: {\"type\":\"content_block_delta\"}\n\n");
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    spoken wrong;
    wrong.raw_body = body;
    server.say(wrong);
    auto how = terms(server, streams);
    how.retry.attempts = 1;
    const auto claude = made(loop, how);
    const auto failed = error_of(co_await claude->ask(plain("?")));
    // A page of a proxy holds no events: as a stream it has merely ended too early.
    CHECK((failed.why == trouble::unreadable || (streams && failed.why == trouble::broken_off)));
  });
}

TEST_CASE("an object that is none, or another tool's, is unreadable") {
  const bool streams = GENERATE(false, true);
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    server.say(spoken::with_text("I would rather talk about it."));
    const auto claude = made(loop, terms(server, streams));
    const auto failed = error_of(co_await claude->ask(formed("?")));
    CHECK(failed.why == trouble::unreadable);
    CHECK_THAT(failed.what, Contains("say_colour"));
    CHECK(failed.used.output == 15);
  });
}

TEST_CASE("an answer that was cut short, or that the model declines, is an error and costs all the same") {
  const auto [reason, means] = GENERATE(table<std::string, trouble>({
      {"max_tokens", trouble::cut_short},
      {"refusal", trouble::declined},
      {"model_context_window_exceeded", trouble::too_large},
  }));
  const bool streams = GENERATE(false, true);
  play([&, reason = reason, means = means](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    auto halfway = spoken::with_object(R"({"colour":"bl"})");
    halfway.stop_reason = reason;
    server.say(halfway);
    const auto claude = made(loop, terms(server, streams));
    const auto failed = error_of(co_await claude->ask(formed("?")));
    CHECK(failed.why == means);
    CHECK(failed.used.requests == 1);
    CHECK(server.requests() == 1);
  });
}

TEST_CASE("a server that is silent is given up in time") {
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop);
    spoken nothing;
    nothing.is_silent = true;
    server.say(nothing);
    auto how = terms(server, true);
    how.longest_silence = 50ms;
    const auto claude = made(loop, how);
    const auto failed = error_of(co_await claude->ask(plain("?")));
    CHECK(failed.why == trouble::timed_out);
    CHECK(server.requests() == 1);
  });
}

TEST_CASE("nobody at the address, or no such host, is unreachable") {
  play([&](io_context& loop) -> awaitable<void> {
    anthropic_options how;
    {
      model_server gone(loop);
      how = terms(gone, true);
    }
    how.retry.attempts = 2;
    const auto claude = made(loop, how);
    const auto failed = error_of(co_await claude->ask(plain("?")));
    CHECK(failed.why == trouble::unreachable);
    CHECK(failed.attempts == 2);
  });
}

TEST_CASE("over TLS the server has to prove who it is") {
  const auto authority = mpac::tests::make_authority("tests");
  const auto right = mpac::tests::issued_by(authority, {});
  const auto elsewhere = mpac::tests::issued_by(authority, {.alternative_names = "DNS:elsewhere.example"});
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop, &right), impostor(loop, &elsewhere);
    server.say(spoken::with_text("over TLS"));
    impostor.say(spoken::with_text("over TLS, unproven"));
    auto how = terms(server, true);
    how.retry.attempts = 1;
    how.authorities = authority.certificate_pem;
    const auto claude = made(loop, how);
    const auto said = answer_of(co_await claude->ask(plain("?")));
    CHECK(said.text == "over TLS");

    how.authorities.clear(); // this system's, which do not know it
    const auto wary = made(loop, how);
    const auto unknown = error_of(co_await wary->ask(plain("?")));
    CHECK(unknown.why == trouble::unreachable);
    CHECK_THAT(unknown.what, Contains("TLS"));

    how.authorities = authority.certificate_pem;
    how.base_url = impostor.url();
    const auto careful = made(loop, how);
    const auto other = error_of(co_await careful->ask(plain("?")));
    CHECK(other.why == trouble::unreachable);
    CHECK(impostor.requests() == 0);

    how.verify_server = false;
    const auto trusting = made(loop, how);
    const auto unproven = answer_of(co_await trusting->ask(plain("?")));
    CHECK(unproven.text == "over TLS, unproven");
  });
}

TEST_CASE("a redirection is not followed: the key is for nobody else") {
  play([&](io_context& loop) -> awaitable<void> {
    model_server server(loop), elsewhere(loop);
    auto moved = spoken::failure(307, "", "");
    moved.headers = {{"location", elsewhere.url() + "/v1/messages"}};
    server.say(moved);
    const auto claude = made(loop, terms(server, true));
    const auto failed = error_of(co_await claude->ask(plain("?")));
    CHECK_THAT(failed.what, Contains("redirected"));
    CHECK(elsewhere.requests() == 0);
  });
}

TEST_CASE("options that can't work are refused before anything is sent, and a key comes from the environment") {
  io_context loop;
  ::unsetenv("ANTHROPIC_API_KEY");
  const auto keyless = anthropic_model::make(loop.get_executor(), {});
  REQUIRE_FALSE(keyless);
  CHECK(keyless.error().why == trouble::authentication);
  CHECK_THAT(keyless.error().what, Contains("ANTHROPIC_API_KEY"));
  ::setenv("ANTHROPIC_API_KEY", "sk-ant-environment", 1);
  ::setenv("ANTHROPIC_MODEL", "claude-of-the-environment", 1);
  const auto keyed = anthropic_model::make(loop.get_executor(), {});
  REQUIRE(keyed);
  CHECK((*keyed)->backend().model_id == "anthropic/claude-of-the-environment");
  ::unsetenv("ANTHROPIC_MODEL");
  ::unsetenv("ANTHROPIC_API_KEY");
  anthropic_options broken;
  broken.api_key = "two\r\nx-evil: lines";
  const auto lines = anthropic_model::make(loop.get_executor(), broken);
  REQUIRE_FALSE(lines);
  CHECK(lines.error().what.find("evil") == std::string::npos);
  broken.api_key = "k";
  for (const auto* far : {"http://proxy.example", "http://10.0.0.1:8080", "http://localhost.example", "http://[::2]"}) {
    broken.base_url = far;
    const auto in_clear = anthropic_model::make(loop.get_executor(), broken);
    REQUIRE_FALSE(in_clear);
    CHECK(in_clear.error().why == trouble::invalid_request);
    CHECK_THAT(in_clear.error().what, Contains("in clear"));
    broken.sends_key_in_clear = true;
    CHECK(anthropic_model::make(loop.get_executor(), broken));
    broken.sends_key_in_clear = false;
  }
  for (const auto* near : {"http://localhost:1", "http://LocalHost", "http://127.8.0.1", "http://[::1]:9/path"}) {
    broken.base_url = near;
    CHECK(anthropic_model::make(loop.get_executor(), broken));
  }
  broken.base_url = "gopher://x";
  CHECK_FALSE(anthropic_model::make(loop.get_executor(), broken));
}
