#include "actors/mistake.hpp"

#include <caf/sec.hpp>

namespace mpac::actors {

std::string said_by(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& why) {
    return why.what();
  } catch (...) {
    return "something that is no std::exception";
  }
}

caf::error reason_to_end(const std::string& why) {
  return caf::make_error(caf::sec::runtime_error, why);
}

} // namespace mpac::actors
