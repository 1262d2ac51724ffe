// Sorted runs of transcript messages in scratch files, and the merging of several into one.
#pragma once

#include "base/result.hpp"
#include "protocol/wire/transcript_encoder.hpp"
#include "store/fault.hpp"
#include "store/scratch_file.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::store {

/// What stands before a message's text in a run. Read by the process that wrote it, and by nobody else.
struct run_key {
  std::uint64_t lamport = 0;
  std::uint64_t sequence = 0;
  std::string principal_id;
  std::string sender_instance_id;
  std::string note;
};

void append_to_run(std::string& to, const run_key& key, std::string_view text);

/// Reads one run from its begin to its end.
class run_reader {
public:
  run_reader(const scratch_file& from, std::uint64_t begin, std::uint64_t end, std::size_t buffer_bytes)
      : file_(from), at_(begin), end_(end), buffer_bytes_(buffer_bytes) {}

  /// Goes to the next message; false at the end.
  [[nodiscard]] base::result<bool, fault> advance();
  [[nodiscard]] const run_key& key() const noexcept { return key_; }
  /// The text of this message, once.
  [[nodiscard]] base::result<void, fault> append_text(std::string& to);
  [[nodiscard]] std::size_t bytes_held() const noexcept;

private:
  /// Takes the next bytes out of the file.
  [[nodiscard]] base::result<void, fault> take(char* to, std::size_t count);

  const scratch_file& file_;
  std::uint64_t at_, end_; // of the file, what is not in the buffer yet
  std::size_t buffer_bytes_;
  std::vector<char> buffer_;
  std::size_t used_ = 0; // of the buffer
  run_key key_;
  std::uint64_t text_bytes_ = 0; // of this message, and not taken yet
};

/// Several runs, the earlier ones first, as one: of messages that stand equal, those of the earlier run come first.
class run_merge {
public:
  void add(run_reader run) { runs_.push_back(std::move(run)); }
  [[nodiscard]] base::result<void, fault> begin();

  [[nodiscard]] bool is_over() const noexcept { return heap_.empty(); }
  /// Of the message that comes next.
  [[nodiscard]] const run_key& key() const noexcept { return runs_[heap_.front()].key(); }
  /// Appends its text, and goes on behind it.
  [[nodiscard]] base::result<void, fault> take_text(std::string& to);
  [[nodiscard]] std::size_t bytes_held() const noexcept;

private:
  [[nodiscard]] bool comes_later(std::size_t a, std::size_t b) const;

  std::vector<run_reader> runs_;
  std::vector<std::size_t> heap_; // of those that are not at their end, the next first
};

} // namespace mpac::store
