#include "store/transcript_sorter.hpp"

#include "store/run_merge.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace mpac::store {
namespace {

/// How much is written at once.
constexpr std::size_t block_bytes = 64 * 1024;

std::size_t bytes_of(const protocol::transcript_entry& entry) {
  return sizeof entry + entry.frame->wire().size() + sizeof(protocol::frame) + protocol::frame_padding +
         entry.principal_id.capacity() + entry.sender_instance_id.capacity() + entry.note.capacity();
}

} // namespace

transcript_sorter::transcript_sorter(std::filesystem::path scratch_folder, sorting_terms terms)
    : folder_(std::move(scratch_folder)), terms_(terms) {}
transcript_sorter::~transcript_sorter() = default;
transcript_sorter::transcript_sorter(transcript_sorter&&) noexcept = default;

void transcript_sorter::add(std::uint64_t sequence, protocol::frame_ptr frame, std::string note) {
  auto& entry = held_.emplace_back();
  entry.sequence = sequence;
  entry.frame = std::move(frame);
  entry.note = std::move(note);
  order_.place(entry);
  held_bytes_ += bytes_of(entry);
}

base::result<bool, fault> transcript_sorter::work() {
  if (merge_) {
    if (auto done = go_on_merging(); !done)
      return done.error();
  } else if (held_bytes_ >= terms_.run_bytes) {
    if (auto done = spill(); !done)
      return done.error();
  }
  return merge_ != nullptr || held_bytes_ >= terms_.run_bytes;
}

base::result<void, fault> transcript_sorter::close() {
  while (merge_)
    if (auto done = go_on_merging(); !done)
      return done;
  if (levels_.empty()) {
    sort_held();
    return {};
  }
  if (auto done = spill(); !done)
    return done;
  // The longest runs hold what came first.
  merge_ = std::make_unique<run_merge>();
  for (auto each = levels_.rbegin(); each != levels_.rend(); ++each)
    for (const auto& [begin, end] : (*each)->runs)
      merge_->add(run_reader((*each)->file, begin, end, terms_.buffer_bytes));
  return merge_->begin();
}

base::result<std::optional<std::uint64_t>, fault> transcript_sorter::next(std::string& to, std::string& note) {
  std::optional<std::uint64_t> sequence;
  if (merge_) {
    if (merge_->is_over())
      return sequence;
    sequence = merge_->key().sequence;
    note = merge_->key().note;
    if (auto done = merge_->take_text(to); !done)
      return done.error();
  } else if (given_ != held_.size()) {
    auto& entry = held_[given_++];
    to += entry.frame->payload();
    entry.frame = {};
    note = std::move(entry.note);
    sequence = entry.sequence;
  }
  return sequence;
}

std::size_t transcript_sorter::bytes_held() const noexcept {
  return held_bytes_ + (merge_ ? merge_->bytes_held() : 0);
}

std::uint64_t transcript_sorter::bytes_on_disk() const noexcept {
  std::uint64_t bytes = 0;
  for (const auto& each : levels_)
    bytes += each->file.size();
  return bytes;
}

void transcript_sorter::sort_held() {
  std::stable_sort(held_.begin(), held_.end(), [](const auto& a, const auto& b) {
    return std::tie(a.lamport, a.principal_id, a.sender_instance_id) <
           std::tie(b.lamport, b.principal_id, b.sender_instance_id);
  });
}

base::result<transcript_sorter::level*, fault> transcript_sorter::level_at(std::size_t number) {
  while (levels_.size() <= number) {
    auto file = scratch_file::open(folder_);
    if (!file)
      return file.error();
    levels_.push_back(std::make_unique<level>());
    levels_.back()->file = std::move(*file);
  }
  return levels_[number].get();
}

base::result<void, fault> transcript_sorter::spill() {
  if (held_.empty())
    return {};
  auto lowest = level_at(0);
  if (!lowest)
    return lowest.error();
  auto& [file, runs] = **lowest;
  sort_held();
  const auto begin = file.size();
  std::string block;
  for (auto& entry : held_) {
    append_to_run(block,
                  {entry.lamport, entry.sequence, std::move(entry.principal_id), std::move(entry.sender_instance_id),
                   std::move(entry.note)},
                  entry.frame->payload());
    entry.frame = {};
    if (block.size() < block_bytes)
      continue;
    if (auto done = file.append(block); !done)
      return done;
    block.clear();
  }
  if (auto done = file.append(block); !done)
    return done;
  runs.emplace_back(begin, file.size());
  held_.clear();
  held_bytes_ = 0;
  return runs.size() == terms_.runs_at_once ? begin_merge(0) : base::result<void, fault>{};
}

base::result<void, fault> transcript_sorter::begin_merge(std::size_t from) {
  auto to = level_at(from + 1);
  if (!to)
    return to.error();
  merged_level_ = from;
  merged_begin_ = (*to)->file.size();
  merge_ = std::make_unique<run_merge>();
  const auto& source = *levels_[from];
  for (const auto& [begin, end] : source.runs)
    merge_->add(run_reader(source.file, begin, end, terms_.buffer_bytes));
  return merge_->begin();
}

base::result<void, fault> transcript_sorter::go_on_merging() {
  auto& to = *levels_[merged_level_ + 1];
  const auto enough = to.file.size() + terms_.run_bytes;
  std::string block, text;
  while (!merge_->is_over() && to.file.size() + block.size() < enough) {
    const auto key = merge_->key();
    text.clear();
    if (auto done = merge_->take_text(text); !done)
      return done;
    append_to_run(block, key, text);
    if (block.size() < block_bytes)
      continue;
    if (auto done = to.file.append(block); !done)
      return done;
    block.clear();
  }
  if (auto done = to.file.append(block); !done)
    return done;
  if (!merge_->is_over())
    return {};
  merge_.reset();
  to.runs.emplace_back(merged_begin_, to.file.size());
  auto& source = *levels_[merged_level_];
  source.runs.clear();
  if (auto done = source.file.clear(); !done)
    return done;
  return to.runs.size() == terms_.runs_at_once ? begin_merge(merged_level_ + 1) : base::result<void, fault>{};
}

base::result<void, fault> number_spool::put(std::uint64_t number) {
  return bytes_.put({reinterpret_cast<const char*>(&number), sizeof number});
}

base::result<std::optional<std::uint64_t>, fault> number_spool::take() {
  if (at_ == block_.size()) {
    at_ = 0;
    block_.clear();
    if (auto more = bytes_.take(block_, at_once * sizeof(std::uint64_t)); !more)
      return more.error();
    if (block_.empty())
      return std::optional<std::uint64_t>();
  }
  std::uint64_t number = 0; // whole ones are written, and taken
  std::memcpy(&number, block_.data() + at_, sizeof number);
  at_ += sizeof number;
  return std::optional(number);
}

} // namespace mpac::store
