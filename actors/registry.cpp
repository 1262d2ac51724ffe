#include "actors/registry.hpp"

#include "actors/mistake.hpp"
#include "actors/session_page.hpp"
#include "actors/turning_away.hpp"
#include "actors/waking_list.hpp"
#include "protocol/session_image.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mpac::actors {
namespace {

constexpr const char* full = "the hub has as many sessions as limits.sessions allows";

class desk {
public:
  desk(registry_actor::pointer self, registry_terms terms) : self_(self), terms_(std::move(terms)) {
    self_->send(terms_.journal, watch_store{registry_actor(self_)});
    learn_who_sleeps();
  }

  void open(open_session& mail) {
    auto& there = residents_[mail.session];
    if (there.where == presence::present && there.room) {
      lead_in(mail.session, there.room, std::move(mail.who));
      return;
    }
    there.waiting.people.push_back(std::move(mail.who));
    if (there.where == presence::loading && !there.is_on_its_way)
      load(mail.session);
  }

  caf::result<session_actor> find(const protocol::session_id& id) {
    auto& there = residents_[id];
    if (there.where == presence::present && there.room)
      return there.room;
    auto promise = self_->make_response_promise<session_actor>();
    there.waiting.questions.push_back(promise);
    if (there.where == presence::loading && !there.is_on_its_way)
      load(id, false);
    return promise;
  }

  caf::result<created> create(const create_session& mail) {
    auto promise = self_->make_response_promise<created>();
    if (const auto known = residents_.find(mail.session); known != residents_.end()) {
      promise.deliver(created{creation::exists});
      return promise;
    }
    residents_[mail.session].is_on_its_way = true; // whoever comes meanwhile waits for it
    self_->request(terms_.journal, caf::infinite, load_session{mail.session})
        .then([this, promise, mail](loaded& kept) mutable {
          residents_[mail.session].is_on_its_way = false;
          if (kept.facts || kept.fault) {
            promise.deliver(created{kept.facts ? creation::exists : creation::not_kept});
            settle(mail.session, std::move(kept), true);
          } else if (is_full()) {
            turn_away(mail.session, dismissal::sessions_full, full);
            promise.deliver(created{creation::full});
          } else {
            found(mail.session, std::move(promise));
          }
        });
    return promise;
  }

  /// Whoever is told that a session was made finds it again, whatever happens: it is kept first.
  void found(const protocol::session_id& id, caf::typed_response_promise<created> promise) {
    auto facts = try_to_make(id);
    if (!facts) {
      turn_away(id, dismissal::session_unavailable, "the session could not be made");
      promise.deliver(created{creation::not_kept});
      return;
    }
    auto image = std::make_shared<const protocol::session_image>(facts->image());
    residents_[id].is_on_its_way = true;
    self_->request(terms_.journal, caf::infinite, found_session{std::move(image)})
        .then([this, id, facts, promise](bool is_kept) mutable {
          residents_[id].is_on_its_way = false;
          if (is_kept)
            settle(id, {std::move(facts), false, {}}, true);
          else
            turn_away(id, dismissal::session_unavailable, "the hub's store takes nothing at the moment");
          promise.deliver(created{is_kept ? creation::made : creation::not_kept});
        });
  }

  caf::result<session_list> list(const list_sessions& mail) {
    auto promise = self_->make_response_promise<session_list>();
    self_->request(terms_.journal, caf::infinite, list_kept{mail.after, mail.limit})
        .then([this, promise, mail](kept_list& kept) mutable { promise.deliver(page_of(mail, residents_, kept)); },
              [promise](const caf::error& why) mutable { promise.deliver(why); });
    return promise;
  }

  void unload(const protocol::session_id& id) {
    const auto found = residents_.find(id);
    if (found == residents_.end() || found->second.where != presence::present)
      return;
    found->second.where = presence::retiring;
    self_->send(found->second.room, retire{});
  }

  void keep(const protocol::session_id& id) {
    const auto found = residents_.find(id);
    if (found == residents_.end())
      return;
    found->second.where = presence::present;
    answer(id, found->second);
  }

  void forget(const protocol::session_id& id) {
    const auto found = residents_.find(id);
    if (found == residents_.end())
      return;
    if (found->second.room)
      ids_.erase(found->second.room.address());
    found->second.room = nullptr;
    if (stopping_) {
      turn_away_all(found->second);
      residents_.erase(found);
      if (ids_.empty())
        stopped();
      return;
    }
    const auto& waiting = found->second.waiting;
    if (waiting.people.empty() && waiting.questions.empty()) {
      residents_.erase(found);
      return;
    }
    found->second.where = presence::loading;
    load(id, !waiting.people.empty()); // whoever only asks makes nothing
  }

  void parked(const is_parked& mail) {
    // Before it may come back: once one that is over is dropped, whoever asks for it begins with nothing of it.
    if (terms_.has_left && !stopping_)
      terms_.has_left(mail.session, mail.is_over);
    if (mail.is_over)
      failures_.erase(mail.session);
    forget(mail.session);
    if (residents_.contains(mail.session) || stopping_)
      return;
    sleepers_.put(mail.session, mail.wake_at);
    wake();
  }

  /// Brings those into memory in which something is due, a few at a time, and looks again when the next is.
  void wake() {
    if (stopping_)
      return;
    const auto now = base::at(self_->clock().now());
    if (!knows_who_sleeps_) {
      knows_who_sleeps_ = true;
      learn_who_sleeps();
    }
    while (waking_ < wakings_at_once && store_answers_) {
      const auto id = sleepers_.take_due(now);
      if (!id)
        break;
      if (residents_.contains(*id))
        continue;
      residents_[*id];
      ++waking_;
      load(*id, false, [this, id = *id, now](bool is_read) {
        if (!is_read && !residents_.contains(id))
          sleepers_.put_off(id, now);
        --waking_;
        wake();
      });
    }
    const auto next = sleepers_.next();
    if (next > now) // else who is due waits for a place
      look_again_at(next);
  }

  void look_again() {
    next_look_ = base::never;
    wake();
  }

  void hear_of_store(const store_state& mail) {
    store_answers_ = mail.answers;
    for (const auto& [id, there] : residents_)
      if (there.room)
        self_->send(there.room, mail);
    wake();
  }

  void on_down(const caf::down_msg& down) {
    const auto named = ids_.find(down.source);
    if (named == ids_.end())
      return;
    const auto id = named->second;
    ids_.erase(named);
    if (stopping_)
      return forget(id);
    if (!down.reason)
      return; // it left memory; is_parked follows
    const auto now = base::at(self_->clock().now());
    auto& failures = failures_[id];
    failures.when.push_back(now);
    ++failures.last_epoch;
    while (failures.when.front() + restart_window < now)
      failures.when.pop_front();
    const bool may_return = failures.when.size() <= restarts;
    terms_.watch->session_failed(id, caf::to_string(down.reason), may_return);
    if (terms_.has_failed)
      terms_.has_failed(id);
    forget(id);
    if (residents_.contains(id))
      return;
    sleepers_.put(id, may_return ? now : now + restart_window); // what is due in it does not wait for somebody to come
    wake();
  }

  void refresh(const refresh_policies& mail) {
    if (mail.limits) {
      terms_.idle_unload = mail.limits->idle_unload;
      terms_.sessions_limit = mail.limits->sessions;
      terms_.messages_per_sec = mail.limits->messages_per_sec;
      terms_.burst = mail.limits->burst;
      terms_.session_limits = mail.limits->session;
    }
    latest_ = mail; // for those that sleep
    for (const auto& [id, there] : residents_)
      if (there.room)
        self_->send(there.room, replace_policy{mail.policy_of(id), mail.limits});
  }

  caf::result<bool> stop(const stop_all& mail) {
    auto promise = self_->make_response_promise<bool>();
    stopping_.emplace(promise);
    ends_ = mail.ends;
    for (auto& [id, there] : residents_)
      if (there.room)
        self_->send(there.room, stop_session{mail.ends});
    if (ids_.empty())
      stopped();
    return promise;
  }

  /// The registry ends: whatever rooms are left end too. They know it and it knows them, so neither would ever be
  /// freed, nor the journal that they know, whose thread the hub waits for.
  void let_go() {
    for (const auto& [id, there] : residents_)
      if (there.room)
        caf::anon_send_exit(there.room, caf::exit_reason::kill);
    residents_.clear();
    ids_.clear();
    terms_.journal = nullptr;
  }

private:
  void learn_who_sleeps() {
    self_->request(terms_.journal, caf::infinite, list_sleepers{})
        .then(
            [this](const sleeper_list& found) {
              for (const auto& [id, when] : found.all)
                if (!residents_.contains(id))
                  sleepers_.put(id, when);
              wake();
            },
            [this](const caf::error&) { // the store can't be read
              knows_who_sleeps_ = false;
              look_again_at(base::at(self_->clock().now()) + first_waking_pause);
            });
  }

  [[nodiscard]] house_limits limits() const {
    return {terms_.idle_unload, terms_.sessions_limit, terms_.messages_per_sec, terms_.burst, terms_.session_limits};
  }

  void look_again_at(base::instant when) {
    if (when >= next_look_) // a clock runs
      return;
    next_look_ = when;
    self_->delayed_send(self_, when - base::at(self_->clock().now()), wake_sessions{});
  }

  [[nodiscard]] bool is_full() const { return terms_.sessions_limit != 0 && ids_.size() >= terms_.sessions_limit; }

  /// `may_make`: a session nobody knows is made; otherwise it is only looked for.
  void load(const protocol::session_id& id, bool may_make = true, std::function<void(bool is_read)> after = {}) {
    residents_[id].is_on_its_way = true;
    self_->request(terms_.journal, caf::infinite, load_session{id})
        .then([this, id, may_make, after = std::move(after)](loaded& kept) {
          const bool is_read = !kept.fault;
          if (is_read)
            sleepers_.is_read(id);
          residents_[id].is_on_its_way = false;
          settle(id, std::move(kept), may_make || !residents_[id].waiting.people.empty());
          if (after)
            after(is_read);
        });
  }

  /// A session that begins; null where there may be none, and also, with `*failed`, where making it failed: that is not
  /// the end of all others.
  std::shared_ptr<protocol::session> try_to_make(const protocol::session_id& id, bool* failed = nullptr) {
    try {
      auto origin = terms_.source(id);
      if (!origin)
        return nullptr;
      origin->created_at = base::at(self_->clock().now());
      if (const auto before = failures_.find(id); before != failures_.end())
        origin->epoch = before->second.last_epoch;
      return std::make_shared<protocol::session>(std::move(*origin));
    } catch (const std::exception& why) {
      terms_.watch->session_failed(id, why.what(), true);
      if (failed)
        *failed = true;
      return nullptr;
    }
  }

  /// Puts a session into its room, from the store or from its origin, and lets in who waits.
  void settle(const protocol::session_id& id, loaded kept, bool may_make) {
    using beginning = session_surroundings::beginning;
    auto& there = residents_[id];
    if (there.room)
      return;
    auto facts = std::move(kept.facts);
    auto begins = kept.was_interrupted ? beginning::interrupted : beginning::loaded;
    const auto failed = failures_.find(id);
    const bool fails_too_often = failed != failures_.end() && failed->second.when.size() > restarts &&
                                 failed->second.when.back() + restart_window > base::at(self_->clock().now());
    if (stopping_)
      return turn_away_all(there);
    if (kept.fault)
      return turn_away(id, dismissal::session_unavailable, "the session can't be read at the moment");
    if (fails_too_often && (facts || may_make))
      return turn_away(id, dismissal::session_unavailable, "the session fails too often; try again later");
    if (!facts && may_make) {
      if (is_full())
        return turn_away(id, dismissal::sessions_full, full);
      bool could_not = false;
      facts = try_to_make(id, &could_not);
      begins = beginning::made;
      if (could_not)
        return turn_away(id, dismissal::session_unavailable, "the session could not be made");
    }
    if (!facts)
      return turn_away(id, dismissal::no_such_session,
                       "there is no session '" + id.str() + "', and only the operator makes one");
    session_surroundings around{terms_.journal,
                                registry_actor(self_),
                                terms_.watch,
                                terms_.idle_unload,
                                terms_.messages_per_sec,
                                terms_.burst,
                                begins,
                                store_answers_,
                                terms_.coordinator_key,
                                terms_.is_named && terms_.is_named(id)};
    auto resumed = begins != beginning::made && terms_.resumes ? terms_.resumes(*facts) : nullptr;
    there.room = self_->spawn<caf::monitored>(session_room, std::move(facts), std::move(around));
    if (resumed)
      self_->send(there.room, replace_policy{std::move(resumed), limits()});
    sleepers_.remove(id);
    ids_.emplace(there.room.address(), id);
    there.where = presence::present;
    if (latest_)
      self_->send(there.room, replace_policy{latest_->policy_of(id), latest_->limits});
    answer(id, there);
  }

  void answer(const protocol::session_id& id, resident& there) {
    auto waiting = std::exchange(there.waiting, {});
    for (auto& person : waiting.people)
      lead_in(id, there.room, std::move(person));
    for (auto& question : waiting.questions)
      question.deliver(there.room);
  }

  /// Whoever stands before a session that has just died is led to the next one.
  void lead_in(const protocol::session_id& id, const session_actor& room, attach person) {
    self_->request(room, caf::infinite, person)
        .then([] {},
              [this, id, person](const caf::error&) mutable {
                open_session again{id, std::move(person)};
                open(again);
              });
  }

  /// The hub stops: nobody finds anything here any more, and coming back does help.
  void turn_away_all(resident& there) {
    show_out(std::exchange(there.waiting, {}), ends_ ? farewell::going_away : farewell::service_restart,
             "the hub stops");
  }

  void turn_away(const protocol::session_id& id, dismissal why, const std::string& reason) {
    auto waiting = std::move(residents_[id].waiting);
    residents_.erase(id);
    actors::turn_away(std::move(waiting), why, reason, *terms_.watch);
  }

  void stopped() {
    for (auto& [id, there] : residents_)
      turn_away_all(there);
    stopping_->deliver(true);
    self_->quit();
  }

  registry_actor::pointer self_;
  registry_terms terms_;
  std::map<protocol::session_id, resident> residents_;
  std::unordered_map<caf::actor_addr, protocol::session_id> ids_;
  std::unordered_map<protocol::session_id, record_of_failures> failures_;
  waking_list sleepers_;
  std::size_t waking_ = 0; // of them, who are on their way into memory
  base::instant next_look_ = base::never;
  bool store_answers_ = true;
  bool knows_who_sleeps_ = true; // or has asked
  std::optional<caf::typed_response_promise<bool>> stopping_;
  bool ends_ = false; // as stop_all said
  std::optional<refresh_policies> latest_;
};

} // namespace

registry_actor::behavior_type registry_room(registry_actor::pointer self, registry_terms terms) {
  ends_by_mistake(self, [watch = terms.watch](const std::string& why) { watch->actor_failed("registry", why); });
  auto at = std::make_shared<desk>(self, std::move(terms));
  self->set_down_handler([at](caf::scheduled_actor*, caf::down_msg& down) { at->on_down(down); });
  self->attach_functor([at] { at->let_go(); });
  return {
      [=](open_session& mail) { at->open(mail); },
      [=](const create_session& mail) { return at->create(mail); },
      [=](const list_sessions& mail) { return at->list(mail); },
      [=](const protocol::session_id& id) { return at->find(id); },
      [=](const is_idle& mail) { at->unload(mail.session); },
      [=](const stays& mail) { at->keep(mail.session); },
      [=](const is_parked& mail) { at->parked(mail); },
      [=](const wake_sessions&) { at->look_again(); },
      [=](const store_state& mail) { at->hear_of_store(mail); },
      [=](const refresh_policies& mail) { at->refresh(mail); },
      [=](const stop_all& mail) { return at->stop(mail); },
  };
}

} // namespace mpac::actors
