// The record of what session and disk had in common last, as the text of a file.
#pragma once

#include "base/result.hpp"
#include "tools/mpac/write_back/plan.hpp"

#include <string>
#include <string_view>

namespace mpac::tools::write_back {

/// Of one session: another session's versions have nothing to say about this one's.
struct session_record {
  std::string session;
  record files;

  friend bool operator==(const session_record&, const session_record&) = default;
};

[[nodiscard]] std::string to_text(const session_record& of);
/// The error says what is wrong with the text.
[[nodiscard]] base::result<session_record, std::string> read_record(std::string_view text);

} // namespace mpac::tools::write_back
