#include "protocol/workspace/workspace_file.hpp"

#include "protocol/workspace/state_ref.hpp"
#include "protocol/workspace/unicode_text.hpp"

#include <utility>

namespace mpac::protocol {

workspace_file workspace_file::of(std::string content) {
  std::string state_ref = state_ref_of(content);
  const std::size_t size = count_code_points(content);
  return workspace_file(std::make_shared<const version>(version{std::move(content), std::move(state_ref), size}));
}

} // namespace mpac::protocol
