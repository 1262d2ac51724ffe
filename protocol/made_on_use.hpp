// A member that most sessions never need: it takes no more than a pointer until something is put into it.
#pragma once

#include <memory>

namespace mpac::protocol {

/// Reads as an empty T until `own` is called. Movable; for one thread at a time.
template <class T>
class made_on_use {
public:
  [[nodiscard]] const T& operator*() const { return made_ ? *made_ : nothing(); }
  [[nodiscard]] const T* operator->() const { return &**this; }
  [[nodiscard]] bool is_made() const noexcept { return made_ != nullptr; }
  /// The one to change; the first time it is made of these.
  template <class... From>
  [[nodiscard]] T& own(const From&... made_of) {
    if (!made_)
      made_ = std::make_unique<T>(made_of...);
    return *made_;
  }

private:
  static const T& nothing() {
    static const T empty;
    return empty;
  }
  std::unique_ptr<T> made_;
};

} // namespace mpac::protocol
