// Makes a failing script short: delta debugging over its steps.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace mpac::tests {

/// The places of the steps that are needed to fail, out of `all` steps: as few as can be found within `attempts`.
/// `fails` plays the script of just these steps.
[[nodiscard]] std::vector<std::size_t> shrink(std::size_t all, std::size_t attempts,
                                              const std::function<bool(const std::vector<std::size_t>&)>& fails);

} // namespace mpac::tests
