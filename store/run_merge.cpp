#include "store/run_merge.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>
#include <utility>

namespace mpac::store {
namespace {

/// The fixed part of what stands before a text.
struct head {
  std::uint64_t lamport, sequence, principal_bytes, instance_bytes, note_bytes, text_bytes;
};

} // namespace

void append_to_run(std::string& to, const run_key& key, std::string_view text) {
  const head numbers{key.lamport,     key.sequence, key.principal_id.size(), key.sender_instance_id.size(),
                     key.note.size(), text.size()};
  to.append(reinterpret_cast<const char*>(&numbers), sizeof numbers);
  to.append(key.principal_id).append(key.sender_instance_id).append(key.note).append(text);
}

base::result<bool, fault> run_reader::advance() {
  while (text_bytes_ != 0) { // nobody wanted it
    const auto skipped = std::min<std::uint64_t>(text_bytes_, buffer_.size() - used_);
    used_ += static_cast<std::size_t>(skipped);
    text_bytes_ -= skipped;
    if (text_bytes_ != 0)
      at_ += std::exchange(text_bytes_, 0);
  }
  if (used_ == buffer_.size() && at_ == end_)
    return false;
  head numbers{};
  if (auto done = take(reinterpret_cast<char*>(&numbers), sizeof numbers); !done)
    return done.error();
  key_.lamport = numbers.lamport;
  key_.sequence = numbers.sequence;
  text_bytes_ = numbers.text_bytes;
  key_.principal_id.resize(numbers.principal_bytes);
  key_.sender_instance_id.resize(numbers.instance_bytes);
  key_.note.resize(numbers.note_bytes);
  if (auto done = take(key_.principal_id.data(), key_.principal_id.size()); !done)
    return done.error();
  if (auto done = take(key_.sender_instance_id.data(), key_.sender_instance_id.size()); !done)
    return done.error();
  if (auto done = take(key_.note.data(), key_.note.size()); !done)
    return done.error();
  return true;
}

base::result<void, fault> run_reader::append_text(std::string& to) {
  const auto before = to.size();
  const auto count = static_cast<std::size_t>(std::exchange(text_bytes_, 0));
  to.resize(before + count);
  return take(to.data() + before, count);
}

std::size_t run_reader::bytes_held() const noexcept {
  return sizeof *this + buffer_.capacity() + key_.principal_id.capacity() + key_.sender_instance_id.capacity() +
         key_.note.capacity();
}

base::result<void, fault> run_reader::take(char* to, std::size_t count) {
  while (count != 0) {
    if (used_ == buffer_.size()) {
      if (count >= buffer_bytes_) { // past the buffer
        const auto direct = std::min<std::uint64_t>(count, end_ - at_);
        if (direct != count)
          return base::fail(fault{"a sorted run ends within a message"});
        auto done = file_.read(at_, {to, count});
        at_ += count;
        return done;
      }
      const auto filled = std::min<std::uint64_t>(buffer_bytes_, end_ - at_);
      if (filled == 0)
        return base::fail(fault{"a sorted run ends within a message"});
      buffer_.resize(static_cast<std::size_t>(filled));
      used_ = 0;
      if (auto done = file_.read(at_, buffer_); !done)
        return done;
      at_ += filled;
    }
    const auto piece = std::min(count, buffer_.size() - used_);
    std::memcpy(to, buffer_.data() + used_, piece);
    to += piece;
    used_ += piece;
    count -= piece;
  }
  return {};
}

bool run_merge::comes_later(std::size_t a, std::size_t b) const {
  const auto& one = runs_[a].key();
  const auto& other = runs_[b].key();
  return std::tie(one.lamport, one.principal_id, one.sender_instance_id, a) >
         std::tie(other.lamport, other.principal_id, other.sender_instance_id, b);
}

base::result<void, fault> run_merge::begin() {
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    const auto there = runs_[i].advance();
    if (!there)
      return there.error();
    if (*there)
      heap_.push_back(i);
  }
  std::make_heap(heap_.begin(), heap_.end(), [this](auto a, auto b) { return comes_later(a, b); });
  return {};
}

base::result<void, fault> run_merge::take_text(std::string& to) {
  const auto later = [this](auto a, auto b) { return comes_later(a, b); };
  std::pop_heap(heap_.begin(), heap_.end(), later);
  auto& run = runs_[heap_.back()];
  if (auto done = run.append_text(to); !done)
    return done;
  const auto more = run.advance();
  if (!more)
    return more.error();
  if (*more)
    std::push_heap(heap_.begin(), heap_.end(), later);
  else
    heap_.pop_back();
  return {};
}

std::size_t run_merge::bytes_held() const noexcept {
  std::size_t bytes = 0;
  for (const auto& run : runs_)
    bytes += run.bytes_held();
  return bytes;
}

} // namespace mpac::store
