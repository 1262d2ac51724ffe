// A hub that keeps its sessions on a disk, as its operator sees it: copies of the store, transcripts that outlive the
// hub, and sessions that are not in memory.
#include "base/clock.hpp"
#include "cluster/hub.hpp"
#include "store/encoding.hpp"
#include "store/rocksdb_table.hpp"
#include "tests/cluster/agent.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/json.hpp"
#include "tests/support/message_writer.hpp"
#include "tests/support/notation.hpp"
#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace mpac;
using namespace mpac::cluster;
using namespace mpac::cluster::tests;
using mpac::tests::find;
using mpac::tests::json_document;
using mpac::tests::number_at;
using mpac::tests::parse_json;
using mpac::tests::text_at;
namespace fs = std::filesystem;

namespace {

struct answered {
  int status = 0;
  std::string body;
};

class lasting_house {
public:
  explicit lasting_house(config::store_engine engine = config::store_engine::rocksdb) {
    how_.node.data_dir = (folder_.path() / "data").string();
    how_.listen.port = 0;
    how_.listen.threads = 1;
    how_.listen.workers = 1;
    how_.admin.port = 0;
    how_.store.engine = engine;
    how_.log.level = config::log_level::error;
    start();
  }

  void start() {
    auto started = hub::start(how_, "test");
    if (!started)
      FAIL(started.error().what);
    hub_ = std::move(*started);
  }
  void stop() {
    agents_.clear();
    hub_.reset();
  }

  /// As HTTP/1.0, whose bodies end with the connection.
  answered ask(std::string_view method, std::string_view target, std::string_view body = {}) {
    net::street::tcp_client desk(hub_->admin_port());
    desk.send(std::string(method) + ' ' + std::string(target) +
              " HTTP/1.0\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
    const auto text = desk.receive_all();
    const auto end = text.find("\r\n\r\n");
    REQUIRE(text.starts_with("HTTP/1."));
    REQUIRE(end != std::string::npos);
    return {std::stoi(text.substr(9, 3)), text.substr(end + 4)};
  }
  json_document get(std::string_view target) {
    const auto got = ask("GET", target);
    CAPTURE(target);
    REQUIRE(got.status == 200);
    return parse_json(got.body);
  }

  void join(const std::string& session, const std::string& who) {
    agents_[who] = std::make_unique<agent>(hub_->port(), "/session/" + session);
    writers_[who] = std::make_unique<mpac::tests::message_writer>(protocol::session_id(session));
    says(who, "HELLO roles=[owner]");
    hears(who, "SESSION_INFO");
  }
  void says(const std::string& who, std::string_view notation) {
    agents_.at(who)->say(writers_.at(who)->write(who, mpac::tests::read_notation(notation), base::now()));
  }
  json_document hears(const std::string& who, std::string_view type) {
    while (auto text = agents_.at(who)->hear()) {
      auto message = parse_json(*text);
      writers_.at(who)->heard(who, message);
      if (text_at(message, "message_type") == type)
        return message;
    }
    FAIL(who << " hears no " << type);
    return {};
  }

  [[nodiscard]] fs::path data() const { return how_.node.data_dir; }

private:
  mpac::tests::temporary_folder folder_;
  config::settings how_;
  std::unique_ptr<hub> hub_;
  std::map<std::string, std::unique_ptr<agent>> agents_;
  std::map<std::string, std::unique_ptr<mpac::tests::message_writer>> writers_;
};

void announce(lasting_house& at, const std::string& who, const std::string& intent) {
  at.says(who, "INTENT_ANNOUNCE intent_id=" + intent + " scope=[" + intent + ".py] ttl_sec=8640000");
  at.hears(who, "INTENT_ANNOUNCE"); // kept, as it was told
}

/// The intents that a snapshot holds, by name.
std::string intents_in(const json_document& snapshot) {
  std::string names;
  for (const auto& each : find(snapshot, "intents")->GetArray())
    names += (names.empty() ? "" : " ") + text_at(each, "intent_id");
  return names;
}

std::vector<std::string> announced_in(const json_document& transcript) {
  std::vector<std::string> intents;
  for (const auto& each : find(transcript, "messages")->GetArray())
    if (text_at(each, "message_type") == "INTENT_ANNOUNCE")
      intents.push_back(text_at(each, "payload.intent_id"));
  return intents;
}

std::string row(const json_document& list, std::size_t index) {
  const auto at = "sessions." + std::to_string(index) + ".";
  const auto* loaded = find(list, at + "loaded");
  return text_at(list, at + "session_id") + (loaded && loaded->GetBool() ? " in memory" : " on disk");
}

} // namespace

TEST_CASE("a backup made while the hub runs holds all that was told before it, and nothing later",
          "[admin][8.1.1.2-18]") {
  lasting_house at;
  at.join("room", "alice");
  announce(at, "alice", "before");
  const auto made = at.ask("POST", "/api/v1/backups", R"({"path":"/somewhere/else"})");
  REQUIRE(made.status == 201);
  const auto answer = parse_json(made.body);
  const fs::path copy = text_at(answer, "backup");
  CHECK(fs::equivalent(copy.parent_path(), at.data() / "backups"));
  CHECK(copy.filename().string().size() == std::string("20261129T191500Z").size());
  CHECK(number_at(answer, "bytes") > 0);
  announce(at, "alice", "later");
  at.stop();

  fs::remove_all(at.data() / "store");
  fs::copy(copy, at.data() / "store", fs::copy_options::recursive);
  at.start();
  CHECK(intents_in(at.get("/api/v1/sessions/room/snapshot")) == "before");
  CHECK(announced_in(at.get("/api/v1/sessions/room/transcript")) == std::vector<std::string>{"before"});
  at.join("room", "alice");
  announce(at, "alice", "again"); // and life goes on
  CHECK(intents_in(at.get("/api/v1/sessions/room/snapshot")) == "before again");
}

TEST_CASE("where there is nothing on a disk, there is nothing to back up", "[admin]") {
  lasting_house at(config::store_engine::memory);
  const auto refused = at.ask("POST", "/api/v1/backups");
  CHECK(refused.status == 409);
  CHECK(text_at(parse_json(refused.body), "error.code") == "nothing_to_back_up");
  CHECK(text_at(parse_json(refused.body), "error.message").find("nothing on disk to copy") != std::string::npos);
  CHECK(at.ask("GET", "/api/v1/backups").status == 405);
}

TEST_CASE("a backup that can't be written says why, and the hub goes on", "[admin]") {
  lasting_house at;
  std::ofstream(at.data() / "backups") << "no folder";
  const auto failed = at.ask("POST", "/api/v1/backups");
  CHECK(failed.status == 503);
  CHECK(text_at(parse_json(failed.body), "error.code") == "backup_failed");
  at.join("room", "alice");
  announce(at, "alice", "i1");
}

TEST_CASE("a transcript outlives the hub that heard it", "[admin][9.6.3-01][9.6.3-02][9.6.3-05]") {
  lasting_house at;
  at.join("room", "alice");
  std::vector<std::string> said;
  for (int i = 0; i < 30; ++i)
    announce(at, "alice", said.emplace_back("i" + std::to_string(i)));
  CHECK(announced_in(at.get("/api/v1/sessions/room/transcript")) == said);
  at.stop();
  at.start();
  const auto whole = at.get("/api/v1/sessions/room/transcript");
  CHECK(announced_in(whole) == said);
  CHECK(text_at(whole, "messages.0.message_type") == "HELLO");
  CHECK(find(whole, "message_sequences")->Size() == find(whole, "messages")->Size());
  CHECK(find(whole, "final_snapshot.intents")->Size() == said.size());
}

TEST_CASE("SESSION_CLOSE tells where the transcript is, and it is there", "[13.1.SESSION_CLOSE-05][9.6.3-01]") {
  lasting_house at;
  at.join("room", "alice");
  announce(at, "alice", "i1");
  CHECK(at.ask("DELETE", "/api/v1/sessions/room").status == 200);
  const auto closed = at.hears("alice", "SESSION_CLOSE");
  const auto whole = at.get(text_at(closed, "payload.transcript_ref"));
  CHECK(announced_in(whole) == std::vector<std::string>{"i1"});
  CHECK(find(whole, "final_snapshot.session_closed")->GetBool());
}

TEST_CASE("the final snapshot is stored before SESSION_CLOSE is heard", "[14.5-05]") {
  lasting_house at;
  at.join("room", "alice");
  announce(at, "alice", "i1");
  at.ask("DELETE", "/api/v1/sessions/room");
  at.hears("alice", "SESSION_CLOSE");
  const auto made = at.ask("POST", "/api/v1/backups");
  REQUIRE(made.status == 201);
  auto copy = store::open_rocksdb_table(text_at(parse_json(made.body), "backup"));
  REQUIRE(copy.has_value());
  const auto bytes = (*copy)->get(store::space::images, "room");
  REQUIRE(bytes.has_value());
  REQUIRE(*bytes);
  const auto image = store::decode_image(**bytes);
  REQUIRE(image.has_value());
  CHECK(image->ended == protocol::close_reason::manual);
  CHECK(image->intents.empty());
}

TEST_CASE("sessions are listed page by page, whether they are in memory or not", "[admin][registry]") {
  lasting_house at;
  for (const auto* id : {"a", "b", "c", "d", "e"})
    REQUIRE(at.ask("POST", "/api/v1/sessions", R"({"session_id":")" + std::string(id) + "\"}").status == 201);
  CHECK(row(at.get("/api/v1/sessions"), 0) == "a in memory");
  at.join("c", "alice");
  announce(at, "alice", "i1");
  CHECK(at.ask("DELETE", "/api/v1/sessions/e").status == 200);
  at.stop();
  at.start();

  auto page = at.get("/api/v1/sessions?limit=3");
  REQUIRE(find(page, "sessions")->Size() == 3);
  CHECK(row(page, 0) == "a on disk");
  CHECK(text_at(page, "next") == "c");
  CHECK(number_at(page, "sessions.2.active_intents") == 1);
  at.join("b", "bob");
  at.join("d", "bob");
  page = at.get("/api/v1/sessions?limit=2");
  REQUIRE(find(page, "sessions")->Size() == 2);
  CHECK(row(page, 0) == "a on disk");
  CHECK(row(page, 1) == "b in memory");
  CHECK(number_at(page, "sessions.1.participants") == 1);
  page = at.get("/api/v1/sessions?limit=2&after=b");
  REQUIRE(find(page, "sessions")->Size() == 2);
  CHECK(text_at(page, "sessions.0.session_id") == "c"); // in memory, if somebody's silence is due in it
  CHECK(row(page, 1) == "d in memory");
  CHECK(text_at(page, "next") == "d");
  page = at.get("/api/v1/sessions?limit=2&after=d");
  REQUIRE(find(page, "sessions")->Size() == 1);
  CHECK(row(page, 0) == "e on disk");
  CHECK(text_at(page, "sessions.0.state") == "closed");
  CHECK(find(page, "next")->IsNull());
  CHECK(find(at.get("/api/v1/sessions?after=e"), "sessions")->Empty());
}
