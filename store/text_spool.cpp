#include "store/text_spool.hpp"

#include <algorithm>

namespace mpac::store {

base::result<void, fault> text_spool::put(std::string_view text) {
  last_ += text;
  if (last_.size() < block_bytes)
    return {};
  if (!file_) {
    auto opened = scratch_file::open(folder_);
    if (!opened)
      return opened.error();
    file_ = std::move(*opened);
  }
  auto done = file_->append(last_);
  last_.clear();
  return done;
}

base::result<bool, fault> text_spool::take(std::string& to, std::size_t bytes) {
  if (file_ && taken_ != file_->size()) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, file_->size() - taken_));
    const auto before = to.size();
    to.resize(before + count);
    if (auto done = file_->read(taken_, {to.data() + before, count}); !done)
      return done.error();
    taken_ += count;
    return true;
  }
  if (last_.empty())
    return false;
  to += std::exchange(last_, {});
  return true;
}

} // namespace mpac::store
