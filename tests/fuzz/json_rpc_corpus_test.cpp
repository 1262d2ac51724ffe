#include "client/mcp/json_rpc.hpp"
#include "client/mcp/tool_table.hpp"
#include "tests/fuzz/json_rpc_check.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace {

using namespace mpac::client::mcp;

/// Arguments are taken or faulted in a sentence. (No fuzzer of its own: the tools await, which its compiler can't.)
const char* broken_by_arguments(const call& said) {
  for (const auto& each : tool_table()) {
    const auto read = arguments::read(each.takes, said.params);
    if (!read && !read.error().starts_with("argument "))
      return "a fault names its argument";
    if (!read)
      continue;
    for (const auto& one : each.takes)
      if (one.is_required && !read->has(one.name))
        return "what is required is there";
  }
  return nullptr;
}

const char* broken_by_arguments(std::string_view line) {
  for (const auto& each : read_line(line).messages)
    if (const auto* said = std::get_if<call>(&each))
      if (const char* broken = broken_by_arguments(*said))
        return broken;
  return nullptr;
}

} // namespace

TEST_CASE("every line of the fuzzer's corpus, whole or cut short, keeps the promises about JSON-RPC") {
  std::size_t inputs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(MPAC_SOURCE_DIR "/tests/fuzz/corpus/json_rpc")) {
    CAPTURE(entry.path());
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    ++inputs;
    for (std::size_t length = 0; length <= text.size(); ++length) {
      const auto line = std::string_view(text).substr(0, length);
      for (const char* broken : {mpac::tests::broken_by_line(line), broken_by_arguments(line)})
        if (broken)
          FAIL("broken at " << length << " bytes: " << broken);
    }
  }
  CHECK(inputs >= 8);
}
