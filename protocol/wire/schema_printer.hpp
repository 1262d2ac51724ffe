// The wire as JSON Schema (draft 2020-12), printed from the tables by which messages are read and written (SPEC
// 11, 13.1).
#pragma once

#include <string>
#include <vector>

namespace mpac::protocol {

/// One schema, with its place relative to the others, such as `messages/op_commit.schema.json`: references between them
/// are relative, so they work from wherever they are kept together.
struct schema_file {
  std::string path;
  std::string text; ///< indented JSON
};

/// The schemas of the envelope, of the shared objects and of each message's payload, in that order. They say what a
/// strict session demands; lists that anybody may add words to (O-015) come as examples, closed ones as enums.
[[nodiscard]] std::vector<schema_file> json_schemas();

} // namespace mpac::protocol
