// Counts and logs what the actors report.
#pragma once

#include "actors/observer.hpp"
#include "cluster/few_lines.hpp"
#include "cluster/given.hpp"
#include "cluster/log.hpp"
#include "cluster/metrics.hpp"
#include "cluster/redaction_list.hpp"

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace mpac::cluster {

/// Hands everything to the metrics, and what an operator should know to the log. Of what was said, the log gets nothing
/// that is to be left out. Thread-safe; metrics and log must outlive it.
class chronicle final : public actors::observer {
public:
  /// Without `left_out` nothing is.
  chronicle(metrics& figures, log& journal, std::shared_ptr<const redaction_list> left_out = nullptr)
      : figures_(figures), log_(journal), left_out_(std::move(left_out)) {}

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
                   {"op_id", shown("op_id", made->record->op_id.str())},
                   {"target", shown("target", made->record->target)}});
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
  /// Nobody's part: the admin listener reports it.
  void admin_refused(net::admin_refused why, const std::string& address) {
    figures_.admin_refused(why);
    if (why != net::admin_refused::wrong_token)
      return;
    if (const auto left_out = guesses_.admit(base::now()))
      log_.warn("admin", "a wrong token was shown", {{"peer", address}, {"not_told", std::to_string(*left_out)}});
  }
  /// Who was given what was said or written (SPEC 24). It is written down whatever is left out of the log otherwise.
  void was_given(const protocol::session_id& id, given what, const std::string& by) {
    figures_.was_given(what);
    log_.audit("admin", "a session was read", {{"session_id", id.str()}, {"what", word_of(what)}, {"by", by}});
  }
  /// The same of a copy of the whole store, for whoever can read its folder.
  void was_copied(const std::filesystem::path& to, const std::string& by) {
    figures_.was_copied();
    log_.audit("admin", "the store was copied", {{"backup", to.string()}, {"by", by}});
  }
  void session_recovered(const protocol::session_id& id, std::uint64_t epoch) override {
    log_.info("session", "recovered", {{"session_id", id.str()}, {"coordinator_epoch", std::to_string(epoch)}});
  }

private:
  /// The value of a payload's member as the log may hold it.
  [[nodiscard]] std::string shown(std::string_view member, const std::string& value) const {
    return left_out_ && left_out_->leaves_out(member) ? "(redacted)" : value;
  }

  metrics& figures_;
  log& log_;
  const std::shared_ptr<const redaction_list> left_out_;
  std::atomic<bool> store_answers_{true};
  few_lines few_;     // of what strangers cause
  few_lines guesses_; // of the admin token
};

} // namespace mpac::cluster
