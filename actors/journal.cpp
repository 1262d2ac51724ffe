#include "actors/journal.hpp"

#include "actors/mailbox.hpp"
#include "actors/mistake.hpp"
#include "store/journal.hpp"

#include <caf/all.hpp>

#include <unordered_map>
#include <utility>

namespace mpac::actors {
namespace {

/// How long to wait before an engine that failed is tried again.
constexpr std::chrono::seconds retry_delay{1};

struct desk {
  desk(std::unique_ptr<store::engine> engine, std::shared_ptr<observer> watched_by)
      : journal(std::move(engine)), watch(std::move(watched_by)) {}

  store::journal journal;
  std::shared_ptr<observer> watch;
  std::vector<session_actor> waiting; // by ticket
  bool asked_to_commit = false;
  bool failing = false;
};

void commit(journal_actor::pointer self, desk& at) {
  at.asked_to_commit = false;
  if (!at.journal.has_batch())
    return;
  const auto size = at.journal.batch_size();
  auto receipts = at.journal.commit();
  if (!receipts) {
    // Nobody is told of what is not kept; the batch waits.
    if (!std::exchange(at.failing, true))
      at.watch->journal_failed(receipts.error().what);
    at.asked_to_commit = true;
    self->delayed_send(self, retry_delay, commit_batch{});
    return;
  }
  if (std::exchange(at.failing, false))
    at.watch->journal_recovered();
  at.watch->journal_kept(size);
  for (auto& [ticket, kept] : *receipts)
    self->send(at.waiting[ticket], told{std::make_shared<const store::kept>(kept)});
  at.waiting.clear();
}

journal_actor::behavior_type keeper(journal_actor::pointer self, std::shared_ptr<desk> at) {
  ends_by_mistake(self, [at](const std::string& why) { at->watch->actor_failed("journal", why); });
  return {
      [=](keep& mail) {
        const auto ticket = static_cast<std::uint32_t>(at->waiting.size());
        at->waiting.push_back(std::move(mail.from));
        for (auto& decision : mail.decisions)
          at->journal.add(ticket, mail.session, std::move(decision));
        if (at->asked_to_commit)
          return;
        if (!has_more_mail(self))
          return commit(self, *at);
        // Group commit: the request to commit stands in the mailbox behind everything that has arrived by now.
        at->asked_to_commit = true;
        self->send(self, commit_batch{});
      },
      [=](const commit_batch&) { commit(self, *at); },
      [=](park& mail) {
        commit(self, *at); // what the session decided comes before the session itself
        const auto id = mail.facts->origin().id;
        const auto wake_at = protocol::next_deadline(*mail.facts);
        if (auto done = at->journal.storage().park(std::make_unique<protocol::session>(std::move(*mail.facts))); !done)
          at->watch->journal_failed(done.error().what);
        self->send(mail.registry, is_parked{id, wake_at});
      },
      [=](const protocol::session_id& id) -> std::shared_ptr<protocol::session> {
        auto found = at->journal.storage().fetch(id);
        if (!found) {
          at->watch->journal_failed(found.error().what);
          return nullptr;
        }
        return std::shared_ptr<protocol::session>(std::move(*found));
      },
      [=](const read_transcript& mail) {
        commit(self, *at); // what came before the question belongs to the answer
        try {
          at->journal.storage().read_transcript(mail.session, mail.line);
          mail.done();
        } catch (const std::exception& why) { // the reader's mistake is not the end of everybody's journal
          at->watch->actor_failed("reader of a transcript", why.what());
        }
      },
      [=](read_missed& mail) {
        protocol::replay_search search(*mail.asked);
        at->journal.storage().read_told(mail.session, search);
        auto found = std::make_shared<const protocol::replay>(std::move(search).result());
        self->send(mail.from, missed_found{std::move(mail.asked), std::move(found)});
      },
      [=](const list_parked& mail) -> parked_list {
        parked_list page;
        auto& storage = at->journal.storage();
        for (auto& id : storage.parked(mail.after, mail.limit)) {
          const auto* facts = storage.peek(id);
          page.sessions.push_back(facts ? figures_of(*facts) : session_figures{.session = std::move(id)});
        }
        return page;
      },
  };
}

} // namespace

journal_actor spawn_journal(caf::actor_system& system, std::unique_ptr<store::engine> engine,
                            std::shared_ptr<observer> watched_by) {
  const bool may_block = engine->may_block();
  auto at = std::make_shared<desk>(std::move(engine), std::move(watched_by));
  return may_block ? system.spawn<caf::detached>(keeper, std::move(at)) : system.spawn(keeper, std::move(at));
}

} // namespace mpac::actors
