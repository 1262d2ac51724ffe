// A piece of JSON that the hub carries without looking inside (SPEC 21.1: extensions survive).
#pragma once

#include <string>

namespace mpac::protocol {

/// Valid JSON text of one value, kept as it came.
struct json_text {
  std::string text;

  friend bool operator==(const json_text&, const json_text&) = default;
};

} // namespace mpac::protocol
