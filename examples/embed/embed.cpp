// MPAC inside a program of your own: its actor system, its agents, no socket (docs/embedding.md).
//
// Two agents announce work on the same file and hear of the conflict; an owner decides it. What each hears is printed;
// the program ends with 0 only if everything went as it should.
#include "actors/journal.hpp"
#include "actors/participant.hpp"
#include "actors/session.hpp"
#include "protocol/wire/decoder.hpp"
#include "store/memory_engine.hpp"

#include <caf/all.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

namespace actors = mpac::actors;
namespace protocol = mpac::protocol;

// --- 1. A way out: frames become mail of an actor of ours ---

/// One frame as text. Like all mail of this program it stays in the process.
struct heard {
  std::string text;
};
/// The session is over for this seat.
struct over {};

using agent_actor = caf::typed_actor<caf::reacts_to<heard>, caf::reacts_to<over>>;

} // namespace

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(heard)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(over)

namespace {

/// Called on the session's thread, so it only passes on. `agent` may end at any time: mail to it is then dropped.
class mail_to_agent final : public actors::outbox {
public:
  explicit mail_to_agent(agent_actor agent) : agent_(std::move(agent)) {}

  void deliver(std::span<const protocol::frame_ptr> frames, mpac::base::instant) override {
    for (const auto& frame : frames)
      caf::anon_send(agent_, heard{std::string(frame->payload())});
  }
  void close(actors::farewell, std::string) override { caf::anon_send(agent_, over{}); }
  void grant(std::size_t) override {} // this program never sends so much that it has to wait
  void admitted() override {}

private:
  agent_actor agent_;
};

// --- 2. A way in: text becomes letters of a participant ---

/// Speaks for one principal: writes envelopes round payloads and hands them to its participant.
class voice {
public:
  voice(std::string principal, actors::participant_actor participant)
      : principal_(std::move(principal)), participant_(std::move(participant)) {}

  void say(std::string_view type, std::string_view payload) {
    const auto number = std::to_string(++messages_);
    const std::string text =
        R"({"protocol":"MPAC","version":"0.1.13","message_type":")" + std::string(type) + R"(","message_id":")" +
        principal_ + "-" + number + R"(","session_id":"embedded","sender":{"principal_id":")" + principal_ +
        R"(","principal_type":"agent","sender_instance_id":")" + principal_ + R"(-1"},"ts":")" +
        mpac::base::to_rfc3339(mpac::base::now()) + R"(","watermark":{"kind":"lamport_clock","value":)" + number +
        R"(},"payload":)" + std::string(payload) + "}";
    actors::letters mail;
    mail.when = mpac::base::now();
    auto& letter = mail.all.emplace_back();
    letter.frame = protocol::frame::of(text);
    auto opened = decoder_.decode(letter.frame, protocol::strictness::strict);
    if (!opened)
      letter.content = std::move(opened.error()); // the session answers it with PROTOCOL_ERROR
    else
      letter.content = std::move(std::get<protocol::envelope>(*opened));
    caf::anon_send(participant_, std::move(mail));
  }

  void leave() { caf::anon_send(participant_, actors::line_gone{}); }

private:
  std::string principal_;
  actors::participant_actor participant_;
  protocol::decoder decoder_;
  std::uint64_t messages_ = 0;
};

// --- 3. Agents: what they do about what they hear ---

std::string member(std::string_view text, std::string_view name) {
  const std::string mark = '"' + std::string(name) + "\":\"";
  const auto at = text.find(mark);
  if (at == std::string_view::npos)
    return {};
  const auto begin = at + mark.size();
  return std::string(text.substr(begin, text.find('"', begin) - begin));
}

/// What is told to main.
struct report {
  std::string who;
  std::string type;
};

} // namespace

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(report)

namespace {

/// Announces work on a file as soon as it is in; an owner also decides the conflict of which it hears.
agent_actor::behavior_type agent(agent_actor::pointer self, std::string name, bool is_owner,
                                 actors::session_actor session, protocol::seat_number seat, caf::actor listener) {
  auto out = std::make_shared<mail_to_agent>(agent_actor(self));
  auto participant = self->spawn(actors::participant_of, seat, std::move(session),
                                 std::shared_ptr<actors::outbox>(std::move(out)), std::make_shared<actors::observer>(),
                                 std::shared_ptr<const actors::safeguards>{}, actors::peer_facts{});
  auto me = std::make_shared<voice>(name, std::move(participant));
  me->say("HELLO", R"({"display_name":")" + name + R"(","roles":[")" + (is_owner ? "owner" : "contributor") +
                       R"("],"capabilities":[]})");
  return {
      [=](const heard& mail) {
        const auto type = member(mail.text, "message_type");
        caf::anon_send(listener, report{name, type});
        if (type == "SESSION_INFO")
          me->say(
              "INTENT_ANNOUNCE",
              R"({"intent_id":"work-of-)" + name +
                  R"(","objective":"refactor the parser","scope":{"kind":"file_set","resources":["src/parser.cpp"]}})");
        else if (type == "CONFLICT_REPORT" && is_owner)
          me->say("RESOLUTION", R"({"resolution_id":"r1","conflict_id":")" + member(mail.text, "conflict_id") +
                                    R"(","decision":"approved","rationale":"both may go on, one after the other"})");
      },
      [=](const over&) {
        caf::anon_send(listener, report{name, "(over)"});
        me->leave();
        self->quit();
      },
  };
}

/// Waits until `who` has heard `type`, printing whatever anybody hears meanwhile.
bool wait_until_heard(caf::scoped_actor& self, std::vector<report>& all, std::string_view who, std::string_view type) {
  const auto is_it = [&](const report& each) { return each.who == who && each.type == type; };
  bool found = std::any_of(all.begin(), all.end(), is_it);
  bool patient = true;
  while (!found && patient)
    self->receive(
        [&](const report& news) {
          std::cout << news.who << " hears " << news.type << '\n';
          all.push_back(news);
          found = is_it(news);
        },
        caf::after(std::chrono::seconds(20)) >> [&] { patient = false; });
  if (!found)
    std::cerr << who << " did not hear " << type << '\n';
  return found;
}

} // namespace

int main() {
  caf::actor_system_config config;
  caf::actor_system system{config}; // CAF's ordinary scheduler
  caf::scoped_actor self{system};
  bool went_well = true;
  {
    // A journal that keeps nothing beyond this process, and one session that has no house around it.
    const auto watch = std::make_shared<actors::observer>();
    const auto journal = actors::spawn_journal(system, std::make_unique<mpac::store::memory_engine>(), watch);
    protocol::session_origin origin;
    origin.id = protocol::session_id("embedded");
    origin.created_at = mpac::base::now();
    actors::session_surroundings around;
    around.journal = journal;
    around.watch = watch;
    const auto session = system.spawn(actors::session_room, std::make_shared<protocol::session>(origin), around);

    const auto listener = caf::actor_cast<caf::actor>(self);
    std::vector<report> all;
    system.spawn(agent, "alice", false, session, 1, listener);
    went_well = wait_until_heard(self, all, "alice", "INTENT_ANNOUNCE"); // her own, accepted
    system.spawn(agent, "olga", true, session, 2, listener);
    for (const auto* who : {"alice", "olga"})
      for (const auto* type : {"CONFLICT_REPORT", "RESOLUTION"})
        went_well = went_well && wait_until_heard(self, all, who, type);

    // The end: everybody is told, then the session actor leaves.
    caf::anon_send(session, actors::stop_session{true});
    for (const auto* who : {"alice", "olga"})
      for (const auto* type : {"SESSION_CLOSE", "(over)"})
        went_well = wait_until_heard(self, all, who, type) && went_well;
  }
  std::cout << (went_well ? "all went as it should\n" : "it went otherwise\n");
  return went_well ? 0 : 1;
}
