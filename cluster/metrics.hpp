// Counts what happens in the house, and tells it in Prometheus' text format.
#pragma once

#include "actors/observer.hpp"
#include "base/clock.hpp"
#include "cluster/given.hpp"
#include "net/refusals.hpp"
#include "net/traffic.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mpac::cluster {

/// What is not counted here but read when somebody asks.
struct readings {
  struct queue {
    std::string name; ///< of a place where work waits, a label's value
    std::size_t depth = 0;
  };
  net::traffic_figures traffic;
  net::refusal_figures refusals{};
  std::size_t connections = 0;
  std::vector<queue> queues;
};

/// Thread-safe. Counting costs an uncontended atomic addition or two: every thread has counters of its own (up to 32
/// threads, beyond that they share). Session ids are never labels.
class metrics final : public actors::observer {
public:
  explicit metrics(std::string version);
  ~metrics() override;

  /// Where to read from at each `text()`; it is called on whichever thread asks.
  void read_from(std::function<readings()> source);

  /// A frame that was read this long ago has had its effect written to a peer.
  void frame_written(base::duration since_read) noexcept;

  /// The exposition in text format 0.0.4; all names begin `mpac_`.
  [[nodiscard]] std::string text() const;

  // observer
  void session_opened(const protocol::session_id& id) override;
  void session_unloaded(const protocol::session_id& id) override;
  void session_failed(const protocol::session_id& id, const std::string& why, bool will_return) override;
  void decided(const protocol::session_id& id, const protocol::decision& what) override;
  void delivered(std::size_t frames) override;
  /// Somebody is given what was said or written, or a copy of the store (SPEC 24). Nobody's part: the admin API
  /// reports it.
  void was_given(given what);
  void was_copied();
  /// Nobody's part: the admin listener reports it.
  void admin_refused(net::admin_refused why);
  void refused(protocol::error_code why) override;
  void dismissed(actors::dismissal why) override;
  void ignored() override;
  void journal_kept(std::size_t decisions) override;
  void journal_failed(const std::string& why) override;
  void journal_recovered() override;

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace mpac::cluster
