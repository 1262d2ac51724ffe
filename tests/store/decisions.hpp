// Decisions for tests of those who keep them.
#pragma once

#include "protocol/decision.hpp"

#include <memory>
#include <string>
#include <utility>

namespace mpac::tests {

/// What came in, and `notices` frames that went out because of it.
inline protocol::decision decided(std::uint64_t sequence, const std::string& inbound = "in", int notices = 1) {
  protocol::decision made;
  made.sequence = sequence;
  if (!inbound.empty())
    made.cause.inbound = protocol::frame::of(inbound);
  for (int i = 0; i < notices; ++i)
    made.notices.push_back({protocol::audience::all(), protocol::frame::of("out" + std::to_string(sequence))});
  return made;
}

inline std::shared_ptr<const protocol::decision> shared(protocol::decision made) {
  return std::make_shared<const protocol::decision>(std::move(made));
}

} // namespace mpac::tests
