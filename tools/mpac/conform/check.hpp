// What a conformance check is: one row of a table, with the section behind it, and how it ends.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tools::conform {

class scene;
struct record;

enum class layer { wire, session, intent, operation, conflict, governance, files, input };

/// How much a failure counts. `practice` is what the specification does not say and existing clients rely on.
enum class level { must, should, practice };

struct check {
  std::string_view name;
  conform::layer layer;
  conform::level level;
  std::string_view section;     ///< of the specification; of a practice: what it is of
  std::string_view requirement; ///< its number in our list of requirements; none for a practice
  std::string_view expected;
  /// Plays a scene of its own and throws `surprise`, or `not_applicable`. Null: it is one of the wire.
  void (*play)(scene&) = nullptr;
  /// Looks through everything that was said in the whole run; what is wrong, empty where all is well.
  std::string (*judge)(const record&) = nullptr;
};

enum class outcome { passed, failed, skipped };

struct finding {
  const check* of = nullptr;
  conform::outcome outcome = outcome::passed;
  std::string seen; ///< what was seen instead, or why it was skipped; empty when passed
};

/// The coordinator did something else. Ends the check that it is thrown in.
struct surprise : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The session is not one to which the check applies.
struct not_applicable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

[[nodiscard]] std::string_view word_of(layer of);
[[nodiscard]] std::string_view word_of(level of);
[[nodiscard]] std::string_view word_of(outcome of);

/// The rows of each layer: a file each.
[[nodiscard]] std::vector<check> wire_checks();
[[nodiscard]] std::vector<check> session_checks();
[[nodiscard]] std::vector<check> intent_checks();
[[nodiscard]] std::vector<check> operation_checks();
[[nodiscard]] std::vector<check> conflict_checks();
[[nodiscard]] std::vector<check> governance_checks();
[[nodiscard]] std::vector<check> file_checks();
[[nodiscard]] std::vector<check> input_checks();

/// All of them, layer by layer; those of the wire last, for they judge what the others have heard.
[[nodiscard]] const std::vector<check>& all_checks();

} // namespace mpac::tools::conform
