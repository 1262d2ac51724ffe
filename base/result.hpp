// A value or an error: how everything inside the house reports what can go wrong.
#pragma once

#include <boost/assert/source_location.hpp>

#include <stdexcept>
#include <utility>

namespace boost::system {

/// Reading `value()` of a failed result is a mistake in the program, whatever the error type.
/// Declared before Boost's result, which looks it up by name.
template <class E>
[[noreturn]] inline void throw_exception_from_error(const E&, const boost::source_location&) {
  throw std::logic_error("the value of a failed result was read");
}

} // namespace boost::system

#include <boost/system/result.hpp>

namespace mpac::base {

/// Holds either a `T` or an `E`. Test it like a pointer, then read `*r`, or `r.error()`.
/// Return an error with `return fail(e)` when `T` and `E` could be confused, plainly otherwise.
template <class T, class E>
using result = boost::system::result<T, E>;

/// Wraps an error so that it converts to any `result` with that error type.
template <class E>
struct failure {
  E error;

  template <class T>
  operator result<T, E>() && {
    return result<T, E>(boost::system::in_place_error, std::move(error));
  }
};

template <class E>
[[nodiscard]] failure<std::decay_t<E>> fail(E&& error) {
  return {std::forward<E>(error)};
}

} // namespace mpac::base
