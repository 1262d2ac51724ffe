// The door of one connection (SPEC 14.1, 23.3): who are you, have we met, is this new.
#pragma once

#include "base/clock.hpp"
#include "protocol/envelope.hpp"
#include "protocol/identity.hpp"
#include "protocol/lamport_clock.hpp"
#include "protocol/policy_words.hpp"
#include "protocol/refusal.hpp"
#include "protocol/roster.hpp"
#include "protocol/wire/frame.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <variant>

namespace mpac::protocol {

/// A message whose sender is who it says, for the session it came to, and not seen before. Only `admission` makes one.
class admitted {
public:
  [[nodiscard]] const protocol::envelope& envelope() const noexcept { return envelope_; }
  [[nodiscard]] const frame_ptr& frame() const noexcept { return frame_; } ///< as it came, byte for byte
  [[nodiscard]] seat_number seat() const noexcept { return seat_; }
  [[nodiscard]] base::instant when() const noexcept { return when_; } ///< when it arrived, by the hub's clock

  /// Whom the credential in it proved its sender to be (SPEC 23.1.4): of a HELLO, or of a HEARTBEAT that brings a new
  /// key. Null: nobody has verified one.
  [[nodiscard]] const std::shared_ptr<const verified_identity>& identity() const noexcept { return identity_; }
  void vouch(std::shared_ptr<const verified_identity> identity) noexcept { identity_ = std::move(identity); }

  /// What the door would have refused it for, had it known that the session has not seen it before (O-012): so the
  /// session does. Null: nothing.
  [[nodiscard]] const std::shared_ptr<const refusal>& objection() const noexcept { return objection_; }

private:
  friend class admission;
  admitted(protocol::envelope&& e, frame_ptr f, seat_number s, base::instant w)
      : envelope_(std::move(e)), frame_(std::move(f)), seat_(s), when_(w) {}

  protocol::envelope envelope_;
  frame_ptr frame_;
  seat_number seat_;
  base::instant when_;
  std::shared_ptr<const verified_identity> identity_;
  std::shared_ptr<const refusal> objection_;
};

/// What a session asks of every connection. Shared by all connections of a session.
struct admission_terms {
  protocol::session_id session;
  /// Single-session mode tolerates foreign session ids, but in the verified profile (see `tolerates_any_id`).
  bool answers_to_any_id = false;
  bool strict = false; ///< unknown message types are refused (SPEC 25.3)
  principal_id coordinator;
  double messages_per_sec = 0; ///< 0 = unlimited
  double burst = 100;
  enum security_profile security_profile = security_profile::open;
  base::duration replay_window = std::chrono::seconds{300};     ///< of timestamps, either way (SPEC 23.1.2, O-145)
  base::duration heartbeat_interval = std::chrono::seconds{30}; ///< of which a key's grace is made (SPEC 23.1.6)

  /// A signature covers the session it was made for: in the verified profile it is good for no other (SPEC 23.1.3).
  [[nodiscard]] bool tolerates_any_id() const noexcept {
    return answers_to_any_id && security_profile != protocol::security_profile::verified;
  }
};

/// What a message is dropped for without a word.
enum class silence {
  unknown_type,  ///< SPEC 25.3
  error_message, ///< a PROTOCOL_ERROR is never answered with one (O-144)
  seen_before,   ///< the same message_id again, in the open profile (O-012); in the others the session refuses it
};

/// One connection's memory of whom it belongs to. Not thread-safe: lives in the participant actor.
class admission {
public:
  admission(seat_number seat, std::shared_ptr<const admission_terms> terms) : terms_(std::move(terms)), seat_(seat) {}

  using verdict = std::variant<admitted, refusal, silence>;

  /// Judges one decoded message, in the order: form of address, identity, time, replay, Lamport frontier. Takes
  /// it only where it admits it: an envelope is large, and each move of one costs.
  [[nodiscard]] verdict admit(envelope&& message, frame_ptr frame, base::instant now);

  /// Whether one more message fits into the rate, whatever it is. Ask before anything else.
  [[nodiscard]] std::optional<refusal> pace(base::instant now);

  /// The session asks something else of its connections from now on.
  void adopt(std::shared_ptr<const admission_terms> terms) { terms_ = std::move(terms); }

  /// The session accepted this connection's HELLO: from now on it speaks for `who` alone. `lamport` is the highest
  /// value that this incarnation used on earlier connections; `until`: when the credential runs out, from when on
  /// another HELLO is needed (O-152).
  void welcomed(const principal_id& who, word<principal_type> type, const instance_id& instance, std::uint64_t lamport,
                base::instant until = base::never);

  /// Another credential of the same principal has taken the place of the one it joined with (SPEC 23.1.6).
  void renewed(base::instant until) noexcept { valid_until_ = until; }

  /// GOODBYE was accepted: HELLO is needed before anything else.
  void departed();

  [[nodiscard]] const std::optional<principal_id>& bound_to() const noexcept { return who_; }
  [[nodiscard]] bool is_present() const noexcept { return present_; }
  [[nodiscard]] base::instant valid_until() const noexcept { return valid_until_; }
  [[nodiscard]] const admission_terms& terms() const noexcept { return *terms_; }
  [[nodiscard]] seat_number seat() const noexcept { return seat_; }

private:
  [[nodiscard]] bool within_rate(base::instant now);
  [[nodiscard]] bool is_remembered(const message_id& id) const;
  void remember(const message_id& id);

  // Enough to catch a transport's retry; a longer memory belongs to the profiles that demand one.
  static constexpr std::size_t remembered_ids = 32;

  std::shared_ptr<const admission_terms> terms_;
  seat_number seat_;
  std::optional<principal_id> who_;
  word<principal_type> type_;
  instance_id instance_;
  lamport_frontier frontier_;
  base::instant valid_until_ = base::never;
  bool present_ = false;
  double tokens_ = -1; // below zero: the bucket has not been filled yet
  base::instant refilled_{};
  std::unique_ptr<std::array<std::size_t, remembered_ids>> recent_; // hashes of message ids, a ring
  std::size_t next_recent_ = 0;
};

} // namespace mpac::protocol
