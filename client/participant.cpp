#include "client/participant.hpp"

#include "client/worker.hpp"

#include <boost/asio/awaitable.hpp>

#include <array>
#include <cstdio>
#include <random>
#include <utility>

namespace mpac::client {

using namespace protocol;
using boost::asio::awaitable;

namespace {

template <class Id>
void fill(Id& id, std::string_view prefix) {
  if (id.empty())
    id = Id(participant::fresh_id(prefix));
}

/// The answer as the type that this request is answered with, or its error.
template <class Answer>
base::result<Answer, request_error> as(answer said) {
  if (auto* expected = std::get_if<Answer>(&said))
    return base::result<Answer, request_error>{boost::system::in_place_value, std::move(*expected)};
  if (auto* failed = std::get_if<request_error>(&said))
    return base::fail(std::move(*failed));
  request_error odd;
  odd.why = obstacle::unacceptable;
  odd.what = "the coordinator's answer is none to this request";
  return base::fail(std::move(odd));
}

template <class Answer, class Worker, class Request>
asked<Answer> requested(std::shared_ptr<Worker> by, Request what, base::duration within) {
  message_body body(std::move(what)); // named: g++ 12 destroys temporaries of an awaiting expression twice
  auto said = co_await by->ask(std::move(body), within);
  co_return as<Answer>(std::move(said));
}

template <class Answer, class Worker>
asked<Answer> requested_beside(std::shared_ptr<Worker> by, sideband_request what) {
  auto said = co_await by->ask(std::move(what));
  co_return as<Answer>(std::move(said));
}

template <class Worker>
asked<proposal_receipt> proposed(std::shared_ptr<Worker> by, op_propose what) {
  const auto& info = by->core().view().info();
  const bool is_decided = info && info->execution_model == to_word(execution_model::pre_commit);
  const auto within = is_decided ? by->how().decision_timeout : by->how().request_timeout;
  message_body body(std::move(what));
  auto said = co_await by->ask(std::move(body), within);
  if (const auto* taken = std::get_if<receipt>(&said))
    co_return base::result<proposal_receipt, request_error>{boost::system::in_place_value,
                                                            proposal_receipt{taken->message, {}}};
  co_return as<proposal_receipt>(std::move(said));
}

template <class Worker>
asked<receipt> proposed_and_committed(std::shared_ptr<Worker> by, op_commit what) {
  op_propose wish{what.op_id, what.intent_id, what.target, what.op_kind, what.change_ref, what.summary};
  auto accepted = co_await proposed(by, std::move(wish));
  if (!accepted)
    co_return base::fail(std::move(accepted.error()));
  auto done = co_await requested<receipt>(by, std::move(what), by->how().request_timeout);
  co_return done;
}

} // namespace

participant::participant(boost::asio::any_io_executor on, options how)
    : worker_(std::make_shared<worker>(std::move(on), std::move(how))) {}

participant::~participant() {
  if (!worker_)
    return;
  worker_->on_event(nullptr); // what the handler looks at may be gone already
  drop();
}
participant::participant(participant&&) noexcept = default;
participant& participant::operator=(participant&& other) noexcept {
  if (worker_ && worker_ != other.worker_)
    drop();
  worker_ = std::move(other.worker_);
  return *this;
}

asked<session_info> participant::join() {
  return worker_->join();
}

asked<receipt> participant::leave() {
  return worker_->leave(goodbye{goodbye_reason::user_exit, {}, {}});
}

asked<receipt> participant::leave(goodbye with) {
  return worker_->leave(std::move(with));
}

void participant::drop() {
  worker_->finish(ended::reason::left, "this participant has gone");
}

asked<receipt> participant::heartbeat(protocol::heartbeat now) {
  auto lasting = now;
  lasting.extensions.reset(); // said once, and not with every beat
  worker_->core().set_heartbeat(std::move(lasting));
  return requested<receipt>(worker_, std::move(now), worker_->how().request_timeout);
}

asked<receipt> participant::rotate_key(security::signing_key to, std::optional<std::string> reason) {
  key_rotation change{to.verifying().key_id(), to.certificate_chain(), std::move(reason)};
  protocol::heartbeat carrier{participant_status::idle, {}, {}, {}, heartbeat_extensions{{}, std::move(change)}};
  return [](std::shared_ptr<worker> by, protocol::heartbeat what, security::signing_key to) -> asked<receipt> {
    auto told = co_await requested<receipt>(by, std::move(what), by->how().request_timeout);
    if (told)
      by->core().sign_with(std::move(to));
    co_return told;
  }(worker_, std::move(carrier), std::move(to));
}

awaitable<bool> participant::connected(base::duration within) {
  return worker_->connected(within);
}

bool participant::is_connected() const noexcept {
  return worker_->is_connected();
}

asked<receipt> participant::announce(intent_announce what, bool insists) {
  fill(what.intent_id, "intent-");
  const auto within = worker_->how().request_timeout;
  if (!insists)
    return requested<receipt>(worker_, std::move(what), within);
  return [](std::shared_ptr<worker> by, intent_announce what, base::duration within) -> asked<receipt> {
    auto said = co_await by->insist(std::move(what), within);
    co_return as<receipt>(std::move(said));
  }(worker_, std::move(what), within);
}

asked<receipt> participant::update(intent_update what) {
  return requested<receipt>(worker_, std::move(what), worker_->how().request_timeout);
}

asked<receipt> participant::withdraw(intent_withdraw what) {
  return requested<receipt>(worker_, std::move(what), worker_->how().request_timeout);
}

asked<intent_deferred> participant::defer(intent_deferred what) {
  fill(what.deferral_id, "deferral-");
  return requested<intent_deferred>(worker_, std::move(what), worker_->how().request_timeout);
}

asked<intent_claim_status> participant::claim(intent_claim what) {
  fill(what.claim_id, "claim-");
  fill(what.new_intent_id, "intent-");
  return requested<intent_claim_status>(worker_, std::move(what), worker_->how().decision_timeout);
}

asked<receipt> participant::judge_claim(claim_answer what) {
  protocol::heartbeat carrier{participant_status::working, {}, {}, {}, heartbeat_extensions{std::move(what), {}}};
  return requested<receipt>(worker_, std::move(carrier), worker_->how().request_timeout);
}

asked<proposal_receipt> participant::propose(op_propose what) {
  fill(what.op_id, "op-");
  return proposed(worker_, std::move(what));
}

asked<receipt> participant::commit(op_commit what) {
  fill(what.op_id, "op-");
  return requested<receipt>(worker_, std::move(what), worker_->how().request_timeout);
}

asked<receipt> participant::propose_and_commit(op_commit what) {
  fill(what.op_id, "op-");
  return proposed_and_committed(worker_, std::move(what));
}

asked<batch_receipt> participant::commit_batch(op_batch_commit what) {
  fill(what.batch_id, "batch-");
  for (auto& each : what.operations)
    fill(each.op_id, "op-");
  return requested<batch_receipt>(worker_, std::move(what), worker_->how().request_timeout);
}

asked<receipt> participant::supersede(op_supersede what) {
  fill(what.op_id, "op-");
  return requested<receipt>(worker_, std::move(what), worker_->how().request_timeout);
}

asked<receipt> participant::reject(op_reject what) {
  return requested<receipt>(worker_, std::move(what), worker_->how().request_timeout);
}

asked<receipt> participant::report(conflict_report what) {
  fill(what.conflict_id, "conflict-");
  if (!what.based_on_watermark)
    what.based_on_watermark = lamport_watermark(worker_->core().coordinator_lamport());
  return requested<receipt>(worker_, std::move(what), worker_->how().request_timeout);
}

asked<receipt> participant::acknowledge(conflict_ack what) {
  return requested<receipt>(worker_, std::move(what), worker_->how().request_timeout);
}

asked<receipt> participant::escalate(conflict_escalate what) {
  return requested<receipt>(worker_, std::move(what), worker_->how().request_timeout);
}

asked<receipt> participant::resolve(resolution what) {
  if (!what.resolution_id)
    what.resolution_id = resolution_id(fresh_id("resolution-"));
  if (!what.rationale)
    what.rationale = what.decision.text();
  return requested<receipt>(worker_, std::move(what), worker_->how().request_timeout);
}

asked<file_list_response> participant::list_files() {
  return requested_beside<file_list_response>(worker_, file_list_request{});
}

asked<file_content> participant::read_file(std::string path) {
  return requested_beside<file_content>(worker_, file_read_request{std::move(path)});
}

asked<session_overview> participant::overview() {
  return requested_beside<session_overview>(worker_, session_summary_request{});
}

awaitable<event> participant::next_event() {
  return worker_->next_event();
}

std::optional<event> participant::take_event() {
  return worker_->take_event();
}

void participant::on_event(std::function<void(const event&)> handler) {
  worker_->on_event(std::move(handler));
}

const session_view& participant::view() const noexcept {
  return worker_->core().view();
}

const instance_id& participant::instance() const noexcept {
  return worker_->core().instance();
}

std::uint64_t participant::lamport() const noexcept {
  return worker_->core().lamport();
}

bool participant::hears_coordinator() const noexcept {
  return worker_->core().hears_coordinator();
}

std::string participant::fresh_id(std::string_view prefix) {
  std::random_device chance;
  std::array<std::uint32_t, 4> bits{chance(), chance(), chance(), chance()};
  bits[1] = (bits[1] & 0xffff0fffU) | 0x00004000U; // RFC 9562: version 4
  bits[2] = (bits[2] & 0x3fffffffU) | 0x80000000U;
  std::array<char, 37> text{};
  std::snprintf(text.data(), text.size(), "%08x-%04x-%04x-%04x-%04x%08x", bits[0], bits[1] >> 16, bits[1] & 0xffff,
                bits[2] >> 16, bits[2] & 0xffff, bits[3]);
  return std::string(prefix) + text.data();
}

} // namespace mpac::client
