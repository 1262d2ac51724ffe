#include "actors/journal.hpp"

#include "actors/mailbox.hpp"
#include "actors/mistake.hpp"
#include "store/journal.hpp"

#include <caf/all.hpp>

#include <utility>

#include <sched.h>

namespace mpac::actors {
namespace {

/// How long to wait before an engine that failed is tried again.
constexpr std::chrono::seconds retry_delay{1};
/// How often to look for what need not be kept any more, and how soon to go on while there is more of it.
constexpr std::chrono::minutes tidy_interval{10};
constexpr std::chrono::milliseconds tidy_pause{20};

class desk {
public:
  desk(journal_actor::pointer self, std::unique_ptr<store::engine> engine, std::shared_ptr<observer> watched_by)
      : self_(self), journal_(std::move(engine)), watch_(std::move(watched_by)) {
    if (journal_.storage().sync_interval() > base::duration::zero())
      self_->delayed_send(self_, journal_.storage().sync_interval(), sync_store{});
    tidy_later();
  }

  void add(keep& mail) {
    add({std::move(mail.session), std::move(mail.decisions), std::move(mail.image)}, std::move(mail.from));
    if (asked_to_commit_)
      return;
    if (!has_more_mail(self_))
      return commit_now();
    // Group commit: the request to commit stands in the mailbox behind everything that has arrived by now.
    asked_to_commit_ = true;
    self_->send(self_, commit_batch{});
  }

  /// While the store fails only the clock tries again: each failure sets it once.
  void commit(bool again) {
    (again ? is_to_retry_ : asked_to_commit_) = false;
    if (again || !failing_)
      commit();
  }

  void commit() {
    if (journal_.has_batch())
      try_to_commit();
    else if (failing_)
      try_to_go_on();
    if (!journal_.has_batch() && !failing_)
      park_all();
  }

  /// Session by session, behind all that they have decided.
  void take_over(park& mail) {
    parking_.push_back(std::move(mail));
    commit_now();
  }

  loaded load(const load_session& mail) {
    commit_now(); // what the last one of this name handed over
    loaded found;
    if (journal_.holds(mail.session)) {
      found.fault = store::fault{"the store takes nothing at the moment"};
      return found;
    }
    auto kept = storage().fetch(mail.session);
    if (!kept) {
      watch_->store_unreadable(mail.session, kept.error().what);
      found.fault = std::move(kept.error());
      return found;
    }
    found.facts = std::move(kept->facts);
    found.was_interrupted = kept->was_interrupted;
    return found;
  }

  bool found(const found_session& mail) {
    if (failing_) // whoever is told no does not find it later
      return false;
    add({mail.image->id, {}, mail.image}, {});
    commit_now();
    return !journal_.has_batch();
  }

  void look_up(const look_up_kept& mail) {
    auto kept = storage().look_up(mail.session);
    if (!kept)
      watch_->store_unreadable(mail.session, kept.error().what);
    self_->send(mail.from, kept_facts{kept ? std::move(*kept) : nullptr});
  }

  void show(const read_transcript& mail) {
    commit_now(); // what came before the question belongs to the answer
    try {
      if (mail.from == 0 && journal_.holds(mail.session))
        return mail.done(store::fault{"the store takes nothing at the moment"});
      mail.done(storage().read_transcript(mail.session, mail.from, mail.budget, mail.line));
    } catch (const std::exception& why) { // the reader's mistake is not the end of everybody's journal
      watch_->actor_failed("reader of a transcript", why.what());
    }
  }

  void search(read_missed& mail) {
    protocol::replay_search search(*mail.asked);
    const auto done = storage().read_told(mail.session, search);
    auto found = std::make_shared<protocol::replay>(std::move(search).result());
    if (!done) { // what was found is told
      watch_->store_unreadable(mail.session, done.error().what);
      found->is_complete = false;
    }
    self_->send(mail.from, missed_found{std::move(mail.asked), std::move(found)});
  }

  /// What can't be read is no empty list.
  caf::result<kept_list> list(const list_kept& mail) {
    auto rows = storage().kept(mail.after, mail.limit);
    if (!rows)
      return caf::make_error(caf::sec::runtime_error, rows.error().what);
    return kept_list{std::move(*rows)};
  }

  caf::result<sleeper_list> sleepers() {
    auto found = storage().sleepers();
    if (!found) {
      watch_->journal_failed(found.error().what);
      return reason_to_end(found.error().what); // who asks comes back
    }
    return sleeper_list{std::move(*found)};
  }

  void sync() {
    if (!failing_)
      if (auto done = storage().sync(); !done)
        fails(done.error());
    self_->delayed_send(self_, storage().sync_interval(), sync_store{});
  }

  void tidy() {
    const auto more =
        failing_ ? base::result<bool, store::fault>(false) : storage().tidy(base::at(self_->clock().now()));
    is_to_tidy_ = false;
    if (!more) {
      watch_->tidying_failed(more.error().what);
      if (auto done = storage().sync(); !done) // it was no damage to what is old: the store takes nothing
        fails(done.error());
    }
    tidy_later(more && *more ? base::duration(tidy_pause) : base::duration(tidy_interval));
  }

  void back_up(const back_up_store& mail) {
    commit_now();
    try {
      mail.done(storage().back_up(mail.to));
    } catch (const std::exception& why) { // whoever wants a copy is not the end of everybody's journal
      watch_->actor_failed("back-up", why.what());
    }
  }

  void watched_by(registry_actor who) {
    registry_ = std::move(who);
    if (failing_)
      self_->send(registry_, store_state{false});
  }

  bool close() {
    commit_now();
    if (!failing_)
      if (auto done = storage().sync(); !done)
        fails(done.error());
    return !failing_;
  }

  [[nodiscard]] observer& watch() const noexcept { return *watch_; }

private:
  /// Not before the time has come to try again.
  void commit_now() {
    if (!failing_)
      commit();
  }

  [[nodiscard]] store::engine& storage() noexcept { return journal_.storage(); }

  void add(store::parcel what, session_actor from) {
    journal_.add(static_cast<std::uint32_t>(waiting_.size()), std::move(what));
    waiting_.push_back(std::move(from));
  }

  void try_to_commit() {
    const auto size = journal_.batch_size();
    auto receipts = commit_all();
    if (!receipts)
      return fails(receipts.error());
    for (auto& [ticket, kept] : *receipts)
      if (auto& from = waiting_[ticket])
        self_->send(std::exchange(from, {}), told{std::make_shared<const store::kept>(kept)});
    watch_->journal_kept(size - journal_.batch_size());
    if (journal_.has_batch()) // of two batches the second failed
      return ask_again();
    waiting_.clear();
    recovered();
  }

  /// Nothing waits, and nothing will come before the sessions hear that the store answers.
  /// What is thrown on the way, for want of memory say, is one more reason to try again: the end of the journal would
  /// be the end of all sessions.
  base::result<std::vector<store::journal::receipt>, store::fault> commit_all() {
    try {
      return journal_.commit();
    } catch (const std::exception& why) {
      return store::fault{std::string("a batch could not be made: ") + why.what()};
    }
  }

  void try_to_go_on() {
    if (auto done = storage().sync(); !done)
      return fails(done.error());
    recovered();
  }

  void recovered() {
    if (!std::exchange(failing_, false))
      return;
    watch_->journal_recovered();
    if (registry_)
      self_->send(registry_, store_state{true});
  }

  /// Nobody is told of what is not kept; the batch waits.
  void fails(const store::fault& why) {
    if (!std::exchange(failing_, true)) {
      watch_->journal_failed(why.what);
      if (registry_)
        self_->send(registry_, store_state{false});
    }
    ask_again();
  }

  void ask_again() {
    if (!std::exchange(is_to_retry_, true))
      self_->delayed_send(self_, retry_delay, commit_batch{true});
  }

  void tidy_later(base::duration pause = tidy_interval) {
    if (!storage().has_what_ages() || std::exchange(is_to_tidy_, true))
      return;
    self_->delayed_send(self_, pause, tidy_store{});
  }

  void park_all() {
    for (auto& mail : std::exchange(parking_, {})) {
      const auto id = mail.facts->origin().id;
      const auto wake_at = protocol::next_deadline(*mail.facts);
      const bool is_over = mail.facts->ended().has_value();
      auto facts = std::make_unique<protocol::session>(std::move(*mail.facts));
      // All it has decided is kept: where this fails it is loaded like one that was interrupted.
      if (auto done = storage().park(std::move(facts)); !done)
        fails(done.error());
      if (mail.registry)
        self_->send(mail.registry, is_parked{id, wake_at, is_over});
      tidy_later();
    }
  }

  journal_actor::pointer self_;
  store::journal journal_;
  std::shared_ptr<observer> watch_;
  registry_actor registry_;
  std::vector<session_actor> waiting_; // by ticket
  std::vector<park> parking_;
  bool asked_to_commit_ = false;
  bool is_to_retry_ = false, is_to_tidy_ = false; // a clock runs
  bool failing_ = false;
};

/// Makes this thread wait for its turn where others work, instead of stopping them whenever a decision comes. On a busy
/// core a batch then holds all that was decided meanwhile, and on an idle one nothing changes. Where the system does
/// not do that, batches are smaller.
void give_way() {
  const sched_param unchanged{};
  (void)sched_setscheduler(0, SCHED_BATCH, &unchanged);
}

journal_actor::behavior_type keeper(journal_actor::pointer self, std::shared_ptr<std::unique_ptr<store::engine>> engine,
                                    std::shared_ptr<observer> watched_by) {
  ends_by_mistake(self, [watched_by](const std::string& why) { watched_by->actor_failed("journal", why); });
  if ((*engine)->may_block())
    give_way();
  auto at = std::make_shared<desk>(self, std::move(*engine), watched_by);
  return {
      [=](keep& mail) { at->add(mail); },
      [=](const commit_batch& mail) { at->commit(mail.again); },
      [=](const sync_store&) { at->sync(); },
      [=](const tidy_store&) { at->tidy(); },
      [=](park& mail) { at->take_over(mail); },
      [=](const load_session& mail) { return at->load(mail); },
      [=](const found_session& mail) { return at->found(mail); },
      [=](const look_up_kept& mail) { at->look_up(mail); },
      [=](const read_transcript& mail) { at->show(mail); },
      [=](read_missed& mail) { at->search(mail); },
      [=](const list_kept& mail) { return at->list(mail); },
      [=](const list_sleepers&) { return at->sleepers(); },
      [=](const back_up_store& mail) { at->back_up(mail); },
      [=](watch_store& mail) { at->watched_by(std::move(mail.registry)); },
      [=](const close_journal&) { return at->close(); },
  };
}

} // namespace

journal_actor spawn_journal(caf::actor_system& system, std::unique_ptr<store::engine> engine,
                            std::shared_ptr<observer> watched_by) {
  const bool may_block = engine->may_block();
  auto carried = std::make_shared<std::unique_ptr<store::engine>>(std::move(engine));
  return may_block ? system.spawn<caf::detached>(keeper, std::move(carried), std::move(watched_by))
                   : system.spawn(keeper, std::move(carried), std::move(watched_by));
}

} // namespace mpac::actors
