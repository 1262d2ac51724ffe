// Runs actors on the I/O threads: what a loop has read is decided, kept and told in the same turn, on the same core.
#pragma once

#include "net/loops.hpp"

#include <cstddef>
#include <memory>

namespace caf {
class actor_system_config;
}

namespace mpac::cluster {

/// The actors waiting for a turn of each loop. Make it first, then the loops with it as their work, then the actor
/// system with `schedule_on_loops`; destroy them the other way round, with the loops running until the actor system is
/// gone.
///
/// An actor runs on the loop whose thread woke it, so a session follows its connections (which share a loop), and
/// nothing is handed from thread to thread on the way of a message. First come, first served: what one turn has read
/// reaches a session together, and its decisions share one trip to the journal.
class loop_jobs final : public net::turn_work {
public:
  loop_jobs();
  ~loop_jobs() override;

  bool turn(std::size_t loop) override;
  [[nodiscard]] bool has_patient_work(std::size_t loop) const override;
  bool patient_turn(std::size_t loop) override; ///< for those whom the clock has woken

  /// How many actors wait, as far as can be told without stopping anybody.
  [[nodiscard]] std::size_t waiting() const;

private:
  friend class loop_scheduler;
  friend void schedule_on_loops(caf::actor_system_config&, loop_jobs&, net::loops&);
  struct lane;
  struct impl;
  std::unique_ptr<impl> impl_;
};

/// Returns when every loop is out of what it did, and its thread has let go of the actor system: a thread that has
/// spawned actors holds on to CAF's logger, and the system's end waits for the last who does. Where actors run on
/// `threads` their scheduler does this itself.
void let_go_of_actors(net::loops& threads);

/// Makes an actor system of this configuration run its actors on these loops.
void schedule_on_loops(caf::actor_system_config& config, loop_jobs& jobs, net::loops& threads);

} // namespace mpac::cluster
