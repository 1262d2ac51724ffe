// What went wrong in the store, in words for the operator.
#pragma once

#include <string>

namespace mpac::store {

/// Why something could not be kept or read; for the operator.
struct fault {
  std::string what;
};

} // namespace mpac::store
