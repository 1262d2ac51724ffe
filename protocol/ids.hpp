// The identifiers of the protocol (SPEC 10, 11, 13.1), each a type of its own.
#pragma once

#include "base/strong_id.hpp"

namespace mpac::protocol {

using session_id = base::strong_id<struct session_id_tag>;
using principal_id = base::strong_id<struct principal_id_tag>;
/// One process incarnation of a principal (SPEC 11.4): what Lamport monotonicity and replay frontiers are keyed by.
using instance_id = base::strong_id<struct instance_id_tag>;
using message_id = base::strong_id<struct message_id_tag>;
using intent_id = base::strong_id<struct intent_id_tag>;
/// Names an operation or a batch: the two share one namespace (O-081).
using op_id = base::strong_id<struct op_id_tag>;
using conflict_id = base::strong_id<struct conflict_id_tag>;
using resolution_id = base::strong_id<struct resolution_id_tag>;
using claim_id = base::strong_id<struct claim_id_tag>;
using deferral_id = base::strong_id<struct deferral_id_tag>;

} // namespace mpac::protocol
