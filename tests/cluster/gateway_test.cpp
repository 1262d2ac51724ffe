#include "actors/journal.hpp"
#include "actors/registry.hpp"
#include "cluster/gateway.hpp"
#include "cluster/session_catalog.hpp"
#include "store/memory_engine.hpp"
#include "tests/cluster/loop_house.hpp"
#include "tests/support/message_writer.hpp"

#include <deque>
#include <optional>

using namespace mpac;
using namespace mpac::cluster;
using namespace mpac::cluster::tests;

namespace {

/// A WebSocket without a socket.
class fake_connection final : public net::connection {
public:
  void deliver(protocol::frame_ptr frame) override { deliver(std::span(&frame, 1), base::never); }
  void deliver(std::span<const protocol::frame_ptr> frames, base::instant) override {
    change([&] {
      for (const auto& frame : frames)
        heard_.emplace_back(frame->payload());
    });
  }
  void close(net::close_code code, std::string reason) override {
    change([&] {
      if (!closed_)
        closed_.emplace(code, std::move(reason));
    });
  }
  void grant(std::size_t messages) override {
    change([&] { granted_ += messages; });
  }
  void admitted() override {
    change([&] { admitted_ = true; });
  }
  [[nodiscard]] std::string peer() const override { return "nowhere:0"; }
  [[nodiscard]] const std::string& peer_certificate() const override { return certificate; }
  std::string certificate;

  /// The next message that is heard has this type.
  [[nodiscard]] bool hears(std::string_view type) {
    std::unique_lock lock(guard_);
    if (!changed_.wait_for(lock, long_enough, [&] { return !heard_.empty(); }))
      return false;
    const auto text = std::move(heard_.front());
    heard_.pop_front();
    return text.find("\"message_type\":\"" + std::string(type) + '"') != std::string::npos;
  }
  [[nodiscard]] std::optional<net::close_code> closing() {
    std::unique_lock lock(guard_);
    changed_.wait_for(lock, long_enough, [&] { return closed_.has_value(); });
    return closed_ ? std::optional(closed_->first) : std::nullopt;
  }
  [[nodiscard]] bool is_granted(std::size_t messages) {
    std::unique_lock lock(guard_);
    return changed_.wait_for(lock, long_enough, [&] { return granted_ >= messages; }) && granted_ == messages;
  }
  [[nodiscard]] bool is_admitted() {
    const std::lock_guard lock(guard_);
    return admitted_;
  }

private:
  template <class Change>
  void change(Change change) {
    {
      const std::lock_guard lock(guard_);
      change();
    }
    changed_.notify_all();
  }

  std::mutex guard_;
  std::condition_variable changed_;
  std::deque<std::string> heard_;
  std::optional<std::pair<net::close_code, std::string>> closed_;
  std::size_t granted_ = 0;
  bool admitted_ = false;
};

/// The hub's actors on loops, and a gateway into them.
struct street {
  explicit street(config::settings how = {})
      : catalog(how, {}), watch(std::make_shared<actors::observer>()),
        journal(actors::spawn_journal(*house.system, std::make_unique<store::memory_engine>(), watch)) {
    actors::registry_terms terms;
    terms.journal = journal;
    terms.source = catalog.source();
    terms.watch = watch;
    registry = house.system->spawn(actors::registry_room, std::move(terms));
    gate = std::make_unique<gateway>(*house.system, registry, catalog, watch,
                                     std::shared_ptr<const actors::safeguards>{}, house.threads.count());
  }
  ~street() {
    stop();
    registry = nullptr;
    journal = nullptr;
  }

  void stop() {
    if (!std::exchange(running, false))
      return;
    caf::scoped_actor self(*house.system);
    self->request(registry, long_enough, actors::stop_all{true}).receive([](bool) {}, [](const caf::error&) {});
  }

  /// Enters by a path, on the loop that the gateway's place asks for.
  std::shared_ptr<fake_connection> enter(const std::string& target) {
    auto line = std::make_shared<fake_connection>();
    loop = gate->place(target) % house.threads.count();
    house.on_loop(loop, [&] { guest = gate->enter(target, line, refused); });
    return line;
  }

  void arrives(std::vector<std::string> texts) {
    house.on_loop(loop, [&] {
      net::arrivals frames;
      for (const auto& text : texts)
        frames.push_back(protocol::frame::of(text));
      guest->arrived(std::move(frames), base::now());
    });
  }

  std::string letter(const std::string& who, std::string_view said) {
    return writer.write(who, mpac::tests::read_notation(said), base::now());
  }

  loop_house house;
  session_catalog catalog;
  std::shared_ptr<actors::observer> watch;
  actors::journal_actor journal;
  actors::registry_actor registry;
  std::unique_ptr<gateway> gate;
  mpac::tests::message_writer writer{protocol::session_id{"plan"}};
  std::unique_ptr<net::visitor> guest;
  net::rejection refused;
  std::size_t loop = 0;
  bool running = true;
};

} // namespace

TEST_CASE("a visitor's letters are opened, answered and granted", "[gateway]") {
  street at;
  const auto alice = at.enter("/session/plan");
  REQUIRE(at.guest);
  at.arrives(
      {at.letter("alice", "HELLO"), "no JSON at all", at.letter("alice", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]")});
  CHECK(alice->hears("SESSION_INFO"));
  CHECK(alice->hears("PROTOCOL_ERROR"));
  CHECK(alice->hears("INTENT_ANNOUNCE"));
  CHECK(alice->is_granted(3));
  CHECK(alice->is_admitted());
}

TEST_CASE("a path that names no session is refused at the door", "[gateway]") {
  street at;
  const auto line = at.enter("/nowhere");
  CHECK_FALSE(at.guest);
  CHECK(at.refused.code == net::close_code::bad_path);
  CHECK_FALSE(at.refused.reason.empty());
}

TEST_CASE("all ways to write one session lead to one loop", "[gateway]") {
  street at;
  CHECK(at.gate->place("/session/a-b") == at.gate->place("/session/a%2Db/x?y"));
  CHECK_FALSE(at.gate->place("/session/a-b") == at.gate->place("/session/a-c"));
}

TEST_CASE("the older connection of a principal is closed with 4009", "[gateway]") {
  street at;
  const auto older = at.enter("/session/plan");
  at.arrives({at.letter("alice", "HELLO")});
  CHECK(older->hears("SESSION_INFO"));
  const auto left = std::move(at.guest);
  const auto newer = at.enter("/session/plan");
  at.arrives({at.letter("alice/2", "HELLO")});
  CHECK(newer->hears("SESSION_INFO"));
  CHECK(older->closing() == net::close_code::replaced);
}

TEST_CASE("a session that only the operator may make is closed with 4004", "[gateway]") {
  config::settings how;
  how.session.create = config::session_creation::admin_only;
  street at(how);
  const auto line = at.enter("/session/plan");
  REQUIRE(at.guest); // the path is good; it is the registry that knows better
  CHECK(line->closing() == net::close_code::bad_path);
}

TEST_CASE("a hub that ends closes with 1001", "[gateway]") {
  street at;
  const auto alice = at.enter("/session/plan");
  at.arrives({at.letter("alice", "HELLO")});
  CHECK(alice->hears("SESSION_INFO"));
  at.stop();
  CHECK(alice->hears("SESSION_CLOSE"));
  CHECK(alice->closing() == net::close_code::going_away);
}

TEST_CASE("a connection that has gone lets go of its line", "[gateway]") {
  street at;
  auto alice = at.enter("/session/plan");
  at.arrives({at.letter("alice", "HELLO")});
  CHECK(alice->hears("SESSION_INFO"));
  at.house.on_loop(at.loop, [&] {
    at.guest->alive(base::now());
    at.guest->gone(1006);
    at.guest.reset();
  });
  const auto bob = at.enter("/session/plan");
  at.arrives({at.letter("bob", "HELLO"), at.letter("bob", "INTENT_ANNOUNCE intent_id=i1 scope=[a.py]")});
  CHECK(bob->hears("SESSION_INFO"));
  CHECK(bob->hears("INTENT_ANNOUNCE"));
}
