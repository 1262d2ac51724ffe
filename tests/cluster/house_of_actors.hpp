// The actors of a hub without its listeners, for tests of what stands around them: sessions, and people who talk in
// them.
#pragma once

#include "actors/journal.hpp"
#include "actors/participant.hpp"
#include "actors/registry.hpp"
#include "cluster/metrics.hpp"
#include "cluster/session_catalog.hpp"
#include "protocol/wire/decoder.hpp"
#include "store/memory_engine.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/message_writer.hpp"

#include <caf/all.hpp>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

namespace mpac::cluster::tests {

using namespace std::chrono_literals;

/// No test waits longer for anything.
inline constexpr auto patience = 20s;

/// What somebody hears, and whether their line was closed.
class mailbox final : public actors::outbox {
public:
  void deliver(std::span<const protocol::frame_ptr> frames, base::instant) override {
    const std::lock_guard lock(guard_);
    for (const auto& frame : frames)
      heard_.emplace_back(frame->payload());
    changed_.notify_all();
  }
  void close(actors::farewell why, std::string) override {
    const std::lock_guard lock(guard_);
    closed_ = why;
    changed_.notify_all();
  }
  void grant(std::size_t) override {}
  void admitted() override {}

  /// Drops what comes until a message of this type has come.
  std::string wait_for(std::string_view type) {
    const std::string mark = "\"message_type\":\"" + std::string(type) + '"';
    std::unique_lock lock(guard_);
    for (;;) {
      if (!changed_.wait_for(lock, patience, [&] { return !heard_.empty(); }))
        FAIL("no " << type << " was heard");
      auto text = std::move(heard_.front());
      heard_.pop_front();
      if (text.find(mark) != std::string::npos)
        return text;
    }
  }

private:
  std::mutex guard_;
  std::condition_variable changed_;
  std::deque<std::string> heard_;
  std::optional<actors::farewell> closed_;
};

struct actor_threads : caf::actor_system_config {
  actor_threads() { set("scheduler.max-threads", std::size_t{2}); }
};

class house_of_actors {
public:
  explicit house_of_actors(const config::settings& how = {}, workspaces loaded = {})
      : catalog(std::make_shared<session_catalog>(how, std::move(loaded))), figures(std::make_shared<metrics>("1.2.3")),
        system_(threads_) {
    journal = actors::spawn_journal(system_, std::make_unique<store::memory_engine>(), figures);
    actors::registry_terms terms;
    terms.journal = journal;
    terms.source = catalog->source();
    terms.watch = figures;
    terms.idle_unload = how.store.idle_unload;
    terms.sessions_limit = how.limits.sessions;
    registry = system_.spawn(actors::registry_room, std::move(terms));
  }
  ~house_of_actors() {
    caf::scoped_actor asker(system_);
    asker->request(registry, patience, actors::stop_all{true}).receive([](bool) {}, [](const caf::error&) {});
    caf::anon_send_exit(journal, caf::exit_reason::user_shutdown);
  }

  /// Connects somebody and waits until SESSION_INFO is there.
  void join(const std::string& session, const std::string& who) {
    auto& line = lines_[who];
    line.writer = std::make_unique<mpac::tests::message_writer>(protocol::session_id(session));
    line.inbox = std::make_shared<mailbox>();
    line.participant =
        system_.spawn(actors::participant_room, ++seats_, protocol::session_id(session), registry,
                      std::shared_ptr<actors::outbox>(line.inbox), std::shared_ptr<actors::observer>(figures),
                      std::shared_ptr<const actors::safeguards>{}, actors::peer_facts{});
    says(who, "HELLO roles=[owner]");
    line.inbox->wait_for("SESSION_INFO");
  }
  void says(const std::string& who, std::string_view notation) {
    auto& line = lines_.at(who);
    const auto text = line.writer->write(who, mpac::tests::read_notation(notation), base::now());
    actors::letters mail;
    mail.when = base::now();
    auto& letter = mail.all.emplace_back();
    letter.frame = protocol::frame::of(text);
    auto opened = decoder_.decode(letter.frame, protocol::strictness::lenient);
    if (opened)
      letter.content = std::get<protocol::envelope>(std::move(*opened));
    else
      letter.content = opened.error();
    caf::anon_send(line.participant, std::move(mail));
  }
  std::string hears(const std::string& who, std::string_view type) { return lines_.at(who).inbox->wait_for(type); }
  void leave(const std::string& who) { caf::anon_send(lines_.at(who).participant, actors::line_gone{}); }

  [[nodiscard]] caf::actor_system& system() { return system_; }

  std::shared_ptr<session_catalog> catalog;
  std::shared_ptr<metrics> figures;
  actors::journal_actor journal;
  actors::registry_actor registry;

private:
  struct line {
    std::unique_ptr<mpac::tests::message_writer> writer;
    std::shared_ptr<mailbox> inbox;
    actors::participant_actor participant;
  };

  actor_threads threads_;
  caf::actor_system system_;
  std::map<std::string, line> lines_;
  protocol::decoder decoder_;
  protocol::seat_number seats_ = 0;
};

} // namespace mpac::cluster::tests
