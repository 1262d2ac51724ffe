// One simulated participant: joins its session, works through tasks, and checks all that it hears.
#pragma once

#include "bench/swarm/client.hpp"
#include "bench/swarm/letter.hpp"
#include "bench/swarm/order.hpp"

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace mpac::bench::swarm {

class crew;
class agent;

/// What the participants of one session share.
struct session {
  std::uint32_t number = 0;
  std::string id;
  std::string path;
  order common;
  std::vector<std::unique_ptr<agent>> members;
};

/// A task is announce, commit, withdraw (or without the commit). An agent has `--outstanding` tasks under way, each in
/// a slot with a file of its own; in a closed loop a slot's next request follows the answer to its last one.
class agent final : public client {
public:
  agent(crew& mates, session& where, std::uint32_t participant, int epoll);

  /// Connects and says HELLO.
  void join(const target& to) { connect(to, session_.path); }
  /// Announces its part of the kept intents: `own` of them on files of its own, and then `disputed` on those that its
  /// neighbour holds.
  void fill(std::uint64_t own, std::uint64_t disputed);
  /// Begins the tasks.
  void work();
  /// The time that was scheduled for `slot` has come; `when` in nanoseconds of the crew's clock.
  void due(std::uint32_t slot, std::int64_t when);

  [[nodiscard]] const witness& seen() const noexcept { return seen_; }
  [[nodiscard]] std::size_t unanswered() const noexcept { return pending_.size(); }
  [[nodiscard]] std::string label() const;

private:
  struct task {
    kind next = kind::announce;
    std::uint64_t intent = 0;
    std::uint64_t ref = 0;
    bool idle = true;
    bool committing = false; // the commit's answer is awaited
    bool disputed = false;   // its intent is in a conflict
    bool steps_back = false; // its intent is withdrawn without a commit
  };
  struct request {
    std::uint64_t sequence;
    std::int64_t sent;
    std::uint64_t bytes; // fingerprint
    std::uint32_t slot;
    kind what;
  };
  struct stationery {
    letter announce, announce_common, announce_neighbours, commit, withdraw, acknowledge, resolve;
  };

  void opened() override;
  void received(std::string_view message) override;
  void ended(std::uint16_t code, std::string_view reason) override;
  void wants_flush() override;

  void relayed(const name& which, std::string_view message);
  void notice(std::string_view message);
  void refused(std::string_view error);
  void disputed(std::string_view report);
  void acknowledged(std::string_view message);
  void settled(std::string_view resolution);
  void answered(std::uint64_t sequence, bool accepted, std::uint64_t bytes);
  void joined();

  void fill_next(std::int64_t when);
  void prompt(std::uint32_t slot);
  void perform(std::uint32_t slot, std::int64_t when);
  void advance(std::uint32_t slot, kind what, bool accepted);
  void rest(task& t);
  void post(const letter& text, kind what, std::uint32_t slot, filling with, std::int64_t when);
  stationery& paper();

  crew& crew_;
  session& session_;
  std::uint32_t participant_;
  bool joined_ = false;
  std::uint64_t sequence_ = 0; // of the last message
  std::uint64_t lamport_ = 0;
  std::uint64_t to_fill_ = 0;
  std::uint64_t to_dispute_ = 0; // the last of these
  std::uint32_t filled_ = 0;
  std::uint64_t rounds_left_ = 0;
  std::vector<task> tasks_;
  std::deque<request> pending_;
  std::unique_ptr<stationery> paper_;
  std::set<std::string, std::less<>> to_resolve_; // conflicts, as soon as the other side has acknowledged them
  witness seen_;
};

} // namespace mpac::bench::swarm
