// One visitor of a session: connects, says HELLO, asks, hears, and comes back by itself when the connection breaks.
#pragma once

#include "base/result.hpp"
#include "client/answers.hpp"
#include "client/event.hpp"
#include "client/options.hpp"
#include "client/request_error.hpp"
#include "client/session_view.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::client {

/// What a request will be answered with.
template <class Answer>
using asked = boost::asio::awaitable<base::result<Answer, request_error>>;

/// Asynchronous, on an executor of its user's that runs one handler at a time: an io_context on one thread, or a
/// strand. All functions are called there, and coroutines run there; none blocks. While it lives it keeps the
/// connection, sends heartbeats, holds its Lamport clock and its instance id over reconnects (SPEC 12.7), and catches
/// up on what it has missed.
///
/// A request is answered when the coordinator has kept it and told everybody, or has refused it. When the connection
/// breaks meanwhile, the answer is looked for among what was missed; a request that is not there ends with
/// `obstacle::connection_lost`. Identifiers that are left empty are filled in.
///
/// g++ 12 destroys twice what is made with braces inside an expression that awaits: `co_await alice.withdraw({id, {}})`
/// crashes there. Name the message first, or let a function make it.
class participant {
public:
  participant(boost::asio::any_io_executor on, options how);
  /// Goes without a word, like `drop`; its handler of events is not called any more.
  ~participant();
  participant(participant&&) noexcept;
  participant& operator=(participant&&) noexcept;

  // Coming and going (SPEC 14)

  /// Connects and says HELLO, once: the error is that of this attempt. From then on the connection is kept.
  asked<protocol::session_info> join();
  /// GOODBYE with reason `user_exit`, and the connection is closed. One's intents are withdrawn. Where there is no
  /// connection, or it breaks meanwhile, it ends at once with that, and this participant has gone without a word.
  asked<receipt> leave();
  asked<receipt> leave(protocol::goodbye with);
  /// Closes the connection without a word: the coordinator takes it for a loss (SPEC 14.7).
  void drop();
  /// What heartbeats say from now on, and one at once (SPEC 14.3). Succeeds when it is sent: it is not answered.
  asked<receipt> heartbeat(protocol::heartbeat now);
  /// From now on it signs with another key, which is told with the old one (SPEC 23.1.6). Of use in the verified
  /// profile.
  asked<receipt> rotate_key(security::signing_key to, std::optional<std::string> reason);
  /// Waits until it is connected and has caught up; false when that does not happen `within`, or never will.
  boost::asio::awaitable<bool> connected(base::duration within);
  [[nodiscard]] bool is_connected() const noexcept;

  // Intents (SPEC 15)

  /// Refused with `obstacle::backoff` when a resolution has refused that scope and the wait is not over, unless it
  /// `insists`.
  asked<receipt> announce(protocol::intent_announce what, bool insists = false);
  asked<receipt> update(protocol::intent_update what);
  asked<receipt> withdraw(protocol::intent_withdraw what);
  /// Answered with the coordinator's form, which has `expires_at`.
  asked<protocol::intent_deferred> defer(protocol::intent_deferred what);
  /// Answered with the decision, whichever it is, when it is made.
  asked<protocol::intent_claim_status> claim(protocol::intent_claim what);
  /// Approves, rejects or objects to somebody's claim; sent in a heartbeat (docs/intents.md).
  asked<receipt> judge_claim(protocol::claim_answer what);

  // Operations (SPEC 16)

  /// In `pre_commit` sessions it is answered when it is authorised.
  asked<proposal_receipt> propose(protocol::op_propose what);
  asked<receipt> commit(protocol::op_commit what);
  /// Proposes and, once that is accepted (in `pre_commit`: authorised), commits.
  asked<receipt> propose_and_commit(protocol::op_commit what);
  asked<batch_receipt> commit_batch(protocol::op_batch_commit what);
  asked<receipt> supersede(protocol::op_supersede what);
  asked<receipt> reject(protocol::op_reject what);

  // Conflicts (SPEC 17, 18)

  /// `report` and `resolve` are judgements: while frames are missing they end with `obstacle::causal_gap`.
  asked<receipt> report(protocol::conflict_report what);
  asked<receipt> acknowledge(protocol::conflict_ack what);
  asked<receipt> escalate(protocol::conflict_escalate what);
  asked<receipt> resolve(protocol::resolution what);

  // The shared workspace

  asked<protocol::file_list_response> list_files();
  /// A file that is not there, or can't be served, is `obstacle::refused` with code INVALID_REFERENCE.
  asked<protocol::file_content> read_file(std::string path);
  /// How the session stands. When it comes, everything that followed from what was asked before has been heard.
  asked<protocol::session_overview> overview();

  // Events

  /// The next thing that happened, in order. After `ended` it is `ended` again, at once. For one coroutine at a time.
  boost::asio::awaitable<event> next_event();
  /// The same if one waits already.
  std::optional<event> take_event();
  /// Calls `handler` with every event from now on, instead of keeping them for `next_event`. Null: keeps them again.
  /// The handler may call this, too.
  void on_event(std::function<void(const event&)> handler);

  /// The session as far as it is known; good until the next event.
  [[nodiscard]] const session_view& view() const noexcept;
  [[nodiscard]] const protocol::instance_id& instance() const noexcept;
  /// The Lamport clock (SPEC 12.7).
  [[nodiscard]] std::uint64_t lamport() const noexcept;
  /// Neither silent nor gone: false is the degraded mode of SPEC 8.1.1.1.
  [[nodiscard]] bool hears_coordinator() const noexcept;

  /// An identifier nobody else has: `prefix` and a random UUID.
  [[nodiscard]] static std::string fresh_id(std::string_view prefix = {});

private:
  class worker;
  std::shared_ptr<worker> worker_;
};

} // namespace mpac::client
