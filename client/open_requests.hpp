// What a participant has asked and not been answered yet, and which of the things it hears is the answer to what.
#pragma once

#include "client/answers.hpp"
#include "client/event.hpp"
#include "client/request_error.hpp"
#include "protocol/sideband.hpp"

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mpac::client {

/// What a request ends with.
using answer = std::variant<receipt, protocol::session_info, proposal_receipt, batch_receipt, protocol::intent_deferred,
                            protocol::intent_claim_status, protocol::file_list_response, protocol::file_content,
                            protocol::session_overview, request_error>;

/// A request that has ended. `request` is its message's id; of the sideband, which has none, a number of our own.
struct completion {
  protocol::message_id request;
  answer with;
};

/// Which answer a request waits for.
enum class awaited : std::uint8_t {
  session_info,  ///< HELLO
  echo,          ///< the message itself, as everybody hears it
  batch_echo,    ///< the same, with the entries that were refused
  authorisation, ///< the echo, then COORDINATOR_STATUS `authorization` (SPEC 7.8)
  deferral,      ///< the coordinator's INTENT_DEFERRED
  claim_status,  ///< INTENT_CLAIM_STATUS, however long it takes
  claim_judged,  ///< the same of somebody else's claim, or that the objection is known
  file_list,
  file,
  overview,
};

/// One request that is open. `subject`: the operation, batch, deferral, claim or path that it is about.
struct open_request {
  protocol::message_id id;
  awaited what = awaited::echo;
  std::string subject;
  base::instant due = base::never; ///< when it has waited long enough
  bool is_taken = false;           ///< the coordinator is known to have it: only the decision is missing
  bool is_in_doubt = false;        ///< sent on a connection that broke since
  std::size_t bytes = 0;           ///< of its frame
  bool counts_only_echoed = false; ///< a coordinator that says nothing of it may as well not know such messages
  std::vector<protocol::op_id> entries = {}, refused = {}; ///< of a batch; those that OP_REJECT has named so far
  std::vector<std::string> unwritten = {}; ///< of a commit: files whose FILE_UPDATED has to follow its echo still
};

/// The requests of one participant, oldest first. A value that decides by what it is handed; the few that are open at a
/// time are looked through.
class open_requests {
public:
  explicit open_requests(protocol::principal_id me) : me_(std::move(me)) {}

  void add(open_request asked) { open_.push_back(std::move(asked)); }
  [[nodiscard]] bool empty() const noexcept { return open_.empty(); }

  /// A message that is believed, and the text of its frame. What it answers is no longer open.
  void hear(const protocol::envelope& said, bool is_coordinators, std::string_view text, std::vector<completion>& done);
  void hear(const protocol::file_list_response& said, std::vector<completion>& done);
  void hear(const protocol::file_content& said, std::vector<completion>& done);
  void hear(const protocol::file_error& said, std::vector<completion>& done);
  void hear(const protocol::file_updated& said, std::vector<completion>& done);
  /// True if it was asked for. With `proves_silence` everything asked before it that success leaves without an answer
  /// has succeeded.
  bool hear(const protocol::session_overview& said, bool proves_silence, std::vector<completion>& done);

  /// The coordinator is about to close, or has, because a message was larger than it takes; `said` is its reason. The
  /// largest that has no answer was too large for certain, and ends; smaller ones may have been taken.
  void too_large(const std::string& said, std::vector<completion>& done);
  /// The connection broke: what belongs to it alone ends, the rest is in doubt.
  void connection_lost(std::vector<completion>& done);
  /// All that was missed has been heard, or (`is_all` false) as much as was kept: what is still in doubt ends.
  void caught_up(bool is_all, std::vector<completion>& done);
  /// One ends with an error of our own; nothing happens if it is not open.
  void fail(const protocol::message_id& request, request_error why, std::vector<completion>& done);
  /// Everything ends.
  void give_up(obstacle why, const std::string& what, std::vector<completion>& done);

  [[nodiscard]] base::instant next_due() const noexcept;
  void look(base::instant now, std::vector<completion>& done);

private:
  using place = std::deque<open_request>::iterator;

  template <class Predicate>
  place first(Predicate&& fits);
  place about(awaited what, std::string_view subject);
  void end(place at, answer with, std::vector<completion>& done);
  void hear_echo(const protocol::envelope& said, std::string_view text, std::vector<completion>& done);
  void hear_error(const protocol::envelope& said, const protocol::protocol_error& error, std::vector<completion>& done);
  void hear_rejection(const protocol::op_reject& said, std::vector<completion>& done);
  void end_in_silence(const protocol::message_id& request, std::vector<completion>& done);
  void hear_status(const protocol::coordinator_status& said, std::vector<completion>& done);
  void hear_claim(const protocol::intent_claim_status& said, std::vector<completion>& done);
  void hear_of_claim(const protocol::envelope& said, std::vector<completion>& done);

  protocol::principal_id me_;
  std::deque<open_request> open_;
  std::size_t given_up_bytes_ = 0; ///< of the largest on this connection that nobody waits for any more
};

/// How long PROTOCOL_ERROR asks to wait, where its extensions say it.
[[nodiscard]] std::optional<base::duration> retry_after_of(const protocol::protocol_error& error);

} // namespace mpac::client
