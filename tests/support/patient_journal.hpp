// A journal whose `kept` a test can hold back, as a slow disk would.
#pragma once

#include "actors/handles.hpp"

#include <caf/fwd.hpp>

#include <memory>
#include <vector>

namespace mpac::tests {

/// Stands before a journal and passes everything on, but what is to be kept waits while `holds`.
struct patience {
  bool holds = false;
  std::vector<actors::keep> waiting;
};

actors::journal_actor spawn_patient_journal(caf::actor_system& system, actors::journal_actor before,
                                            std::shared_ptr<patience> how);

} // namespace mpac::tests
