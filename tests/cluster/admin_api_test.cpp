#include "cluster/admin_api.hpp"

#include "cluster/admin_desk.hpp"
#include "net/admin_listener.hpp"
#include "tests/cluster/house_of_actors.hpp"
#include "tests/net/street.hpp"
#include "tests/support/json.hpp"

#include <future>
#include <mutex>
#include <utility>

using namespace mpac;
using namespace mpac::cluster;
using namespace mpac::cluster::tests;
using mpac::tests::find;
using mpac::tests::json_document;
using mpac::tests::number_at;
using mpac::tests::parse_json;
using mpac::tests::text_at;

namespace {

/// Takes the answer like the listener would: a streamed body piece by piece. Dropped: 500.
class waiting_reply final : public net::reply, public std::enable_shared_from_this<waiting_reply> {
public:
  explicit waiting_reply(std::promise<net::http_answer> to) : to_(std::move(to)) {}
  ~waiting_reply() override { send(net::http_error(500, "dropped", "")); }

  void send(net::http_answer answer) override {
    if (!sent_.exchange(true))
      to_.set_value(std::move(answer));
  }
  void stream(net::http_answer head, net::piece_source next) override {
    next_ = std::move(next);
    streamed_ = std::move(head);
    pull();
  }

private:
  void pull() {
    next_([self = shared_from_this()](std::optional<std::string> piece) {
      if (!piece)
        return self->send(std::move(self->streamed_));
      self->streamed_.body += *piece;
      self->pull();
    });
  }

  std::promise<net::http_answer> to_;
  net::http_answer streamed_;
  net::piece_source next_;
  std::atomic<bool> sent_{false};
};

/// Takes no piece of what is streamed to it.
class idle_reply final : public net::reply {
public:
  explicit idle_reply(std::promise<net::http_answer> to) : to_(std::move(to)) {}

  void send(net::http_answer answer) override { to_.set_value(std::move(answer)); }
  void stream(net::http_answer head, net::piece_source next) override {
    next_ = std::move(next);
    to_.set_value(std::move(head));
  }

private:
  std::promise<net::http_answer> to_;
  net::piece_source next_;
};

class office {
public:
  explicit office(const config::settings& how = {}, workspaces loaded = {})
      : house(how, std::move(loaded)), api(house.system(), surroundings()) {}

  template <class Reply>
  net::http_answer ask_for(std::string method, std::string_view target, std::string body,
                           std::shared_ptr<net::reply>* held) {
    net::http_request request;
    request.method = std::move(method);
    request.target = net::parse_target(target).value();
    request.body = std::move(body);
    request.peer = "192.0.2.1:4711";
    std::promise<net::http_answer> promise;
    auto answer = promise.get_future();
    auto reply = std::make_shared<Reply>(std::move(promise));
    if (held)
      *held = reply;
    api.handle(std::move(request), std::move(reply));
    if (answer.wait_for(patience) != std::future_status::ready)
      FAIL("no answer to " << target);
    return answer.get();
  }
  net::http_answer ask(std::string method, std::string_view target, std::string body = {}) {
    return ask_for<waiting_reply>(std::move(method), target, std::move(body), nullptr);
  }
  net::http_answer get(std::string_view target) { return ask("GET", target); }
  json_document get_json(std::string_view target) {
    const auto answer = get(target);
    REQUIRE(answer.status == 200);
    CHECK(answer.content_type == "application/json");
    return parse_json(answer.body);
  }

  /// What was given to whom since somebody last looked.
  std::vector<std::string> audited() {
    const std::lock_guard hold(guard_);
    return std::exchange(audited_, {});
  }

  std::vector<readiness_check> checks{{"listener", true, "port 8766"}};
  redactions left_out; ///< is not touched while somebody asks
  house_of_actors house;
  admin_api api;

private:
  admin_surroundings surroundings() {
    admin_surroundings around{house.registry, house.journal, house.catalog, house.figures, [this] { return checks; }};
    around.left_out = [this] { return left_out; };
    around.was_given = [this](const protocol::session_id& id, given what, const std::string& peer) {
      const std::lock_guard hold(guard_);
      audited_.push_back(std::string(word_of(what)) + " of " + id.str() + " to " + peer);
    };
    around.was_busy = [this](const std::string& peer) {
      const std::lock_guard hold(guard_);
      audited_.push_back("busy to " + peer);
    };
    return around;
  }

  std::mutex guard_;
  std::vector<std::string> audited_;
};

std::string code_of(const net::http_answer& answer) {
  return text_at(parse_json(answer.body), "error.code");
}

std::string header_of(const net::http_answer& answer, std::string_view name) {
  for (const auto& [known, value] : answer.headers)
    if (known == name)
      return value;
  return {};
}

config::settings only_by_operator() {
  config::settings how;
  how.session.create = config::session_creation::admin_only;
  return how;
}

} // namespace

TEST_CASE("the hub says that it lives, and whether it is ready", "[admin]") {
  office at;
  CHECK(text_at(at.get_json("/livez"), "status") == "ok");
  CHECK(text_at(at.get_json("/healthz"), "status") == "ok");
  CHECK(text_at(at.get_json("/readyz"), "status") == "ready");
  at.checks.push_back({"store", false, "it does not answer"});
  CHECK(at.get("/readyz").status == 503);
  const auto told = parse_json(at.get("/readyz?verbose").body);
  CHECK(text_at(told, "checks.0.name") == "listener");
  CHECK(find(told, "checks.0.passed")->GetBool());
  CHECK_FALSE(find(told, "checks.1.passed")->GetBool());
  CHECK(text_at(told, "checks.1.detail") == "it does not answer");
  at.checks.clear(); // still starting
  CHECK(at.get("/readyz").status == 503);
}

TEST_CASE("metrics are told as Prometheus reads them", "[admin]") {
  office at;
  const auto answer = at.get("/metrics");
  CHECK(answer.content_type.starts_with("text/plain; version=0.0.4"));
  CHECK(answer.body.find("mpac_build_info{version=\"1.2.3\"} 1") != std::string::npos);
}

TEST_CASE("what is not there, or not possible, is refused as JSON", "[admin]") {
  office at;
  CHECK(at.get("/nowhere").status == 404);
  CHECK(code_of(at.get("/api/v2/sessions")) == "not_found");
  const auto refused = at.ask("PUT", "/api/v1/sessions");
  CHECK(refused.status == 405);
  CHECK(header_of(refused, "Allow") == "GET, HEAD, POST");
  CHECK(header_of(at.ask("POST", "/api/v1/sessions/x"), "Allow") == "GET, HEAD, DELETE");
  for (const auto* page : {"", "/snapshot", "/transcript", "/files", "/files/a/b.txt"}) {
    const auto answer = at.get("/api/v1/sessions/nobody" + std::string(page));
    CHECK(answer.status == 404);
    CHECK(code_of(answer) == "no_such_session");
  }
  CHECK(at.ask("DELETE", "/api/v1/sessions/nobody").status == 404);
  CHECK(find(at.get_json("/api/v1/sessions"), "sessions")->Empty()); // asking made nothing
}

TEST_CASE("a session is made by the operator, once, and may be joined then", "[admin]") {
  office at(only_by_operator());
  const auto made =
      at.ask("POST", "/api/v1/sessions", R"({"session_id":"proj-1","governance":{"resolution_timeout_sec":7}})");
  CHECK(made.status == 201);
  CHECK(text_at(parse_json(made.body), "session_id") == "proj-1");
  CHECK(header_of(made, "Location") == "/api/v1/sessions/proj-1");
  const auto again = at.ask("POST", "/api/v1/sessions", R"({"session_id":"proj-1"})");
  CHECK(again.status == 409);
  CHECK(code_of(again) == "session_exists");
  at.house.join("proj-1", "alice");
  const auto snapshot = at.get_json("/api/v1/sessions/proj-1/snapshot");
  CHECK(find(snapshot, "governance_policy.resolution_timeout_sec")->GetDouble() == 7);
  CHECK(text_at(snapshot, "participants.0.principal_id") == "alice");
}

TEST_CASE("every bad key of a request is told", "[admin]") {
  office at;
  const auto bad = at.ask("POST", "/api/v1/sessions",
                          R"({"session_id":"no spaces","race_lok":true,"liveness":{"heartbeat_interval_sec":"x"}})");
  CHECK(bad.status == 422);
  const auto told = parse_json(bad.body);
  CHECK(find(told, "error.problems")->Size() == 3);
  CHECK(bad.body.find("race_lock") != std::string::npos); // the nearest name
  const auto broken = at.ask("POST", "/api/v1/sessions", "{");
  CHECK(broken.status == 400);
  CHECK(code_of(broken) == "malformed_json");
  CHECK(at.ask("POST", "/api/v1/sessions", "[]").status == 400);
}

TEST_CASE("no more sessions are made than the limit allows", "[admin]") {
  auto how = only_by_operator();
  how.limits.sessions = 1;
  office at(how);
  CHECK(at.ask("POST", "/api/v1/sessions", R"({"session_id":"a"})").status == 201);
  const auto full = at.ask("POST", "/api/v1/sessions", R"({"session_id":"b"})");
  CHECK(full.status == 503);
  CHECK(code_of(full) == "full");
  CHECK_FALSE(at.house.catalog->origin_of(protocol::session_id("b"))); // nothing is left of the attempt
}

TEST_CASE("sessions are listed in pages, with their figures", "[admin]") {
  office at;
  for (const auto* id : {"c", "a", "b"})
    at.ask("POST", "/api/v1/sessions", R"({"session_id":")" + std::string(id) + "\"}");
  at.house.join("b", "alice");
  at.house.join("b", "bob");
  at.house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  at.house.says("bob", "INTENT_ANNOUNCE intent_id=i2 scope=[a.py]");
  at.house.hears("alice", "CONFLICT_REPORT");
  const auto first = at.get_json("/api/v1/sessions?limit=2");
  REQUIRE(find(first, "sessions")->Size() == 2);
  CHECK(text_at(first, "sessions.0.session_id") == "a");
  CHECK(text_at(first, "sessions.1.session_id") == "b");
  CHECK(text_at(first, "sessions.1.state") == "active");
  CHECK(number_at(first, "sessions.1.participants") == 2);
  CHECK(number_at(first, "sessions.1.active_intents") == 2);
  CHECK(number_at(first, "sessions.1.open_conflicts") == 1);
  CHECK(number_at(first, "sessions.1.lamport_clock") > 0);
  CHECK(find(first, "sessions.1.loaded")->GetBool());
  CHECK(text_at(first, "next") == "b");
  const auto second = at.get_json("/api/v1/sessions?limit=2&after=b");
  REQUIRE(find(second, "sessions")->Size() == 1);
  CHECK(text_at(second, "sessions.0.session_id") == "c");
  CHECK(find(second, "next")->IsNull());
  for (const auto* limit : {"0", "1001", "x", "-1", "1x", ""})
    CHECK(at.get("/api/v1/sessions?limit=" + std::string(limit)).status == 400);
}

TEST_CASE("a session that has left memory is listed as it was left, and comes back when it is asked for", "[admin]") {
  config::settings how;
  how.store.idle_unload = 1ms;
  how.session.policy.liveness.unavailability_timeout = 1ms; // what is still due keeps a session in memory
  office at(how);
  at.house.join("room", "alice");
  at.house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  at.house.says("alice", "INTENT_WITHDRAW intent_id=i1");
  at.house.says("alice", "GOODBYE");
  at.house.leave("alice");
  // It leaves when it has noticed; every look tells one of two true states.
  json_document list;
  const auto until = std::chrono::steady_clock::now() + patience;
  do {
    list = at.get_json("/api/v1/sessions");
    REQUIRE(find(list, "sessions")->Size() == 1);
  } while (find(list, "sessions.0.loaded")->GetBool() && std::chrono::steady_clock::now() < until);
  CHECK_FALSE(find(list, "sessions.0.loaded")->GetBool());
  CHECK(text_at(list, "sessions.0.session_id") == "room");
  CHECK(number_at(list, "sessions.0.active_intents") == 0);
  CHECK(number_at(list, "sessions.0.participants") == 0);
  CHECK(number_at(list, "sessions.0.lamport_clock") > 0);
  CHECK(text_at(at.get_json("/api/v1/sessions/room/snapshot"), "intents.0.state") == "WITHDRAWN");
}

TEST_CASE("a session's summary and snapshot are told", "[admin][8.1.1.2-02]") {
  office at;
  at.house.join("room", "alice");
  at.house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]");
  at.house.hears("alice", "INTENT_ANNOUNCE");
  const auto summary = at.get_json("/api/v1/sessions/room");
  CHECK(text_at(summary, "session_id") == "room");
  CHECK(number_at(summary, "participant_count") == 1);
  CHECK(text_at(summary, "active_intents.0.intent_id") == "i1");
  const auto snapshot = at.get_json("/api/v1/sessions/room/snapshot");
  CHECK(number_at(snapshot, "snapshot_version") == 2);
  CHECK(text_at(snapshot, "intents.0.state") == "ACTIVE");
}

TEST_CASE("a snapshot leaves without what is to be left out, unless all of it is asked for", "[admin][24-05]") {
  office at;
  at.left_out = {"payload.scope.resources"};
  at.house.join("room", "alice");
  at.house.says("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[s3cret.py]");
  at.house.hears("alice", "INTENT_ANNOUNCE");
  const auto usual = at.get("/api/v1/sessions/room/snapshot");
  CHECK(usual.body.find("s3cret") == std::string::npos);
  CHECK(text_at(parse_json(usual.body), "intents.0.scope.resources") == "(redacted)");
  CHECK(find(parse_json(usual.body), "redacted.0") != nullptr);
  CHECK(text_at(parse_json(usual.body), "intents.0.intent_id") == "i1");
  CHECK(at.get("/api/v1/sessions/room/snapshot?whole=false").body.find("s3cret") == std::string::npos);
  CHECK(text_at(at.get_json("/api/v1/sessions/room/snapshot?whole=true"), "intents.0.scope.resources.0") ==
        "s3cret.py");
  using lines = std::vector<std::string>;
  CHECK(at.audited() == lines{"snapshot of room to 192.0.2.1:4711", "snapshot of room to 192.0.2.1:4711",
                              "whole snapshot of room to 192.0.2.1:4711"});
  for (const auto* wrong : {"", "1", "yes"})
    CHECK(code_of(at.get("/api/v1/sessions/room/snapshot?whole=" + std::string(wrong))) == "invalid_parameter");
  CHECK(at.audited().empty());
}

TEST_CASE("the transcript holds what was said up to its snapshot, HELLO without its credential",
          "[admin][9.6.3-02][9.6.3-04]") {
  office at;
  at.house.join("room", "alice");
  constexpr int rounds = 40; // more than one piece
  for (int i = 0; i < rounds; ++i)
    at.house.says("alice", "INTENT_ANNOUNCE intent_id=i" + std::to_string(i) + " scope=[" + std::to_string(i) +
                               ".py] objective=\"" + std::string(300, 'x') + '"');
  at.house.says("alice", "HELLO credential={type: bearer_token, value: s3cret}");
  at.house.hears("alice", "SESSION_INFO");
  const auto answer = at.get("/api/v1/sessions/room/transcript");
  REQUIRE(answer.status == 200);
  const auto whole = parse_json(answer.body);
  CHECK(text_at(whole, "session_id") == "room");
  const auto& messages = *find(whole, "messages");
  CHECK(text_at(messages, "0.message_type") == "HELLO");
  int announced = 0;
  for (const auto& message : messages.GetArray())
    announced += text_at(message, "message_type") == "INTENT_ANNOUNCE" ? 1 : 0;
  CHECK(announced == rounds);
  CHECK(find(whole, "message_sequences")->Size() == messages.Size());
  CHECK(find(whole, "final_snapshot.intents")->Size() == rounds);
  CHECK(answer.body.find("s3cret") == std::string::npos);
}

TEST_CASE("so many transcripts are told at once, and whoever is told to wait is counted", "[admin]") {
  office at;
  at.house.join("room", "alice");
  const std::string target = "/api/v1/sessions/room/transcript";
  std::vector<std::shared_ptr<net::reply>> held(transcripts_at_once);
  for (auto& each : held)
    CHECK(at.ask_for<idle_reply>("GET", target, {}, &each).status == 200);
  CHECK(at.audited().size() == transcripts_at_once);
  CHECK(code_of(at.get(target)) == "busy");
  CHECK(at.audited() == std::vector<std::string>{"busy to 192.0.2.1:4711"});
}

TEST_CASE("a policy may keep its transcripts to itself", "[admin][9.6.3-01]") {
  office at;
  at.ask("POST", "/api/v1/sessions", R"({"session_id":"quiet","lifecycle":{"transcript_export":false}})");
  CHECK(at.get("/api/v1/sessions/quiet/transcript").status == 403);
}

TEST_CASE("the workspace is listed and read", "[admin]") {
  config::settings how;
  how.session.workspace_dir = "/somewhere";
  protocol::file_table files;
  files.put("docs/\xc3\xa4 b.md", protocol::workspace_file::of("<b>text</b>\n"));
  office at(how, {{"/somewhere", files}});
  at.house.join("room", "alice");
  const auto list = at.get_json("/api/v1/sessions/room/files");
  CHECK(text_at(list, "files.0.path") == "docs/\xc3\xa4 b.md");
  CHECK(number_at(list, "files.0.size") == 12);
  const auto file = at.get("/api/v1/sessions/room/files/docs/%C3%A4%20b.md");
  CHECK(file.status == 200);
  CHECK(file.content_type == "text/plain; charset=utf-8");
  CHECK(file.body == "<b>text</b>\n");
  CHECK(header_of(file, "ETag") == '"' + text_at(list, "files.0.state_ref") + '"');
  CHECK(at.get("/api/v1/sessions/room/files/docs%2F%C3%A4%20b.md").status == 200);
  CHECK(code_of(at.get("/api/v1/sessions/room/files/../../etc/passwd")) == "no_such_file");
}

TEST_CASE("whoever is given what was said or written is written down, and nobody who is refused", "[admin][24-05]") {
  config::settings how;
  how.session.workspace_dir = "/somewhere";
  protocol::file_table files;
  files.put("a.md", protocol::workspace_file::of("text"));
  office at(how, {{"/somewhere", files}});
  at.house.join("room", "alice");
  using lines = std::vector<std::string>;
  for (const auto* what : {"snapshot", "transcript"}) {
    CHECK(at.get("/api/v1/sessions/room/" + std::string(what)).status == 200);
    CHECK(at.audited() == lines{std::string(what) + " of room to 192.0.2.1:4711"});
  }
  CHECK(at.get("/api/v1/sessions/room/files").status == 200);
  CHECK(at.get("/api/v1/sessions/room/files/a.md").status == 200);
  CHECK(at.audited() == lines{"file list of room to 192.0.2.1:4711", "file of room to 192.0.2.1:4711"});
  CHECK(at.get("/api/v1/sessions/room/files/b.md").status == 404);
  CHECK(at.get("/api/v1/sessions/nobody/snapshot").status == 404);
  CHECK(at.get("/api/v1/sessions/room").status == 200); // figures alone
  CHECK(at.audited().empty());
}

TEST_CASE("closing a session tells everybody, and may be asked for again", "[admin][14.5-01]") {
  office at;
  at.house.join("room", "alice");
  const auto closed = at.ask("DELETE", "/api/v1/sessions/room");
  CHECK(closed.status == 200);
  CHECK(text_at(parse_json(closed.body), "state") == "closed");
  const auto heard = parse_json(at.house.hears("alice", "SESSION_CLOSE"));
  CHECK(text_at(heard, "payload.reason") == "manual");
  CHECK(at.ask("DELETE", "/api/v1/sessions/room").status == 200);
  CHECK(find(at.get_json("/api/v1/sessions/room/snapshot"), "session_closed")->GetBool());
}

TEST_CASE("through the admin listener, the API is there for any HTTP client", "[admin]") {
  office at;
  net::admin_options options;
  options.port = 0;
  net::admin_listener door(at.api, options);
  const auto port = door.open();
  REQUIRE(port);
  net::street::tcp_client browser(*port);
  const std::string body = R"({"session_id":"web"})";
  browser.send("POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body);
  CHECK(browser.receive_until("\r\n\r\n").starts_with("HTTP/1.1 201"));
  browser.receive_until("}\n");
  browser.send("GET /api/v1/sessions/web/transcript HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(browser.receive_until("\r\n\r\n").find("Transfer-Encoding: chunked") != std::string::npos);
  CHECK(browser.receive_until("\r\n0\r\n\r\n").find("\"final_snapshot\":{") != std::string::npos);
}
