// The decisions of one parcel as one record of the log.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/encoding.hpp"
#include "store/engine.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mpac::store {

/// What is known of a record without reading its decisions.
struct log_record_head {
  std::uint64_t last = 0;           ///< number of its last decision; the key has that of the first
  std::uint64_t lamport_before = 0; ///< the coordinator's clock before its first decision
  base::instant when{};             ///< of its last decision
};

/// `lamport_before`: the session's clock before the parcel, whose decisions are not empty.
[[nodiscard]] std::string encode_log_record(const parcel& what, std::uint64_t lamport_before);

/// Takes the head off `bytes`, which then hold the decisions.
[[nodiscard]] base::result<log_record_head, fault> take_log_record_head(std::string_view& bytes);

/// Visits the decisions of a record, in order, until `visit` returns false.
[[nodiscard]] base::result<void, fault> read_log_record(std::string_view bytes, part wanted,
                                                        const std::function<bool(protocol::decision&&)>& visit);

} // namespace mpac::store
