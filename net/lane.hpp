// A lane: the connections of one loop, and what they share: read buffer, inbox from other threads, flush, watch.
#pragma once

#include "net/connection.hpp"
#include "net/deflate.hpp"
#include "net/listen_options.hpp"
#include "net/loops.hpp"
#include "net/traffic.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mpac::net {

/// What another thread wants of a connection; the loop does it.
struct errand {
  enum class what : std::uint8_t { deliver, close, resume };
  connection_place place;
  what wanted = what::deliver;
  close_code code = close_code::normal; // of a close
  protocol::frame_ptr frame;            // to deliver; or the reason of a close, as payload
  base::instant since = base::never;    // of a delivery
};

/// One loop's connections. All functions are called on that loop's thread unless they say otherwise.
class lane final : public loop_guest, public std::enable_shared_from_this<lane> {
public:
  /// `house` and `threads` must outlive the lane's loop. Any thread, before the loop knows of the lane.
  lane(loops& threads, std::size_t loop, doorkeeper& house, listen_options options);
  ~lane() override;

  /// Brings a handshaken peer in, or shows it out again with the doorkeeper's reason.
  void admit(newcomer peer);
  void change(const listen_options& options);
  /// Closes all, and from now on everybody who comes.
  void close_all(close_code code, const std::string& reason);
  /// Ends all without ceremony.
  void drop_all();

  void turn_end() override;
  void loop_ended() override;

  /// Any thread.
  [[nodiscard]] bool here() const noexcept { return threads_.here(loop_); }
  /// Any thread: leaves errands for the loop and wakes it.
  void leave(std::span<errand> errands);
  /// Any thread.
  [[nodiscard]] traffic_figures figures() const { return traffic_.read(); }

  // For connections of this lane.

  [[nodiscard]] const listen_options& options() const noexcept { return options_; }
  [[nodiscard]] loops& threads() noexcept { return threads_; }
  [[nodiscard]] std::size_t loop() const noexcept { return loop_; }
  [[nodiscard]] std::span<char> read_buffer() noexcept;
  [[nodiscard]] std::span<iovec> write_pieces() noexcept { return pieces_; }
  [[nodiscard]] const protocol::frame_ptr& ping() const noexcept { return ping_; }
  [[nodiscard]] message_inflater& inflater();
  /// The frame as it goes to a peer with these terms; deflated once a turn, however many get it.
  [[nodiscard]] protocol::frame_ptr deflated(const protocol::frame_ptr& frame, int window_bits);
  [[nodiscard]] traffic& counts() noexcept { return traffic_; }

  /// Does what other threads left, so that what follows on this thread stays behind it.
  void run_errands();
  void flush_later(socket_connection& who) { dirty_.push_back(&who); }
  /// Calls socket_connection::attend at `due` or a little later.
  void attend_at(connection_place place, base::instant due);
  /// The connection has ended. It lives until the turn does.
  void bury(connection_place place);

private:
  struct slot {
    std::shared_ptr<socket_connection> who;
    base::instant due = base::never;
    std::uint32_t generation = 0;
  };
  struct timer;
  struct packed {
    protocol::frame_ptr plain, deflated;
    int window_bits;
  };

  [[nodiscard]] socket_connection* find(connection_place place) noexcept;
  [[nodiscard]] connection_place free_slot();
  [[nodiscard]] base::duration coarseness() const;
  void arm();
  /// Attends to who is due, some at a time; goes on with the round under way if there is one.
  void watch();
  void attend(std::size_t slot, base::instant now);

  loops& threads_;
  const std::size_t loop_;
  doorkeeper& house_;
  listen_options options_;
  traffic traffic_;
  protocol::frame_ptr ping_;

  std::vector<slot> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<socket_connection*> dirty_;
  std::vector<std::shared_ptr<socket_connection>> graveyard_;
  std::vector<char> read_buffer_;
  std::vector<iovec> pieces_;
  std::optional<std::pair<close_code, std::string>> closing_;

  std::unique_ptr<timer> timer_;
  base::instant next_due_ = base::never;
  std::size_t attended_ = 0; // slots of the round under way

  std::unique_ptr<message_inflater> inflater_;
  std::unique_ptr<message_deflater> deflater_;
  std::vector<packed> packed_;

  std::atomic<bool> errands_left_{false};
  std::mutex errands_guard_;
  std::vector<errand> errands_; // guarded by errands_guard_
  std::vector<errand> running_errands_;
};

} // namespace mpac::net
