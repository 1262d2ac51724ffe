// Why something could not be kept or read.
#pragma once

#include <string>

namespace mpac::store {

/// For the operator: names the place.
struct fault {
  std::string what;
};

} // namespace mpac::store
