// Doubles as ECMAScript prints them (ECMA-262 6.1.6.1.20), which is how RFC 8785 writes numbers.
#pragma once

#include <string>

namespace mpac::security {

/// Appends a finite `value`: the fewest digits that read back as the same double, the closest of these; an exponent
/// from 1e21 on and below 1e-6. Both zeros are "0".
void append_ecmascript(std::string& to, double value);

} // namespace mpac::security
