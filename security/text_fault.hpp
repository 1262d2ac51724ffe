// What is wrong with a text, and where in it.
#pragma once

#include <string>

namespace mpac::security {

/// Lines and columns count from 1; 0: not known, or of no use to whoever reads it.
struct text_fault {
  std::string what; ///< names no secret and repeats nothing of one
  int line = 0;
  int column = 0;
};

/// "keys.json:3:7: …", or without what is not known.
[[nodiscard]] inline std::string to_string(const text_fault& fault, const std::string& source) {
  std::string text = source;
  if (fault.line > 0)
    text += ':' + std::to_string(fault.line);
  if (fault.line > 0 && fault.column > 0)
    text += ':' + std::to_string(fault.column);
  return text + ": " + fault.what;
}

} // namespace mpac::security
