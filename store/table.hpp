// An ordered table of bytes that survives: the seam between what a durable store keeps and how (SPEC 8.1.1.2).
#pragma once

#include "base/result.hpp"
#include "store/changes.hpp"
#include "store/fault.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mpac::store {

/// Where each batch leaves its number, in `space::about`: 16 bytes, big-endian, the number of the batch and that of the
/// last batch which was known to be on the disk when it was written. Nobody else writes there.
inline constexpr std::string_view batch_key = "batch";

/// Keys are ordered as unsigned bytes, in each space on its own.
///
/// One thread writes and syncs; reads, `batch()` and `back_up` may come from any thread meanwhile.
/// Once a write or a sync has failed, nobody knows what the disk holds: from then on the table refuses to write, to sync
/// and to be copied until it has been opened anew, and what it holds then, `batch()` tells. Reading goes on, and does not
/// show the batch that failed.
class table {
public:
  virtual ~table() = default;

  /// The number of the last batch in here; 0 in a new table. After opening, this is what has survived.
  [[nodiscard]] virtual std::uint64_t batch() const noexcept = 0;

  /// Everything of the batch happens, in its order, or nothing. `batch` is `batch() + 1`, so that a gap in the log can
  /// be told from its end; any other number is refused and changes nothing. With `sync` it is on the disk on return,
  /// with everything before it.
  [[nodiscard]] virtual base::result<void, fault> write(std::uint64_t batch, const changes& what, bool sync) = 0;

  /// Everything written so far is on the disk on return.
  [[nodiscard]] virtual base::result<void, fault> sync() = 0;

  /// Nothing when there is no such key.
  [[nodiscard]] virtual base::result<std::optional<std::string>, fault> get(space where, std::string_view key) = 0;

  /// Shows the keys of [from, to) in ascending order until `visit` returns false; an empty `to` means the end. What is
  /// written meanwhile is not seen. The views live as long as the call of `visit`.
  [[nodiscard]] virtual base::result<void, fault>
  scan(space where, std::string_view from, std::string_view to,
       const std::function<bool(std::string_view key, std::string_view value)>& visit) = 0;

  /// The greatest key of [from, to) with its value; an empty `to` means the end.
  [[nodiscard]] virtual base::result<std::optional<std::pair<std::string, std::string>>, fault>
  last_before(space where, std::string_view from, std::string_view to) = 0;

  /// Makes a consistent copy in `folder`, which must not exist yet, of everything written before the call. It is opened
  /// like any table. Returns its size in bytes. What does not change any more is shared with the copy, where the file
  /// system can (hard links).
  [[nodiscard]] virtual base::result<std::uint64_t, fault> back_up(const std::filesystem::path& folder) = 0;
};

/// Opens the table, also again after the last one has failed. That one must be gone by then.
using table_source = std::function<base::result<std::unique_ptr<table>, fault>()>;

} // namespace mpac::store
