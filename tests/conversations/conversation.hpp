// Conversations as files: whole exchanges written so that a reader of the specification can check them (README.md).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace mpac::tests {

/// One line of a conversation.
struct sentence {
  int line = 0;
  std::string text;
};

/// One case: an exchange in a session of its own.
struct conversation {
  std::string file;
  int line = 0;
  std::string title;
  std::vector<std::string> proves; ///< the ids behind it: "15.6.1-03", "O-031"
  std::vector<sentence> sentences;
};

/// Whether its coordinator restarts: not every stage can do that.
[[nodiscard]] bool restarts(const conversation& what);

/// Reads a file of conversations. Throws `unreadable`, naming file and line, for what stands outside a case.
std::vector<conversation> read_conversations(const std::filesystem::path& file);

/// All `.mpac` files of a folder, by name, and their conversations in order.
std::vector<conversation> all_conversations(const std::filesystem::path& folder);

} // namespace mpac::tests
