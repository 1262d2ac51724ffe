#include "tests/simulation/hub.hpp"

#include "actors/journal.hpp"
#include "actors/registry.hpp"
#include "tests/simulation/policies.hpp"

namespace mpac::tests {

using namespace std::chrono_literals;

hub::hub(std::uint64_t seed, std::shared_ptr<onlooker> watch)
    : seed_(seed), is_durable_(seed % 4 != 0), watch_(std::move(watch)), chance_(seed ^ 0xabcdef) {
  if (is_durable_ && seed % 8 == 5) {
    terms_.sync = store::sync_mode::interval;
    terms_.sync_interval = 3s;
    watch_->promises_are_weak();
  }
  if (is_durable_)
    watch_->store_keeps_everything();
  // Readings before the process began would be rounded the other way.
  scheduler_.clock().current_time = std::chrono::steady_clock::now() + 1h;
  others_ = system_.registry().running();
  begin();
}

hub::~hub() {
  end(false);
}

// --- turns and time ---

bool hub::turn() {
  auto& jobs = scheduler_.jobs;
  if (jobs.empty())
    return false;
  auto chosen = jobs.size() > 1 ? chance_.roll(static_cast<std::uint32_t>(jobs.size())) : 0;
  if (jobs[chosen] == journal_job_ && is_slow()) {
    if (jobs.size() == 1)
      return false;
    chosen = (chosen + 1) % jobs.size();
  }
  std::swap(jobs.front(), jobs[chosen]);
  ++turns_;
  caf::logger::set_current_actor_system(nullptr); // else CAF notes whose turn it is in a log that nobody keeps
  return scheduler_.try_run_once();
}

void hub::run() {
  while (turn())
    meet();
}

template <class Answer, class Actor, class Question>
std::optional<Answer> hub::ask(const Actor& whom, Question question) {
  const auto slow = std::exchange(slow_until_, {}); // somebody waits
  caf::scoped_actor asker(system_);
  auto pending = asker->request(whom, caf::infinite, std::move(question));
  while (!asker->has_next_message() && turn()) {
  }
  slow_until_ = slow;
  std::optional<Answer> answer;
  if (asker->has_next_message())
    pending.receive([&](Answer& given) { answer = std::move(given); }, [](const caf::error&) {});
  return answer;
}

actors::session_actor hub::find(const protocol::session_id& id) {
  return ask<actors::session_actor>(registry_, id).value_or(actors::session_actor{});
}

void hub::meet() {
  if (watch_->has_failed()) // sessions may show what is kept of them, not what they are
    return;
  for (const auto& id : watch_->newcomers()) {
    const auto room = watch_->has_failed() ? actors::session_actor{} : find(id);
    if (watch_->has_failed())
      watch_->session_opened(id); // later
    if (!room || watch_->has_failed())
      continue;
    bool has_looked = false;
    caf::anon_send(room, actors::inspect{[&](const protocol::session& facts) {
                     has_looked = true;
                     if (watch_->has_failed())
                       watch_->session_opened(id);
                     else
                       watch_->shadow(id).facts = &facts;
                   }});
    while (!has_looked && turn()) {
    }
  }
}

void hub::pass_until(caf::actor_clock::time_point until) {
  for (;;) {
    const auto& plan = scheduler_.clock().schedule();
    if (plan.empty() || plan.begin()->first > until)
      break;
    scheduler_.trigger_timeout();
    run();
  }
  scheduler_.clock().current_time = until;
  run();
}

// --- lives ---

std::unique_ptr<store::engine> hub::open_store() {
  if (!is_durable_)
    return std::make_unique<fragile_engine>(memory_);
  for (;;) {
    auto opened = store::disk_engine::open(disk_.source(), terms_);
    if (opened)
      return std::move(*opened);
    if (!disk_.in_trouble())
      watch_->amiss().report("the store can't be opened: " + opened.error().what);
    disk_.go_on();
    if (watch_->amiss())
      return std::make_unique<fragile_engine>(memory_);
    scheduler_.clock().current_time += 1s; // whoever starts hubs tries again
  }
}

void hub::begin() {
  life_ = std::make_shared<watched_life>(watch_);
  tap_ = std::make_shared<tap>(tap{open_store(), watch_});
  journal_ = actors::spawn_journal(system_, std::make_unique<tapped_engine>(tap_), life_);
  journal_job_ = dynamic_cast<caf::resumable*>(caf::actor_cast<caf::abstract_actor*>(journal_));
  actors::registry_terms terms;
  terms.journal = journal_;
  terms.watch = life_;
  terms.idle_unload = seed_ % 3 == 0 ? 30s : 0s;
  terms.source = [seed = seed_](const protocol::session_id& id) -> std::optional<protocol::session_origin> {
    protocol::session_origin origin;
    origin.id = id;
    origin.policy = founding_policy(seed, static_cast<std::size_t>(id.str().back() - '0'));
    origin.limits.participants = seed % 7 == 0 ? 3 : 0;
    origin.limits.intents_per_participant = seed % 5 == 0 ? 2 : 0;
    return origin;
  };
  registry_ = system_.spawn(actors::registry_room, std::move(terms));
}

void hub::end(bool with_power) {
  life_->ends();
  if (with_power)
    disk_.lose_power();
  else
    disk_.lose_process();
  tap_->inner.reset();
  slow_until_ = {};
  caf::anon_send(registry_, actors::stop_all{});
  caf::anon_send(journal_, actors::commit_batch{true}); // it may wait for a better time
  while (turn()) {
  }
  scheduler_.clock().cancel_all(); // the clock holds who still waits for it
  registry_ = nullptr;
  journal_ = nullptr;
  while (turn()) {
  }
  scheduler_.clock().cancel_all();
  if (const auto left = system_.registry().running(); left != others_)
    watch_->amiss().report(std::to_string(left - others_) + " actors outlive the hub");
}

bool hub::stop() {
  slow_until_ = {};
  caf::scoped_actor asker(system_);
  auto pending = asker->request(registry_, caf::infinite, actors::stop_all{false});
  for (int retries = 0; !asker->has_next_message() && retries < 4; ++retries) {
    while (turn()) {
    }
    if (asker->has_next_message() || scheduler_.clock().schedule().empty())
      break;
    disk_.go_on();
    const auto until = now() + 1s; // the store is tried again
    while (!scheduler_.clock().schedule().empty() && scheduler_.clock().schedule().begin()->first <= until) {
      scheduler_.trigger_timeout();
      while (turn()) {
      }
    }
    scheduler_.clock().current_time = until;
  }
  if (!asker->has_next_message())
    return false;
  bool has_stopped = false;
  pending.receive([&](bool) { has_stopped = true; }, [](const caf::error&) {});
  return has_stopped && ask<bool>(journal_, actors::close_journal{}).value_or(false);
}

} // namespace mpac::tests
