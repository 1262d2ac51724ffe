#include "cluster/admin_desk.hpp"

#include <caf/all.hpp>

#include <atomic>
#include <exception>
#include <optional>
#include <utility>

namespace mpac::cluster {
namespace {

/// What the clerk does for somebody.
struct errand {
  std::function<void(caf::event_based_actor*)> run;
};

} // namespace
} // namespace mpac::cluster

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::cluster::errand)

namespace mpac::cluster {
namespace {

/// The actor that asks, so that answers find somebody.
caf::behavior clerk(caf::event_based_actor* self) {
  return {[self](const errand& task) { task.run(self); }};
}

/// A session may leave memory between being found and being looked at; then it is looked for again.
constexpr int attempts = 3;

/// What the room is told before anybody looks, if anything.
using on_arrival = std::function<void(const actors::session_actor&)>;

} // namespace

struct admin_desk::contacts {
  caf::actor clerk;
  actors::registry_actor registry;
  actors::journal_actor journal;
  transcript_terms paper;
  std::shared_ptr<std::atomic<std::size_t>> transcripts = std::make_shared<std::atomic<std::size_t>>(0);

  void send(std::function<void(caf::event_based_actor*)> task) const { caf::anon_send(clerk, errand{std::move(task)}); }
};

namespace {

// The desk may go while answers are under way, so whatever waits holds the contacts.
template <class Contacts>
class visit_under_way : public std::enable_shared_from_this<visit_under_way<Contacts>> {
public:
  visit_under_way(std::shared_ptr<Contacts> at, protocol::session_id id, on_arrival how, admin_desk::look look,
                  admin_desk::otherwise sorry)
      : at_(std::move(at)), id_(std::move(id)), how_(std::move(how)), look_(std::move(look)), sorry_(std::move(sorry)) {
  }

  void begin(int attempts_left = attempts) {
    at_->send([visit = this->shared_from_this(), attempts_left](caf::event_based_actor* self) {
      self->request(visit->at_->registry, caf::infinite, visit->id_)
          .then([visit, attempts_left](const actors::session_actor& room) { visit->enter(room, attempts_left); },
                [visit](const caf::error&) { visit->sorry_(no_answer::unavailable); });
    });
  }

private:
  /// Begins anew when a request to look is dropped before its answer is told.
  class request_to_look {
  public:
    request_to_look(std::shared_ptr<visit_under_way> whose, int attempts_left)
        : whose_(std::move(whose)), attempts_left_(attempts_left) {}
    ~request_to_look() {
      if (is_over_)
        return;
      if (attempts_left_ > 1)
        whose_->begin(attempts_left_ - 1);
      else
        whose_->sorry_(no_answer::unavailable);
    }
    request_to_look(const request_to_look&) = delete;
    request_to_look& operator=(const request_to_look&) = delete;

    void read(const protocol::session& facts) {
      try {
        answer_ = whose_->look_(facts);
      } catch (const std::exception&) { // our mistake, and not the session's end
        is_over_ = true;
        whose_->sorry_(no_answer::unavailable);
      }
    }
    void tell() {
      if (!std::exchange(is_over_, true))
        answer_();
    }

  private:
    std::shared_ptr<visit_under_way> whose_;
    int attempts_left_;
    std::function<void()> answer_;
    bool is_over_ = false;
  };

  void enter(const actors::session_actor& room, int attempts_left) {
    if (!room)
      return sorry_(no_answer::no_such_session);
    if (how_)
      how_(room);
    auto request = std::make_shared<request_to_look>(this->shared_from_this(), attempts_left);
    caf::anon_send(room, actors::inspect{[request](const protocol::session& facts) { request->read(facts); },
                                         [request] { request->tell(); }});
  }

  std::shared_ptr<Contacts> at_;
  protocol::session_id id_;
  on_arrival how_;
  admin_desk::look look_;
  admin_desk::otherwise sorry_;
};

template <class Contacts>
void begin_visit(std::shared_ptr<Contacts> at, protocol::session_id id, on_arrival how, admin_desk::look look,
                 admin_desk::otherwise sorry) {
  std::make_shared<visit_under_way<Contacts>>(std::move(at), std::move(id), std::move(how), std::move(look),
                                              std::move(sorry))
      ->begin();
}

/// Rows that come in from many sessions at once, each into its own place. Complete when nobody holds it any more.
class list_under_way {
public:
  using complete = std::function<void(std::vector<std::optional<listed_session>>)>;

  list_under_way(std::size_t size, complete take) : rows_(size), take_(std::move(take)) {}
  ~list_under_way() { take_(std::move(rows_)); }
  list_under_way(const list_under_way&) = delete;
  list_under_way& operator=(const list_under_way&) = delete;

  void put(std::size_t place, listed_session row) { rows_[place] = std::move(row); }

private:
  std::vector<std::optional<listed_session>> rows_;
  complete take_;
};

void ask_for_row(const actors::session_actor& room, const std::shared_ptr<list_under_way>& list, std::size_t place) {
  auto row = std::make_shared<listed_session>();
  caf::anon_send(room, actors::inspect{
                           [row](const protocol::session& facts) { row->figures = protocol::figures_of(facts); },
                           [row, list, place] { list->put(place, std::move(*row)); }});
}

using list_taker = std::function<void(std::vector<listed_session>)>;

template <class Contacts>
void begin_list(std::shared_ptr<Contacts> at, actors::list_sessions question, list_taker take,
                admin_desk::otherwise sorry, int attempts_left = attempts) {
  at->send([=](caf::event_based_actor* self) {
    const auto ask_again_or_take = [=](std::vector<std::optional<listed_session>> rows) {
      std::vector<listed_session> all;
      for (auto& row : rows)
        if (row)
          all.push_back(*std::move(row));
      if (all.size() == rows.size() || attempts_left <= 1)
        return take(std::move(all));
      begin_list(at, question, take, sorry, attempts_left - 1); // somebody left memory meanwhile
    };
    self->request(at->registry, caf::infinite, question)
        .then(
            [ask_again_or_take](const actors::session_list& found) {
              auto list = std::make_shared<list_under_way>(found.rows.size(), ask_again_or_take);
              for (std::size_t i = 0; i < found.rows.size(); ++i) {
                const auto& row = found.rows[i];
                if (row.parked)
                  list->put(i, {*row.parked, false});
                else
                  ask_for_row(row.loaded, list, i);
              }
            },
            [sorry](const caf::error&) { sorry(no_answer::unavailable); });
  });
}

} // namespace

admin_desk::admin_desk(caf::actor_system& system, actors::registry_actor registry, actors::journal_actor journal,
                       transcript_terms paper) {
  paper.scribe = spawn_scribe(system);
  paper.journal = journal;
  at_ = std::make_shared<const contacts>(
      contacts{system.spawn(clerk), std::move(registry), std::move(journal), std::move(paper)});
}

admin_desk::~admin_desk() {
  caf::anon_send_exit(at_->clerk, caf::exit_reason::user_shutdown);
  caf::anon_send_exit(at_->paper.scribe, caf::exit_reason::user_shutdown);
}

void admin_desk::visit(protocol::session_id id, look at, otherwise sorry) {
  begin_visit(at_, std::move(id), {}, std::move(at), std::move(sorry));
}

void admin_desk::close(protocol::session_id id, protocol::close_disposition intents, look at, otherwise sorry) {
  begin_visit(
      at_, std::move(id),
      [intents](const actors::session_actor& room) {
        caf::anon_send(room, actors::close_session{protocol::close_reason::manual, intents});
      },
      std::move(at), std::move(sorry));
}

void admin_desk::settle_claim(protocol::session_id id, protocol::claim_answer said,
                              std::optional<protocol::principal_id> by,
                              std::function<std::function<void()>(const protocol::session&,
                                                                  const std::optional<protocol::refusal>&)> at,
                              otherwise sorry) {
  auto refused = std::make_shared<std::optional<protocol::refusal>>(); // both touch it on the session's thread alone
  begin_visit(
      at_, std::move(id),
      [said = std::move(said), by = std::move(by), refused](const actors::session_actor& room) {
        caf::anon_send(room, actors::settle_claim{said, by, [refused](const auto& why) { *refused = why; }});
      },
      [at = std::move(at), refused](const protocol::session& facts) { return at(facts, *refused); }, std::move(sorry));
}

void admin_desk::list(protocol::session_id after, std::size_t limit, list_taker take, otherwise sorry) {
  begin_list(at_, {std::move(after), limit}, std::move(take), std::move(sorry));
}

void admin_desk::create(protocol::session_id id, protocol::shared_policy policy,
                        std::function<void(actors::creation)> take, otherwise sorry) {
  at_->send([=, at = at_](caf::event_based_actor* self) {
    self->request(at->registry, caf::infinite, actors::create_session{id, policy})
        .then([take](const actors::created& made) { take(made.how); },
              [sorry](const caf::error&) { sorry(no_answer::unavailable); });
  });
}

void admin_desk::transcript(transcript_frame what, std::function<void(net::piece_source)> take, otherwise sorry) {
  // One more under way, until nobody holds it.
  auto place = std::shared_ptr<void>(nullptr, [at = at_](void*) { --*at->transcripts; });
  if (++*at_->transcripts > transcripts_at_once)
    return sorry(no_answer::busy);
  auto made = std::make_shared<transcript_export>(std::move(what), at_->paper);
  made->begin([=] { take([place, next = made->pieces()](net::piece_taker to) { next(std::move(to)); }); },
              [=](const std::string&) { sorry(no_answer::unavailable); });
}

void admin_desk::back_up(std::filesystem::path to,
                         std::function<void(const base::result<std::uint64_t, store::fault>&)> take) {
  caf::anon_send(at_->journal, actors::back_up_store{std::move(to), std::move(take)});
}

} // namespace mpac::cluster
