// Reads what a person types, does it, and shows what others do meanwhile.
#pragma once

#include "tools/mpac/join/candidates.hpp"
#include "tools/mpac/join/room.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

namespace mpac::tools::join {

struct desk_options {
  model_access thinks_with;
  bool asks = true;
  bool goes_on = false; ///< where nobody looks: a command that fails does not end it
};

class desk {
public:
  desk(client::participant& by, terminal::conversation& with, boost::asio::any_io_executor on, desk_options how);
  desk(const desk&) = delete;
  desk& operator=(const desk&) = delete;

  /// Until nothing more is typed, `quit` is said, or the session ends. The participant has joined. The code is that of
  /// the first command that failed where nobody looks, and else tells how the session ended.
  outcome run();

  /// Hears what happens; shows it.
  void hear(const client::event& what);
  /// The person interrupts what is being waited for.
  void interrupt();
  /// Comes to its end as if `quit` had been said.
  void leave();

private:
  outcome carry_out(spoken_command said);
  /// Runs a command to its end, or until the person interrupts: it goes on by itself then.
  boost::asio::awaitable<std::optional<exit_code>> attend(spoken_command said);
  void show_standing();
  [[nodiscard]] terminal::completion complete(std::string_view text) const;

  room room_;
  desk_options how_;
  boost::asio::steady_timer done_;
  std::optional<client::ended> end_;
  bool is_lost_ = false, is_silent_ = false, is_told_ = false;
};

} // namespace mpac::tools::join
