// The payloads of a population's messages.
#pragma once

#include "tests/simulation/knowledge.hpp"
#include "tests/simulation/letters.hpp"

#include <cstdint>

namespace mpac::tests {

/// `number` makes names that nobody has used; `heard` is the highest Lamport value that came out at the speaker.
[[nodiscard]] contents contents_of(deed what, knowledge& known, dice& chance, std::uint64_t number,
                                   std::uint64_t heard);

} // namespace mpac::tests
