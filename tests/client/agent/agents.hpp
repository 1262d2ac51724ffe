// Agents of a test's own: each with a seat in a session of a real hub, and a model behind a server that speaks the API.
#pragma once

#include "client/agent/agent.hpp"
#include "client/agent/anthropic_model.hpp"
#include "tests/client/agent/model_server.hpp"
#include "tests/client/visited_hub.hpp"
#include "tests/support/catch.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mpac::client::agent::tests {

using boost::asio::awaitable;
using boost::asio::io_context;
using client::tests::visited_hub;

/// With `a.py` that holds `one`, and `src/b.py` that holds `b`.
class shared_hub {
public:
  explicit shared_hub(const std::function<void(config::settings&)>& more = {}) {
    std::ofstream(folder_.path() / "a.py") << "one\n";
    std::filesystem::create_directory(folder_.path() / "src");
    std::ofstream(folder_.path() / "src/b.py") << "b\n";
    hub_.emplace([&](config::settings& how) {
      how.session.workspace_dir = folder_.path().string();
      if (more)
        more(how);
    });
  }
  visited_hub* operator->() { return &*hub_; }

private:
  mpac::tests::temporary_folder folder_;
  std::optional<visited_hub> hub_;
};

inline std::shared_ptr<model> claude_at(io_context& loop, const model_server& server) {
  anthropic_options how;
  how.api_key = model_server::key;
  how.base_url = server.url();
  how.model = "claude-test-1";
  how.retry.first = how.retry.longest = std::chrono::milliseconds{1};
  auto made = anthropic_model::make(loop.get_executor(), how);
  if (!made)
    FAIL(describe(made.error()));
  return std::move(*made);
}

inline std::string json_text_of(const std::string& text) {
  std::string made = "\"";
  for (const char c : text)
    made += c == '\n' ? "\\n" : c == '"' ? "\\\"" : std::string(1, c);
  return made + "\"";
}

inline spoken plans(const std::string& objective, const std::string& files) {
  return spoken::with_object(R"({"objective":)" + json_text_of(objective) + R"(,"files":[)" + files +
                             R"(],"reason":"it is there"})");
}
inline spoken writes(const std::string& content, const std::string& summary = "wrote it") {
  return spoken::with_object(R"({"action":"replace","content":)" + json_text_of(content) + R"(,"summary":)" +
                             json_text_of(summary) + "}");
}
inline spoken decides(const std::string& decision) {
  return spoken::with_object(R"({"decision":")" + decision + R"(","reason":"the model thinks so"})");
}

/// One person's agent: a seat in the session and a model of its own.
struct member {
  member(io_context& loop, const options& who, const agent_options& how = {})
      : server(loop), seat(loop.get_executor(), who), works(seat, claude_at(loop, server), watched(how)) {}

  [[nodiscard]] std::size_t times(stage which) const {
    return static_cast<std::size_t>(
        std::count_if(steps.begin(), steps.end(), [&](const step& each) { return each.at == which; }));
  }

  agent_options watched(agent_options how) {
    how.on_step = [this](const step& each) {
      steps.push_back(each);
      if (each.at == stage::proposed && on_proposal)
        on_proposal();
    };
    return how;
  }

  model_server server;
  std::vector<step> steps;
  std::function<void()> on_proposal;
  participant seat;
  client::agent::agent works;
};

/// What the model answers to each form.
using answers = std::map<std::string, std::function<awaitable<spoken>(const heard_question&)>>;
inline model_server::mind by_form(answers all) {
  return [all = std::move(all)](const heard_question& said) -> awaitable<spoken> {
    const auto found = all.find(said.form);
    if (found == all.end())
      co_return spoken::failure(400, "invalid_request_error", "nobody has told what to answer to " + said.form);
    auto thought = found->second(said);
    auto what = co_await std::move(thought);
    co_return what;
  };
}

/// Something that one coroutine waits for and another one brings about.
class flag {
public:
  explicit flag(io_context& loop) : timer_(loop, std::chrono::steady_clock::time_point::max()) {}
  awaitable<void> wait() {
    if (!is_given_)
      co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
  void give() {
    is_given_ = true;
    timer_.cancel();
  }

private:
  boost::asio::steady_timer timer_;
  bool is_given_ = false;
};

inline std::string problem_of(const task_report& report) {
  return report.problem ? describe(*report.problem) : "no problem";
}

} // namespace mpac::client::agent::tests
