// What can be typed in `mpac join`: the table of its commands, and a line read by it.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tools::join {

/// What a word stands for: what is completed there.
enum class meaning : std::uint8_t {
  text, ///< anything: not completed
  workspace_path,
  local_file,
  intent, ///< anybody's
  my_intent,
  lost_intent, ///< one that is suspended
  conflict,
  claim,
  principal,
  acknowledgement, ///< `seen`, `accepted`, `disputed` (SPEC 17.3)
  decision,        ///< of a resolution (SPEC 18.4)
  verdict,         ///< on a claim
  scope_kind,
  event_name,
  command_name,
};

enum class command_name : std::uint8_t {
  files,
  show,
  diff,
  edit,
  commit,
  propose,
  intents,
  announce,
  update,
  withdraw,
  defer,
  claim,
  judge,
  conflicts,
  ack,
  resolve,
  escalate,
  task,
  who,
  wait,
  help,
  quit,
};

struct option_form {
  std::string_view name; ///< with its dashes; a value follows
  meaning takes = meaning::text;
};

/// One command as it is typed.
struct command_form {
  command_name which;
  std::string_view name;
  std::string_view usage; ///< what follows the name
  std::string_view summary;
  std::vector<meaning> words; ///< of its arguments in turn; the last one's is that of all that follow
  std::size_t at_least = 0, at_most = 0;
  std::vector<option_form> options = {};
};

inline constexpr std::size_t any_number = 1000;

/// In the order in which `help` lists them.
[[nodiscard]] std::span<const command_form> command_forms();
[[nodiscard]] const command_form* form_of(std::string_view name);

/// A line, read.
struct spoken_command {
  command_name which = command_name::help;
  std::vector<std::string> words;                  ///< behind the name, without options
  std::multimap<std::string, std::string> options; ///< by name with its dashes

  /// The word at a place, if there are so many.
  [[nodiscard]] std::optional<std::string> word(std::size_t at) const;
  /// The words from a place on with spaces between them: texts need no quotes.
  [[nodiscard]] std::string rest(std::size_t from) const;
  [[nodiscard]] std::optional<std::string> option(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> all(const std::string& name) const;
};

/// Nothing for an empty line or a comment (`# …`). A word `--` ends the options. The error names the command, and
/// says what it takes.
[[nodiscard]] base::result<std::optional<spoken_command>, std::string> read_command(std::string_view line);

} // namespace mpac::tools::join
