// What has happened in the session lately, numbered, so that whoever asks can go on from where it was.
#pragma once

#include "client/mcp/json.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mpac::client::mcp {

/// One thing that happened, for a model (`text`, one line, foreign words in quotation marks) and for programs.
struct told_event {
  std::string kind; ///< INTENT_ANNOUNCE, FILE_UPDATED, connection_lost and so on (`name_of`)
  std::string text;
  json::object about; ///< `from`, `task`, `conflict`, `path`: what it is about
};

/// A value. Positions are handles: a text that this log alone can read, good as long as the process.
class event_log {
public:
  static constexpr std::size_t most_kept = 2048;

  /// `mark` tells the positions of this log from those of another process.
  explicit event_log(std::string mark) : mark_(std::move(mark)) {}

  void add(told_event what);

  struct excerpt {
    std::vector<const told_event*> events;
    std::string next;        ///< the position behind the last of them
    bool is_complete = true; ///< false: events between the position and these are no longer known
  };
  /// What came behind `position`, at most `most`, and of `kinds` alone unless it is empty. Good until the next `add`.
  [[nodiscard]] excerpt after(std::string_view position, std::size_t most, const std::vector<std::string>& kinds) const;
  /// Behind everything that has happened so far.
  [[nodiscard]] std::string end() const { return written(first_ + events_.size()); }

private:
  [[nodiscard]] std::string written(std::uint64_t number) const { return mark_ + "-" + std::to_string(number); }
  [[nodiscard]] std::optional<std::uint64_t> read(std::string_view position) const;

  std::string mark_;
  std::uint64_t first_ = 0; ///< the number of the oldest that is kept
  std::deque<told_event> events_;
};

/// Whoever waits for events of some kinds. What has been looked through is not missing when the log forgets it.
class event_search {
public:
  /// As `event_log::after`. `in` outlives it.
  event_search(const event_log& in, std::string position, std::size_t most, std::vector<std::string> kinds)
      : in_(in), position_(std::move(position)), most_(most), kinds_(std::move(kinds)) {}

  /// What fits of all that has come since the last look.
  [[nodiscard]] event_log::excerpt look() {
    auto found = in_.after(position_, most_, kinds_);
    position_ = found.next;
    return found;
  }

private:
  const event_log& in_;
  std::string position_;
  std::size_t most_;
  std::vector<std::string> kinds_;
};

} // namespace mpac::client::mcp
