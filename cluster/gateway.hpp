// Where net and actors meet: the only file that knows both. A connection gets a participant, a participant an outbox.
#pragma once

#include "actors/handles.hpp"
#include "actors/observer.hpp"
#include "actors/safeguards.hpp"
#include "net/door.hpp"
#include "protocol/wire/decoder.hpp"

#include <caf/fwd.hpp>

#include <atomic>
#include <memory>
#include <vector>

namespace mpac::cluster {

class session_catalog;

/// Lets connections into sessions. Thread-safe; must outlive the listener's connections.
class gateway final : public net::doorkeeper {
public:
  /// `loops`: how many I/O threads there are; each opens its letters with a decoder of its own.
  gateway(caf::actor_system& system, actors::registry_actor registry, const session_catalog& catalog,
          std::shared_ptr<actors::observer> watch, std::shared_ptr<const actors::safeguards> guards, std::size_t loops);

  [[nodiscard]] std::size_t place(std::string_view target) override;
  [[nodiscard]] std::unique_ptr<net::visitor> enter(std::string_view target, std::shared_ptr<net::connection> who,
                                                    net::rejection& why) override;

private:
  caf::actor_system& system_;
  actors::registry_actor registry_;
  const session_catalog& catalog_;
  std::shared_ptr<actors::observer> watch_;
  std::shared_ptr<const actors::safeguards> guards_;
  std::vector<protocol::decoder> decoders_; // by loop
  std::atomic<protocol::seat_number> last_seat_{0};
};

} // namespace mpac::cluster
