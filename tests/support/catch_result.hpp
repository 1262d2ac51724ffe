// Lets a failed check of a result print itself, whatever it holds.
#pragma once

#include "base/result.hpp"
#include "tests/support/catch.hpp"

#include <string>

namespace Catch {

template <class T, class E>
struct StringMaker<boost::system::result<T, E>> {
  static std::string convert(const boost::system::result<T, E>& what) { return what ? "a value" : "an error"; }
};

} // namespace Catch
