// Who and what is in the loaded sessions, followed by what their decisions say: participants connected, conflicts open.
#pragma once

#include "protocol/decision.hpp"
#include "protocol/ids.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace mpac::cluster {

/// Thread-safe. Decisions that change neither cost a glance at their events.
class census {
public:
  void opened(const protocol::session_id& id);
  /// It leaves memory; what it disputes stays open.
  void unloaded(const protocol::session_id& id);
  /// It is gone, with everybody's seat.
  void failed(const protocol::session_id& id);
  void follow(const protocol::session_id& id, const protocol::decision& what);

  [[nodiscard]] std::int64_t sessions() const noexcept { return sessions_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t participants() const noexcept { return participants_.load(std::memory_order_relaxed); }
  [[nodiscard]] std::int64_t conflicts() const noexcept { return conflicts_.load(std::memory_order_relaxed); }

private:
  using name = std::size_t; // hash of an id: enough to count, and small
  struct population {
    std::vector<name> participants;
    std::int64_t conflicts = 0; // each begins once and ends once
  };
  struct district {
    std::mutex guard;
    std::unordered_map<protocol::session_id, population> sessions;
  };
  [[nodiscard]] district& district_of(const protocol::session_id& id);
  void apply(const protocol::event& one, population& to);
  void count(std::int64_t conflicts, population& in);
  static void add(name one, std::vector<name>& to, std::atomic<std::int64_t>& total);
  static void take(name one, std::vector<name>& from, std::atomic<std::int64_t>& total);

  std::array<district, 16> districts_;
  std::atomic<std::int64_t> sessions_{0}, participants_{0}, conflicts_{0};
};

} // namespace mpac::cluster
