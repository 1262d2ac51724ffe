// Keeps everything in this process: nothing survives it, and nothing ever waits.
#pragma once

#include "store/engine.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>

namespace mpac::store {

/// How much of a session's transcript stays in memory, in bytes of frames; the oldest lines go first.
inline constexpr std::size_t memory_transcript_bytes = 64 * 1024;

class memory_engine final : public engine {
public:
  [[nodiscard]] base::result<void, fault> append(std::span<const parcel> batch) override;
  [[nodiscard]] bool wants_image(const protocol::session_id&) const override { return false; }
  [[nodiscard]] base::result<void, fault> sync() override { return {}; }
  [[nodiscard]] base::duration sync_interval() const noexcept override { return {}; }
  [[nodiscard]] base::result<void, fault> park(std::unique_ptr<protocol::session> facts) override;
  [[nodiscard]] base::result<stored_session, fault> fetch(const protocol::session_id& id) override;
  [[nodiscard]] base::result<std::shared_ptr<const protocol::session>, fault>
  look_up(const protocol::session_id& id) override;
  [[nodiscard]] base::result<std::vector<protocol::session_figures>, fault> kept(const protocol::session_id& after,
                                                                                 std::size_t limit) override;
  [[nodiscard]] base::result<std::vector<sleeper>, fault> sleepers() override { return std::vector<sleeper>{}; }
  [[nodiscard]] base::result<std::uint64_t, fault>
  read_transcript(const protocol::session_id& id, std::uint64_t from, std::size_t budget,
                  const std::function<void(const transcript_line&)>& visit) override;
  [[nodiscard]] base::result<void, fault> read_told(const protocol::session_id& id,
                                                    protocol::replay_search& to) override;
  [[nodiscard]] base::result<bool, fault> tidy(base::instant now) override;
  [[nodiscard]] bool has_what_ages() const noexcept override { return !closed_.empty(); }
  [[nodiscard]] base::result<std::uint64_t, fault> back_up(const std::filesystem::path&) override;
  [[nodiscard]] bool may_block() const noexcept override { return false; }
  [[nodiscard]] bool is_durable() const noexcept override { return false; }

private:
  struct transcript {
    std::deque<transcript_line> lines;
    std::size_t bytes = 0;
    // The frames are those of the lines, or little more: one text is kept once, however many hold it.
    std::deque<protocol::told_frame> told;
    std::size_t told_bytes = 0;
    std::uint64_t lost_up_to = 0; ///< the clock of the last one that has gone
  };
  [[nodiscard]] bool is_over(const protocol::session& facts, base::instant now) const;
  static void note(transcript& kept, const protocol::decision& what);
  static void note(transcript& kept, transcript_line line);
  static void note(transcript& kept, protocol::told_frame told);

  std::map<protocol::session_id, std::unique_ptr<protocol::session>> parked_;
  std::unordered_map<protocol::session_id, transcript> transcripts_;
  std::set<protocol::session_id> closed_; // of those that are parked
  protocol::session_id tidied_;           // the last of them that was looked at
};

} // namespace mpac::store
