// The words of a fault in the reports of tests.
#pragma once

#include "store/fault.hpp"

#include <ostream>

namespace mpac::store {

inline std::ostream& operator<<(std::ostream& to, const fault& what) {
  return to << what.what;
}

} // namespace mpac::store
