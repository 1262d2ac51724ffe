// What a field's C++ type is made of: the questions that reading, writing and the schema ask of it.
#pragma once

#include "protocol/word.hpp"

#include <optional>
#include <vector>

namespace mpac::protocol {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
inline constexpr bool is_list = false;
template <class T>
inline constexpr bool is_list<std::vector<T>> = true;

template <class T>
inline constexpr bool is_word = false;
template <class E>
inline constexpr bool is_word<word<E>> = true;

} // namespace mpac::protocol
