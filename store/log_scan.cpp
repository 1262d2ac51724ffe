#include "store/log_scan.hpp"

#include "store/crc32c.hpp"
#include "store/space_key.hpp"
#include "store/table.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace mpac::store {
namespace {

// A log is a row of blocks. A record has a header and a payload inside one block; a batch that does not fit goes on in
// further records. A record for recycled files:
//
//   0  checksum of everything from 6 on, masked
//   4  length of the payload
//   6  kind
//   7  the lower half of the log's number
//  11  payload
//
// Where less than a header is left of a block, nothing begins.
constexpr std::uint64_t block_bytes = 32 * 1024;
constexpr std::uint64_t header_bytes = 11;
constexpr std::uint64_t number_at = 7;
constexpr std::uint64_t short_header_bytes = 7; // of kinds that bear no number of their log

enum class kind : unsigned char { whole = 5, first, middle, last };

struct record {
  store::kind kind;
  std::string_view payload;
  std::uint64_t end;
};

// The payloads of a batch, one after the other: sequence number (8), count of operations (4), the operations. The first
// puts the mark: a tag, then key and value, each with its length before it.
constexpr std::uint64_t count_at = 8, operations_at = 12;
std::string make_opening_of_mark() {
  const auto key = space_key(space::about, batch_key);
  return std::string(1, '\1') + static_cast<char>(key.size()) + key + static_cast<char>(batch_mark_bytes);
}
const std::string& opening_of_mark() {
  static const auto opening = make_opening_of_mark();
  return opening;
}
std::uint64_t bytes_up_to_mark() {
  return operations_at + opening_of_mark().size() + batch_mark_bytes;
}

template <class Number>
Number little_endian(std::string_view content, std::uint64_t at) {
  static_assert(std::endian::native == std::endian::little, "RocksDB's files are read as they lie in memory");
  Number value = 0;
  std::memcpy(&value, content.data() + at, sizeof value);
  return value;
}

/// The first bytes of a batch, gathered from its records.
class opening {
public:
  void begin(std::uint64_t at) {
    begin_ = at;
    bytes_.clear();
    open_ = true;
  }
  void add(std::string_view payload) {
    bytes_.append(payload.substr(0, bytes_up_to_mark() - std::min<std::uint64_t>(bytes_.size(), bytes_up_to_mark())));
  }
  void drop() { open_ = false; }

  [[nodiscard]] bool open() const { return open_; }
  [[nodiscard]] std::uint64_t begins_at() const { return begin_; }
  [[nodiscard]] bool complete() const { return bytes_.size() >= bytes_up_to_mark(); }
  /// RocksDB itself writes batches that do nothing.
  [[nodiscard]] bool nothing() const {
    return bytes_.size() == operations_at && little_endian<std::uint32_t>(bytes_, count_at) == 0;
  }
  [[nodiscard]] std::optional<batch_mark> mark() const {
    const std::string_view operations =
        std::string_view(bytes_).substr(std::min<std::size_t>(operations_at, bytes_.size()));
    if (!complete() || !operations.starts_with(opening_of_mark()))
      return std::nullopt;
    return read_mark(operations.substr(opening_of_mark().size()));
  }

private:
  std::string bytes_;
  std::uint64_t begin_ = 0;
  bool open_ = false;
};

class scanner {
public:
  scanner(std::string_view content, std::uint64_t number)
      : content_(content), number_(static_cast<std::uint32_t>(number)) {}

  [[nodiscard]] log_scan scan() {
    const auto stopped_at = read_in_order();
    found_.unreadable = stopped_at;
    if (!found_.foreign)
      search_from(stopped_at);
    return std::move(found_);
  }

private:
  /// Where the next header can stand, from `at` on.
  static std::uint64_t header_from(std::uint64_t at) {
    const auto left = block_bytes - at % block_bytes;
    return left < header_bytes ? at + left : at;
  }

  [[nodiscard]] std::optional<record> record_at(std::uint64_t at) const {
    const auto left = std::min(block_bytes - at % block_bytes, content_.size() - at);
    if (left < header_bytes || little_endian<std::uint32_t>(content_, at + number_at) != number_)
      return std::nullopt;
    const auto kind_byte = static_cast<unsigned char>(content_[at + 6]);
    const std::uint64_t length = little_endian<std::uint16_t>(content_, at + 4);
    if (kind_byte < static_cast<unsigned char>(kind::whole) || kind_byte > static_cast<unsigned char>(kind::last) ||
        length > left - header_bytes)
      return std::nullopt;
    if (masked(crc32c(content_.substr(at + 6, header_bytes - 6 + length))) !=
        little_endian<std::uint32_t>(content_, at))
      return std::nullopt;
    return record{static_cast<kind>(kind_byte), content_.substr(at + header_bytes, length), at + header_bytes + length};
  }

  /// Whether a whole record of another kind stands here: of a log that was not opened by a table, or of a RocksDB that
  /// writes what this program does not know. To take it for a torn one would lose it.
  [[nodiscard]] bool foreign_at(std::uint64_t at) const {
    const auto left = std::min(block_bytes - at % block_bytes, content_.size() - at);
    for (const std::uint64_t header : {short_header_bytes, header_bytes}) {
      if (left < header || content_[at + 6] == 0)
        continue;
      const std::uint64_t length = little_endian<std::uint16_t>(content_, at + 4);
      const auto kind_byte = static_cast<unsigned char>(content_[at + 6]);
      const bool ours =
          kind_byte >= static_cast<unsigned char>(kind::whole) && kind_byte <= static_cast<unsigned char>(kind::last);
      if (!ours && length <= left - header &&
          masked(crc32c(content_.substr(at + 6, header - 6 + length))) == little_endian<std::uint32_t>(content_, at))
        return true;
    }
    return false;
  }

  /// Whether the record is the next of the open batch, or the first of one where none is open.
  [[nodiscard]] bool fits(kind next) const { return open_.open() == (next == kind::middle || next == kind::last); }

  /// Reads batches until something is no batch, and returns where that is.
  std::uint64_t read_in_order() {
    for (std::uint64_t at = 0;;) {
      at = header_from(at);
      if (at >= content_.size())
        return content_.size();
      const auto next = record_at(at);
      if (!next && foreign_at(at))
        found_.foreign = at;
      if (!next || !fits(next->kind))
        return at;
      if (!open_.open())
        open_.begin(at);
      open_.add(next->payload);
      at = next->end;
      if (next->kind == kind::whole || next->kind == kind::last) {
        const auto mark = open_.mark();
        if (!mark && !open_.nothing()) {
          found_.foreign = open_.begins_at();
          return at;
        }
        if (mark)
          found_.batches.push_back({*mark, open_.begins_at(), at});
        open_.drop();
        found_.end = at;
      }
    }
  }

  /// Looks for records anywhere in the block where reading came to its end, because a length cannot be trusted there;
  /// then from the beginning of each block, and again anywhere in a block that cannot be read through.
  void search_from(std::uint64_t at) {
    open_.drop();
    bool in_order = true;
    while (at < content_.size()) {
      if (in_order)
        at = header_from(at);
      if (at >= content_.size())
        return;
      const auto next = record_at(at);
      if (!next) {
        open_.drop();
        at = next_suspect(at + 1);
        in_order = at % block_bytes == 0;
        continue;
      }
      in_order = true;
      if (next->kind == kind::whole || next->kind == kind::first)
        open_.begin(at);
      if (open_.open())
        note(*next);
      at = next->end;
    }
  }

  /// The next place in this block where the number of this log stands as in a header, or the end of the block.
  [[nodiscard]] std::uint64_t next_suspect(std::uint64_t at) const {
    const auto block_end = (at + block_bytes - 1) / block_bytes * block_bytes;
    const auto block = content_.substr(0, block_end);
    const char wanted[] = {static_cast<char>(number_), static_cast<char>(number_ >> 8),
                           static_cast<char>(number_ >> 16), static_cast<char>(number_ >> 24)};
    const auto found = block.find(wanted, at + number_at, sizeof wanted);
    return found == std::string_view::npos ? block_end : found - number_at;
  }

  void note(const record& next) {
    open_.add(next.payload);
    if (const auto mark = open_.mark())
      found_.behind.push_back({*mark, open_.begins_at(), next.end});
    if (open_.complete() || next.kind == kind::whole || next.kind == kind::last)
      open_.drop();
  }

  std::string_view content_;
  std::uint32_t number_;
  opening open_;
  log_scan found_;
};

} // namespace

log_scan scan_log(std::string_view content, std::uint64_t number) {
  return scanner(content, number).scan();
}

} // namespace mpac::store
