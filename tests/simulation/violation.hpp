// What a simulation says when something happened that may not happen.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace mpac::tests {

/// The first invariant that broke, and how. The first one counts: what follows may follow from it.
class violation {
public:
  void report(std::string what) {
    if (!what_)
      what_ = std::move(what);
  }
  [[nodiscard]] explicit operator bool() const noexcept { return what_.has_value(); }
  [[nodiscard]] const std::string& text() const { return *what_; }

private:
  std::optional<std::string> what_;
};

} // namespace mpac::tests
