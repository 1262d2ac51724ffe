// What the exit code of mpac tells a script.
#pragma once

namespace mpac::tools {

enum class exit_code : int {
  good = 0,       ///< done, and the answer is the good one
  bad = 1,        ///< the answer is the bad one (a check failed, a transcript was changed), or anything else went wrong
  misused = 2,    ///< the arguments, or a file they name, are not what the command needs
  not_let_in = 3, ///< the token or the credential was not taken
  unreachable = 4, ///< nobody answered there, or not in time, or TLS did not come about
  refused = 5,     ///< the other side answered, and the answer was no
};

} // namespace mpac::tools
