// The tamper-evident log of a session (SPEC 23.1.3): each decision adds its frames to the chain.
#pragma once

#include "protocol/decision.hpp"
#include "protocol/log_chain.hpp"
#include "protocol/session.hpp"

namespace mpac::security {

/// Says in `made`, which `facts` have not absorbed yet, where its frames stand in the chain: those of the transcript,
/// in their order (protocol::for_each_transcript_frame), the coordinator's signed by then. What has no frames
/// stays as it is. Costs one canonical form and its SHA-256 a frame.
void chain(protocol::decision& made, const protocol::session& facts);

/// Where the log of a session stands; its genesis before the first entry.
[[nodiscard]] protocol::chain_head log_head(const protocol::session& facts);

} // namespace mpac::security
