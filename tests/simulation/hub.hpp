// The hub of a simulation: the real registry, sessions and journal, their turns and their time, over a store that may
// fail; it ends, in order or not, and begins again over what is kept.
#pragma once

#include "actors/handles.hpp"
#include "store/disk_engine.hpp"
#include "tests/simulation/dice.hpp"
#include "tests/simulation/tapped_engine.hpp"
#include "tests/simulation/troubled_disk.hpp"
#include "tests/simulation/watched_life.hpp"
#include "tests/support/fragile_engine.hpp"

#include <caf/all.hpp>
#include <caf/scheduler/test_coordinator.hpp>

#include <cstdint>
#include <memory>
#include <optional>

namespace mpac::tests {

/// Everything runs on the calling thread. A seed says where the sessions are kept: in memory, or on a disk, which
/// mostly has everything that is told, and sometimes not before the next sync.
class hub {
public:
  hub(std::uint64_t seed, std::shared_ptr<onlooker> watch);
  ~hub();
  hub(const hub&) = delete;
  hub& operator=(const hub&) = delete;

  // --- turns and time ---

  /// From now on chance follows from these.
  void choose(std::uint32_t order, std::uint32_t choices) {
    chance_ = dice(order);
    disk_.choose(choices);
  }
  /// One actor works off one message; which of those that could is a matter of chance.
  bool turn();
  void run();
  /// Learns where the facts of sessions are that have just come into memory, before anything happens to them.
  void meet();
  /// Rings all clocks that are due by then, in their order.
  void pass_until(caf::actor_clock::time_point until);
  [[nodiscard]] caf::actor_clock::time_point now() const { return scheduler_.clock().now(); }
  [[nodiscard]] std::uint64_t turns() const noexcept { return turns_; }
  /// The journal has no turn before that time, unless somebody waits for it.
  void is_slow_until(caf::actor_clock::time_point until) noexcept { slow_until_ = until; }
  [[nodiscard]] bool is_slow() const { return slow_until_ > now(); }

  // --- lives ---

  /// At once, whatever is under way: nothing that its actors still do is kept, told or seen. All connections must have
  /// been told that their line is gone.
  void end(bool with_power);
  /// Over what is kept.
  void begin();
  /// All sessions stop, and the journal closes; false where that does not come to an end.
  [[nodiscard]] bool stop();
  [[nodiscard]] bool is_durable() const noexcept { return is_durable_; }

  // --- what is at hand ---

  /// The actor of a session; null where there is none, or it does not come.
  actors::session_actor find(const protocol::session_id& id);
  [[nodiscard]] caf::actor_system& system() noexcept { return system_; }
  [[nodiscard]] const actors::registry_actor& registry() const noexcept { return registry_; }
  [[nodiscard]] const std::shared_ptr<watched_life>& life() const noexcept { return life_; }
  [[nodiscard]] troubled_disk& disk() noexcept { return disk_; }
  [[nodiscard]] engine_switch& memory() noexcept { return *memory_; }

private:
  struct deterministic : caf::actor_system_config {
    deterministic() { set("scheduler.policy", caf::atom("testing")); }
  };
  template <class Answer, class Actor, class Question>
  std::optional<Answer> ask(const Actor& whom, Question question);
  std::unique_ptr<store::engine> open_store();

  std::uint64_t seed_;
  bool is_durable_;
  store::disk_terms terms_;
  std::shared_ptr<onlooker> watch_;
  dice chance_;
  troubled_disk disk_;
  std::shared_ptr<engine_switch> memory_ = std::make_shared<engine_switch>();
  deterministic config_;
  caf::actor_system system_{config_};
  caf::scheduler::test_coordinator& scheduler_ = dynamic_cast<caf::scheduler::test_coordinator&>(system_.scheduler());
  std::size_t others_; // actors that are no hub's
  std::shared_ptr<watched_life> life_;
  std::shared_ptr<tap> tap_;
  actors::journal_actor journal_;
  caf::resumable* journal_job_ = nullptr;
  actors::registry_actor registry_;
  caf::actor_clock::time_point slow_until_{};
  std::uint64_t turns_ = 0;
};

} // namespace mpac::tests
