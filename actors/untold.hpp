// What a session has decided and not told yet: first gathered, then with the journal (nobody is told what is not kept).
#pragma once

#include "actors/handles.hpp"

#include <boost/container/devector.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace mpac::actors {

/// Belongs to one session actor, and is used on its thread only.
class untold {
public:
  untold(session_actor::pointer self, journal_actor journal) : self_(self), journal_(std::move(journal)) {}

  void add(protocol::decision made) { fresh_.push_back(std::make_shared<const protocol::decision>(std::move(made))); }
  /// Hands over once everything that has arrived by now is decided, so that it goes together; else at once.
  void hand_over_soon(const protocol::session& facts);
  void hand_over(const protocol::session& facts);
  /// The journal wants an image of the session with what is handed over next.
  void wants_image() noexcept { image_wanted_ = true; }

  /// Takes out what is kept, oldest first.
  template <class Tell>
  void take(std::uint64_t up_to, Tell&& tell) {
    while (!handed_over_.empty() && handed_over_.front()->sequence <= up_to) {
      tell(*handed_over_.front());
      handed_over_.pop_front();
    }
  }
  /// When the cause of the oldest decision with the journal arrived.
  [[nodiscard]] base::instant oldest() const noexcept {
    return handed_over_.empty() ? base::never : handed_over_.front()->cause.when;
  }
  /// So much is gathered that it waits for nothing any more.
  [[nodiscard]] bool much() const noexcept { return fresh_.size() >= 64; }
  [[nodiscard]] bool nothing() const noexcept { return fresh_.empty() && handed_over_.empty(); }

private:
  session_actor::pointer self_;
  journal_actor journal_;
  std::vector<std::shared_ptr<const protocol::decision>> fresh_;
  boost::container::devector<std::shared_ptr<const protocol::decision>> handed_over_; // no memory while empty
  bool asked_ = false;
  bool image_wanted_ = false;
};

} // namespace mpac::actors
