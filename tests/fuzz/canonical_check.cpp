#include "tests/fuzz/canonical_check.hpp"

#include "security/canonical_json.hpp"

#include <simdjson.h>
#include <string>

namespace mpac::tests {

const char* broken_by_canonical(std::string_view text) {
  const auto once = security::canonical_json(text);
  if (!once) {
    const auto why = once.error();
    return why.find(" at byte ") != std::string::npos || why == "the text is not UTF-8" ? nullptr
                                                                                        : "a refusal says where";
  }
  simdjson::dom::parser parser;
  // simdjson knows no whole numbers beyond 64 bits; canonical ones are doubles.
  const auto known = parser.parse(text.data(), text.size(), true).error();
  if (known != simdjson::SUCCESS && known != simdjson::NUMBER_ERROR)
    return "what is accepted is JSON";
  if (const auto again = security::canonical_json(*once); !again || *again != *once)
    return "what is canonical stays as it is";
  const auto before = security::canonical_without(text, "signature");
  const auto after = security::canonical_without(*once, "signature");
  if (!before || !after || before->text != after->text || before->left_out != after->left_out)
    return "leaving out commutes with rewriting";
  if (before->left_out.empty() != (before->text == *once))
    return "what is left out is missed";
  return nullptr;
}

} // namespace mpac::tests
