// The model backend a participant works with, as far as the session knows (SPEC 14.1, 14.3.1).
#pragma once

#include <optional>
#include <string>

namespace mpac::protocol {

struct backend_record {
  std::string model_id;
  std::string provider;              ///< as declared, or the part of model_id before the first `/` (O-059)
  std::string status = "unknown";    ///< the last reported provider_status
  bool alerted = false;              ///< the session was told of trouble, and not yet of its end
  std::optional<std::string> agreed; ///< the model of a planned switch that was acknowledged (O-058)
  std::optional<std::string> denied; ///< the model of a switch that was refused: said once (O-059)

  friend bool operator==(const backend_record&, const backend_record&) = default;
};

} // namespace mpac::protocol
