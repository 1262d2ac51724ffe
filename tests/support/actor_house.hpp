// A house of actors without sockets: CAF's deterministic scheduler runs all of it on the test's thread, under a clock
// that the test moves.
#pragma once

#include "actors/handles.hpp"
#include "actors/observer.hpp"
#include "actors/registry.hpp"
#include "actors/safeguards.hpp"
#include "actors/vouching.hpp"
#include "protocol/wire/decoder.hpp"
#include "tests/support/correspondence.hpp"
#include "tests/support/fragile_engine.hpp"
#include "tests/support/patient_journal.hpp"

#include "security/signing_key.hpp"

#include <caf/fwd.hpp>

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mpac::tests {

/// What actors::registry_terms says, as far as tests care.
struct house_rules {
  base::duration idle_unload{};
  std::size_t sessions_limit = 0;
  double messages_per_sec = 0;
  double burst = 100;
  std::shared_ptr<const security::signing_key> coordinator_key = {}; ///< null: nothing is signed
  std::function<void(const protocol::session_id&)> has_failed = {};
};

/// Remembers what the actors told whoever counts.
class attentive_observer final : public actors::observer {
public:
  struct failure {
    protocol::session_id session;
    std::string why;
    bool will_return = false;
  };

  void session_opened(const protocol::session_id&) override { ++opened; }
  void session_unloaded(const protocol::session_id&) override { ++unloaded; }
  void session_failed(const protocol::session_id& id, const std::string& why, bool will_return) override {
    failures.push_back({id, why, will_return});
  }
  void decided(const protocol::session_id&, const protocol::decision&) override { ++decisions; }
  void delivered(std::size_t frames) override { frames_delivered += frames; }
  void dismissed(actors::dismissal why) override { dismissals.push_back(why); }
  void ignored() override { ++silences; }
  void journal_kept(std::size_t decisions) override { kept += decisions; }
  void journal_failed(const std::string& why) override { journal_failures.push_back(why); }
  void journal_recovered() override { ++journal_recoveries; }

  std::size_t opened = 0, unloaded = 0, decisions = 0, frames_delivered = 0, silences = 0, kept = 0,
              journal_recoveries = 0;
  std::vector<failure> failures;
  std::vector<actors::dismissal> dismissals;
  std::vector<std::string> journal_failures;
};

/// What came out at one seat. The frames stay until somebody hears them.
class recording_outbox final : public actors::outbox {
public:
  void deliver(std::span<const protocol::frame_ptr> frames, base::instant) override {
    ++deliveries;
    for (const auto& frame : frames)
      inbox.emplace_back(frame->payload());
  }
  void close(actors::farewell why, std::string reason) override {
    if (!farewell)
      farewell.emplace(why, std::move(reason));
  }
  void grant(std::size_t messages) override { granted += messages; }
  void admitted() override { is_admitted = true; }

  std::deque<std::string> inbox;
  std::size_t deliveries = 0;
  std::size_t granted = 0;
  bool is_admitted = false;
  std::optional<std::pair<actors::farewell, std::string>> farewell; ///< the first counts
};

/// A registry, a journal and whoever connects. What is sent is worked off at once, unless inside `together`.
class actor_house final : public stage, public correspondence {
public:
  explicit actor_house(house_rules rules = {});
  ~actor_house() override;
  actor_house(const actor_house&) = delete;
  actor_house& operator=(const actor_house&) = delete;

  // stage
  void open(const opening& how) override;
  void connect(const std::string& line) override { connect_to(line, how_.session.str()); }
  void disconnect(const std::string& line) override;
  void send(const std::string& line, std::string_view text) override;
  void pong(const std::string& line) override;
  std::optional<std::string> hear(const std::string& line) override;
  std::optional<int> closed_with(const std::string& line) override;
  void wait(base::duration span) override;
  [[nodiscard]] base::instant now() const override;
  void close_session(protocol::close_reason reason, protocol::close_disposition intents) override;
  void change_policy(protocol::shared_policy policy) override;
  std::string overview() override;

  // Sessions beside the one of `open`. All begin like it, unless `nobody_may_make` names them.

  void connect_to(const std::string& line, const std::string& session);
  void nobody_may_make(const std::string& session) { forbidden_ = session; }
  /// The operator wants it, whoever comes.
  void is_configured(const std::string& session) { configured_ = session; }

  // For tests written in C++

  /// Who verifies and signs, for connections and sessions that are made from now on.
  void guarded_by(std::shared_ptr<const actors::safeguards> guards) { guards_ = std::move(guards); }
  /// What connections that are made from now on have proved in their TLS handshake, DER; empty: nothing.
  void shows_certificate(std::string der) { certificate_ = std::move(der); }
  /// Connects and says HELLO; forgets the answer.
  void join(const std::string& line, const std::string& session = "talk", std::string_view hello_members = "");
  /// Several messages in one read of the connection.
  void says_at_once(const std::string& line, const std::vector<std::string>& notations);
  /// The way out of a seat, as it is now: nothing runs because of the question.
  [[nodiscard]] const recording_outbox& out(const std::string& line) const { return *lines_.at(line).out; }

  /// Lets `act` send without anything being worked off before it returns; then runs.
  void together(const std::function<void()>& act);
  /// Works off everything that is under way; no time passes.
  void run();
  /// One step of one actor; false when there is nothing to do.
  bool step();

  /// The actor of a session that is loaded, or null.
  actors::session_actor session(const std::string& id = "talk");
  /// Looks at the facts of a session.
  void look(const std::function<void(const protocol::session&)>& at, const std::string& id = "talk");
  /// Makes a session actor die of a mistake in the program.
  void crash(const std::string& id = "talk", const std::string& why = "a mistake in the program");
  [[nodiscard]] const actors::registry_actor& registry() const noexcept { return registry_; }
  [[nodiscard]] const actors::journal_actor& journal() const noexcept { return journal_; }
  /// Asks the registry and works off whatever that takes; nothing while there is no answer.
  template <class Answer, class Question>
  std::optional<Answer> ask(Question question);

  /// Asks the registry to stop all sessions; whether it has said by now that they have.
  bool stop(bool ends = true);

  /// From now on nothing is kept, and nobody hears that it isn't: the disk is slow.
  void hold_journal() { patience_->holds = true; }
  /// All that has waited is kept.
  void let_journal_go();

  [[nodiscard]] engine_switch& engine() noexcept { return *engine_; }
  [[nodiscard]] const attentive_observer& watch() const noexcept { return *watch_; }
  [[nodiscard]] caf::actor_system& system() noexcept;

private:
  struct machinery;
  struct connection {
    actors::participant_actor participant;
    std::shared_ptr<recording_outbox> out;
  };

  actors::letter opened(std::string_view text);
  void settle();

  house_rules rules_;
  opening how_;
  std::string forbidden_, configured_, certificate_;
  std::shared_ptr<engine_switch> engine_ = std::make_shared<engine_switch>();
  std::shared_ptr<const actors::safeguards> guards_;
  std::shared_ptr<attentive_observer> watch_ = std::make_shared<attentive_observer>();
  std::shared_ptr<patience> patience_ = std::make_shared<patience>();
  std::unique_ptr<machinery> machinery_;
  actors::journal_actor journal_;
  actors::registry_actor registry_;
  std::map<std::string, connection> lines_;
  protocol::seat_number seats_ = 0;
  protocol::decoder decoder_;
  bool held_ = false;
};

} // namespace mpac::tests
