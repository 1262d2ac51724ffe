// How identifiers, scopes and times of a session are written for people.
#pragma once

#include "base/clock.hpp"
#include "protocol/scope.hpp"

#include <string>
#include <string_view>

namespace mpac::tools::terminal {

/// An identifier that ends in a UUID is cut after its first eight digits: what is left is enough to name it wherever
/// the start of an identifier is taken for the whole.
[[nodiscard]] std::string short_id(std::string_view id);

/// What a scope lists, three entries at most and how many more there are; of other kinds than files with the kind.
[[nodiscard]] std::string words_of(const protocol::scope& scope);

/// `12:00:03`, by this machine's clock and zone.
[[nodiscard]] std::string time_of_day(base::instant when);

/// `3 s`, `2 min`, `1 h 5 min`: rounded up to whole seconds.
[[nodiscard]] std::string words_of(base::duration span);

} // namespace mpac::tools::terminal
