// Counts and logs what the actors report.
#pragma once

#include "actors/observer.hpp"
#include "cluster/few_lines.hpp"
#include "cluster/log.hpp"
#include "cluster/metrics.hpp"

#include <atomic>
#include <memory>
#include <string_view>

namespace mpac::cluster {

/// Hands everything to the metrics, and what an operator should know to the log. Thread-safe; both must outlive it.
class chronicle final : public actors::observer {
public:
  chronicle(metrics& figures, log& journal) : figures_(figures), log_(journal) {}

  /// Whether the journal keeps what it is given: a readiness check.
  [[nodiscard]] bool store_answers() const noexcept { return store_answers_.load(std::memory_order_relaxed); }

  void session_opened(const protocol::session_id& id) override {
    figures_.session_opened(id);
    log_.debug("session", "opened", {{"session_id", id.str()}});
  }
  void session_unloaded(const protocol::session_id& id) override {
    figures_.session_unloaded(id);
    log_.debug("session", "left memory, nobody was connected", {{"session_id", id.str()}});
  }
  void session_failed(const protocol::session_id& id, const std::string& why, bool will_return) override {
    figures_.session_failed(id, why, will_return);
    log_.error("session", will_return ? "failed" : "failed too often and rests",
               {{"session_id", id.str()}, {"err", why}});
  }
  void actor_failed(std::string_view which, const std::string& why) override {
    if (which == "journal" ||
        which == "registry") // nothing is kept, or nobody is found, before somebody starts it again
      store_answers_ = false;
    figures_.actor_failed(which, why);
    log_.error(which, "ended by a mistake in the program", {{"err", why}});
  }
  void message_poisoned(const protocol::session_id& id, const std::string& why) override {
    figures_.message_poisoned(id, why);
    log_.error("session", "a message could not be processed", {{"session_id", id.str()}, {"err", why}});
  }
  void decided(const protocol::session_id& id, const protocol::decision& what) override {
    figures_.decided(id, what);
    for (const auto& event : what.events)
      if (const auto* made = std::get_if<protocol::operation_registered>(&event); made && made->record->outside_scope)
        log_.warn("session", "an operation outside its intent's scope", // SPEC 23.3
                  {{"session_id", id.str()},
                   {"principal_id", made->record->principal_id.str()},
                   {"op_id", made->record->op_id.str()},
                   {"target", made->record->target}});
  }
  void credential_failed(const protocol::session_id& id, const std::string& address, const std::string& why) override {
    if (const auto left_out = few_.admit(base::now()))
      log_.warn("auth", "a credential was not taken",
                {{"session_id", id.str()}, {"peer", address}, {"why", why}, {"not_told", std::to_string(*left_out)}});
  }
  void refused(protocol::error_code why) override { figures_.refused(why); }
  void dismissed(actors::dismissal why) override { figures_.dismissed(why); }
  void delivered(std::size_t frames) override { figures_.delivered(frames); }
  void ignored() override { figures_.ignored(); }
  void journal_kept(std::size_t decisions) override { figures_.journal_kept(decisions); }
  void journal_failed(const std::string& why) override {
    store_answers_ = false;
    figures_.journal_failed(why);
    log_.error("journal", "can't keep what was decided; nobody is told until it can", {{"err", why}});
  }
  void journal_recovered() override {
    store_answers_ = true;
    figures_.journal_recovered();
    log_.info("journal", "keeps again");
  }

  void store_unreadable(const protocol::session_id& id, const std::string& why) override {
    log_.error("store", "a session can't be read", {{"session_id", id.str()}, {"err", why}});
  }
  void tidying_failed(const std::string& why) override {
    log_.warn("store", "old transcripts could not be dropped", {{"err", why}});
  }
  /// Nobody's part: the admin API reports it.
  void transcript_failed(const protocol::session_id& id, const std::string& why) {
    log_.warn("admin", "a transcript ended short", {{"session_id", id.str()}, {"err", why}});
  }
  /// Who read what was said or written (SPEC 24).
  void was_read(const protocol::session_id& id, std::string_view what, const std::string& by) {
    if (what == "transcript")
      figures_.transcript_read();
    log_.info("admin", "a session was read", {{"session_id", id.str()}, {"what", what}, {"by", by}});
  }
  void session_recovered(const protocol::session_id& id, std::uint64_t epoch) override {
    log_.info("session", "recovered", {{"session_id", id.str()}, {"coordinator_epoch", std::to_string(epoch)}});
  }

private:
  metrics& figures_;
  log& log_;
  std::atomic<bool> store_answers_{true};
  few_lines few_; // of what strangers cause
};

} // namespace mpac::cluster
