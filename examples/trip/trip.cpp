// Three agents plan one trip, each for somebody else: who holds which day is said in scopes of the kind `task_set`, and
// the plan is committed as one batch, whole or not at all (SPEC 15.2, 16.8).
//
// Ann books, Ben wants two of the same days, Cleo settles who gets what. Start a hub, then: trip ws://127.0.0.1:8766
#include "client/participant.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace client = mpac::client;
namespace protocol = mpac::protocol;

/// What everybody of this trip has in common; a name that nobody else has, for the example may be run again.
struct trip {
  std::string url;
  protocol::session_id session;
};

client::options traveller(const trip& of, const std::string& name, const std::string& role) {
  client::options how;
  how.url = of.url + "/session/" + of.session.str();
  how.who.principal_id = protocol::principal_id("agent:" + name);
  how.who.display_name = name;
  how.who.roles = {role};
  return how;
}

/// The answer, or an end of everything: this is an example, and none of its requests may fail.
template <class Answer>
Answer must(mpac::base::result<Answer, client::request_error> got, const char* what) {
  if (!got)
    throw std::runtime_error(std::string(what) + ": " + client::describe(got.error()));
  return std::move(*got);
}

/// Waits for the next event of one kind that `fits`.
template <class Event, class Test>
asio::awaitable<Event> hear(client::participant& by, Test fits) {
  while (true) {
    const auto next = co_await by.next_event();
    if (const auto* wanted = std::get_if<Event>(&next); wanted && fits(*wanted))
      co_return *wanted;
    if (std::holds_alternative<client::ended>(next))
      throw std::runtime_error("the session ended too early");
  }
}

protocol::intent_announce days(std::string objective, std::vector<std::string> which) {
  protocol::intent_announce intent;
  intent.intent_id = protocol::intent_id(client::participant::fresh_id("intent-"));
  intent.objective = std::move(objective);
  intent.scope = protocol::task_set(std::move(which));
  return intent;
}

/// One booking of a day that was free.
protocol::batch_operation book(const std::string& day, const std::string& what) {
  protocol::batch_operation entry;
  entry.op_id = protocol::op_id(client::participant::fresh_id("op-"));
  entry.target = day;
  entry.op_kind = "book";
  entry.state_ref_before = "absent";
  entry.state_ref_after = "sha256:" + what;
  entry.change_ref = "booking:" + what;
  return entry;
}

asio::awaitable<void> plan(client::participant& ann, client::participant& ben, client::participant& cleo) {
  must(co_await ann.join(), "Ann joins");
  must(co_await ben.join(), "Ben joins");
  must(co_await cleo.join(), "Cleo joins");

  const auto museums = days("three days of museums", {"day-1", "day-2", "day-3"});
  const auto beach = days("two days at the beach", {"day-3", "day-4"});
  must(co_await ann.announce(museums), "Ann announces");
  std::cout << "Ann holds the days 1 to 3\n";
  must(co_await ben.announce(beach), "Ben announces");

  const auto told = co_await hear<client::heard<protocol::conflict_report>>(ben, [&](const auto& report) {
    return report.said.intent_a == museums.intent_id || report.said.intent_b == museums.intent_id;
  });
  const auto dispute = told.said.conflict_id;
  std::cout << "Ben wants the days 3 and 4: the coordinator reports a conflict, " << told.said.category.text() << '\n';

  // Both have seen it; Cleo, who may decide, lets Ann have day 3.
  // Named before it is awaited, like all requests here: g++ 12 destroys braced ones twice (docs/client.md).
  const protocol::conflict_ack seen{dispute, protocol::ack_type::seen};
  must(co_await ann.acknowledge(seen), "Ann acknowledges");
  protocol::intent_update shorter;
  shorter.intent_id = beach.intent_id;
  shorter.scope = protocol::task_set({"day-4"});
  must(co_await ben.update(shorter), "Ben gives way");
  protocol::resolution ruling;
  ruling.resolution_id = protocol::resolution_id(client::participant::fresh_id("resolution-"));
  ruling.conflict_id = dispute;
  ruling.decision = protocol::decision_kind::approved;
  ruling.rationale = "the museum is closed on every other day";
  must(co_await cleo.resolve(ruling), "Cleo resolves");
  std::cout << "Cleo gives day 3 to Ann, and Ben stays with day 4\n";

  // All of Ann's days, or none: one that is taken meanwhile would undo the others.
  protocol::op_batch_commit bookings;
  bookings.batch_id = protocol::op_id(client::participant::fresh_id("batch-"));
  bookings.intent_id = museums.intent_id;
  bookings.atomicity = protocol::atomicity::all_or_nothing;
  bookings.operations = {book("day-1", "louvre"), book("day-2", "orsay"), book("day-3", "rodin")};
  bookings.summary = "three museums";
  must(co_await ann.commit_batch(bookings), "Ann commits");
  co_await hear<client::heard<protocol::op_batch_commit>>(
      cleo, [&](const auto& batch) { return batch.said.batch_id == bookings.batch_id; });
  std::cout << "Ann books three days at once, and everybody hears of it\n";

  // Who comes too late with one entry books nothing at all.
  protocol::op_batch_commit late;
  late.batch_id = protocol::op_id(client::participant::fresh_id("batch-"));
  late.intent_id = beach.intent_id;
  late.atomicity = protocol::atomicity::all_or_nothing;
  late.operations = {book("day-4", "beach"), book("day-3", "beach-too")};
  const auto refused = co_await ben.commit_batch(late);
  if (refused)
    throw std::runtime_error("day 3 was booked twice");
  std::cout << "Ben tries day 4 together with day 3, and gets neither: " << client::describe(refused.error()) << '\n';
  late.batch_id = protocol::op_id(client::participant::fresh_id("batch-"));
  late.operations = {book("day-4", "beach")};
  must(co_await ben.commit_batch(late), "Ben commits");
  std::cout << "Ben books day 4\n";

  for (auto* each : {&ann, &ben, &cleo})
    must(co_await each->leave(), "leaving");
}

} // namespace

int main(int count, char** values) try {
  if (count != 2) {
    std::cerr << "usage: trip ws://HOST:PORT\n";
    return EXIT_FAILURE;
  }
  const trip one{values[1], protocol::session_id(client::participant::fresh_id("trip-"))};
  asio::io_context on{1};
  client::participant ann(on.get_executor(), traveller(one, "ann", "contributor"));
  client::participant ben(on.get_executor(), traveller(one, "ben", "contributor"));
  client::participant cleo(on.get_executor(), traveller(one, "cleo", "arbiter"));
  std::exception_ptr failed;
  asio::co_spawn(on, plan(ann, ben, cleo), [&](std::exception_ptr how) {
    failed = how;
    for (auto* each : {&ann, &ben, &cleo})
      each->drop();
  });
  on.run();
  if (failed)
    std::rethrow_exception(failed);
  return EXIT_SUCCESS;
} catch (const std::exception& why) {
  std::cerr << "trip: " << why.what() << '\n';
  return EXIT_FAILURE;
}
