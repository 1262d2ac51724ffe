// One WebSocket on its loop: frames in and out, pings, credit, and both ways of closing. Behind door.hpp's interface.
#pragma once

#include "net/deflate_terms.hpp"
#include "net/door.hpp"
#include "net/framer.hpp"
#include "net/loops.hpp"
#include "net/outbox.hpp"
#include "net/peer_address.hpp"
#include "net/transport.hpp"

#include <atomic>
#include <exception>
#include <memory>
#include <optional>
#include <string>

namespace mpac::net {

class lane;

/// Where a connection lives on its lane; a place is used again, but never with the same generation.
struct connection_place {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
};

/// Takes one of listen.max_connections while it lives.
using seat = std::shared_ptr<void>;

/// A peer whose handshake is done.
struct newcomer {
  std::unique_ptr<transport> stream;
  std::string early_bytes; ///< what the peer sent behind its request
  std::string target;
  std::optional<deflate_terms> deflate;
  peer_address address;
  std::string certificate; ///< DER; see connection::peer_certificate
  seat place;
};

/// A connection never calls its visitor from within a call to itself: only while reading, flushing and attending.
class socket_connection final : public connection, public ready_handler {
public:
  socket_connection(std::shared_ptr<lane> home, connection_place place, newcomer peer, base::instant now);
  ~socket_connection();

  void deliver(protocol::frame_ptr frame) override;
  void deliver(std::span<const protocol::frame_ptr> frames, base::instant since) override;
  void close(close_code code, std::string reason) override;
  void grant(std::size_t messages) override;
  void admitted() override { admitted_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] std::string peer() const override { return address_.text(); }
  [[nodiscard]] const std::string& peer_certificate() const override { return certificate_; }

  // For the lane, on its thread.

  [[nodiscard]] bool start();
  /// From now on `guest` hears. Null: refused; nobody does.
  void greet(std::unique_ptr<visitor> guest, std::string_view early_bytes);
  void ready(readiness what) override;
  void flush();
  void queue(protocol::frame_ptr frame, base::instant since);
  void begin_close(std::uint16_t code, std::string_view reason, base::duration patience);
  void resume();
  /// Looks after what is due: pings, silence, deadlines. Returns when to come again.
  [[nodiscard]] base::instant attend(base::instant now);
  /// The rules of silence have changed: the watch begins anew.
  void forgive(base::instant now);
  void end(std::uint16_t code);
  /// Serving this connection threw: it is closed with 1011, nobody else notices.
  void failed(const std::exception& why);
  /// The loop is no more: lets go of everything without a word.
  void abandon() noexcept;

private:
  enum class phase : std::uint8_t {
    open,
    closing,   // our close frame is queued or sent; the peer's is awaited
    finishing, // both are known; ends when ours is written
    lingering, // the peer broke the protocol: ours is written, what it still sends is thrown away until it stops.
               // (Closing a socket with unread bytes would reset it, and the peer might never see our close frame.)
    ended,
  };

  void serve(readiness what);
  void read();
  /// Whether the peer has to wait until more of what it sent is dealt with.
  [[nodiscard]] bool window_is_full();
  void heard(base::instant now);
  void digest(framed& got, base::instant now);
  [[nodiscard]] bool is_silent(base::instant now);
  void peer_closed(const control& frame);
  void broke_the_protocol(const framing_error& error);
  void peer_stopped_sending();
  void queue_raw(protocol::frame_ptr frame);
  void queue_close(std::uint16_t code, std::string_view reason, base::duration patience);
  void check_outbox();
  void written_out();
  void mark_dirty();
  void set_interest(bool readable, bool writable);
  /// Gives the socket the standing of its peer.
  void settle();
  bool write_waiting();

  const std::shared_ptr<lane> lane_;
  std::unique_ptr<transport> stream_;
  std::unique_ptr<visitor> visitor_;
  seat seat_;
  outbox outbox_;
  framer framer_;
  base::instant opened_;
  base::instant heard_;
  base::instant ping_due_;
  base::instant deadline_ = base::never;      // of closing
  base::instant waiting_since_ = base::never; // arrival of the oldest message whose answer is not written
  const peer_address address_;
  const std::string certificate_;
  const connection_place place_;
  std::atomic<std::uint32_t> ungranted_{0}; // messages; with `awaits_all`, see the .cpp
  std::size_t ungranted_bytes_ = 0;         // since nothing was ungranted; the loop's own
  std::atomic<bool> ended_{false};
  std::atomic<bool> admitted_{false};
  std::uint16_t code_ = 1006; // what gone() will say
  std::int8_t window_bits_;   // of what we deflate; 0: nothing is deflated
  phase phase_ = phase::open;
  standing standing_ = standing::stranger; // in the loop's sets
  bool dirty_ = false;
  bool broken_ = false; // writing failed; ends at the next flush
  bool reading_ = true;
  bool pinged_ = false; // and nothing heard since
  bool awaiting_write_ = false;
  bool sending_finished_ = false;
};

} // namespace mpac::net
