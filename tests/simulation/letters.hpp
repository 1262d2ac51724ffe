// Writes the messages of a simulation: as fast as text can be put together, and as wrong as asked for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mpac::tests {

/// What stands on the envelope.
struct addressed {
  std::string_view session;
  std::string_view who;
  std::string_view instance;
  std::string_view type = "agent";
  std::uint64_t number = 0;  ///< makes the message id
  std::uint64_t lamport = 0; ///< 0: no watermark
};

/// The id of a message by its number, and back; 0 for an id that is no such one.
[[nodiscard]] std::string message_name(std::uint64_t number);
[[nodiscard]] std::uint64_t message_number(std::string_view id);

/// What a message says: the inside of the payload's object, and of the envelope's extensions, if it has any.
struct contents {
  std::string payload, extensions;
};

/// The text of one message.
[[nodiscard]] std::string write_letter(const addressed& to, std::string_view message_type, const contents& inside);

} // namespace mpac::tests
