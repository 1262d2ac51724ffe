// The conflict rooms of a session, and the mail that waits while one of them deliberates (SPEC 17.8.1, 18.4).
#pragma once

#include "actors/handles.hpp"
#include "actors/observer.hpp"

#include <boost/container/devector.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <unordered_map>
#include <variant>

namespace mpac::actors {

/// Belongs to one session actor, and is used on its thread only.
///
/// Receipt order is the order (SPEC 18.4): nobody overtakes a message that is being considered. So while any question
/// is open, mail is held here.
class disputes {
public:
  /// What came together, and how much of it has been dealt with.
  struct pile {
    arrivals came;
    std::size_t done = 0;
  };
  using mail = std::variant<pile, vacated>;

  disputes(session_actor::pointer self, std::shared_ptr<observer> watch) : self_(self), watch_(std::move(watch)) {}

  /// Its room is no longer needed, if it ever was.
  void end(const protocol::conflict_id& id);
  void end_all();
  /// A room that is no more is forgotten; the next question makes it again.
  void lose(const protocol::conflict_id& id) { rooms_.erase(id); }
  /// The room of a conflict, made of what the session remembers when the first question comes, or the first after the
  /// last room was lost.
  const conflict_actor& room_of(const protocol::conflict_record& about);

  [[nodiscard]] bool deliberating() const noexcept { return open_questions_ != 0; }
  void asked() noexcept { ++open_questions_; }
  void answered() noexcept { --open_questions_; }

  /// Bounded by net's inbound_window for each seat.
  void hold(pile later) { held_.emplace_back(std::in_place_type<pile>, std::move(later)); }
  void hold(const vacated& later) { held_.emplace_back(std::in_place_type<vacated>, later); }
  /// Mail whose first part is dealt with or being considered.
  void hold_first(pile rest) { held_.emplace_front(std::in_place_type<pile>, std::move(rest)); }
  /// What comes next, now that nothing is considered any more.
  [[nodiscard]] std::optional<mail> next();

private:
  session_actor::pointer self_;
  std::shared_ptr<observer> watch_;
  std::unordered_map<protocol::conflict_id, conflict_actor> rooms_;
  std::size_t open_questions_ = 0;
  boost::container::devector<mail> held_; // no memory while empty
};

} // namespace mpac::actors
