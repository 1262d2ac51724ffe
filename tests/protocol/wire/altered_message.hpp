// One message as a JSON document that a test takes something from, puts something wrong into, and has read.
#pragma once

#include "protocol/wire/decoder.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tests {

class altered_message {
public:
  explicit altered_message(std::string_view text);
  explicit altered_message(const protocol::envelope& message);
  ~altered_message();

  /// Takes a member out; false where there is none. A step that meets an array goes to its first entry.
  bool remove(std::vector<std::string> steps);

  /// Puts the value that `json` spells in the place of another; false where there is none.
  bool replace(const std::vector<std::string>& steps, std::string_view json);

  [[nodiscard]] std::string text() const;

  /// Why it is refused, or nothing.
  [[nodiscard]] std::optional<protocol::refusal> refused(protocol::strictness how) const {
    return refused(text(), how);
  }
  [[nodiscard]] static std::optional<protocol::refusal> refused(std::string_view text, protocol::strictness how);

private:
  struct document;
  std::unique_ptr<document> document_;
};

} // namespace mpac::tests
