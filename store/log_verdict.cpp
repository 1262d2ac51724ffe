#include "store/log_verdict.hpp"

#include <algorithm>
#include <optional>

namespace mpac::store {
namespace {

std::string place(const live_log& log, std::uint64_t at) {
  return log.name + " at byte " + std::to_string(at);
}

std::string batches(std::uint64_t from, std::uint64_t up_to) {
  if (up_to <= from)
    return "batch " + std::to_string(from);
  return "batches " + std::to_string(from) + " to " + std::to_string(up_to);
}

/// Reads the logs in their order, and knows from where on they cannot be read in order any more.
class judge {
public:
  judge(std::uint64_t flushed, std::span<const live_log> logs) : flushed_(flushed), last_(flushed), logs_(logs) {}

  [[nodiscard]] base::result<log_verdict, fault> judge_all() {
    for (std::size_t i = 0; i < logs_.size(); ++i)
      if (auto wrong = read(i))
        return base::fail(std::move(*wrong));
    if (proof_)
      return base::fail(damaged());
    log_verdict verdict{last_, {}};
    for (std::size_t i = 0; i < logs_.size(); ++i)
      verdict.log_bytes.push_back(!hole_ || i < hole_->log ? logs_[i].scan.end : i == hole_->log ? hole_->begin : 0);
    return verdict;
  }

private:
  struct hole {
    std::size_t log;
    std::uint64_t begin; ///< what can be kept of the log
    std::string where;   ///< it cannot be read
  };

  std::optional<fault> read(std::size_t index) {
    const auto& log = logs_[index];
    if (log.scan.foreign)
      return fault{"the log " + place(log, *log.scan.foreign) + " holds a record that this program has not written"};
    std::uint64_t end = 0;
    for (const auto& each : log.scan.batches) {
      if (auto wrong = take(index, each, end))
        return wrong;
      end = each.end;
    }
    for (const auto& each : log.scan.behind)
      take_behind(index, each);
    return std::nullopt;
  }

  std::optional<fault> take(std::size_t index, const logged_batch& next, std::uint64_t end_before) {
    if (hole_) {
      weigh(next);
      return std::nullopt;
    }
    if (next.mark.batch == last_ + 1) {
      last_ = next.mark.batch;
      return std::nullopt;
    }
    if (next.mark.batch <= flushed_ && last_ == flushed_)
      return std::nullopt; // sorted already
    if (next.mark.batch <= last_)
      return fault{"the log " + place(logs_[index], next.begin) + " is damaged: batch " +
                   std::to_string(next.mark.batch) + " follows batch " + std::to_string(last_)};
    if (index == 0 && next.begin == 0)
      return fault{"the log " + place(logs_[0], 0) + " begins with batch " + std::to_string(next.mark.batch) +
                   ", but the sorted files end with batch " + std::to_string(flushed_) +
                   ": either they are damaged, or a log is missing"};
    hole_ = hole{index, end_before, "before " + place(logs_[index], next.begin)};
    if (end_before == 0 && index > 0)
      hole_->where += ", behind " + place(logs_[index - 1], logs_[index - 1].scan.unreadable);
    weigh(next);
    return std::nullopt;
  }

  void take_behind(std::size_t index, const logged_batch& next) {
    if (next.mark.batch <= last_ + 1)
      return; // says nothing about a batch that is lost
    const auto& log = logs_[index];
    if (!hole_)
      hole_ = hole{index, log.scan.end, "in " + place(log, log.scan.unreadable)};
    weigh(next);
  }

  void weigh(const logged_batch& later) {
    if (later.mark.batch > last_ + 1)
      next_readable_ = std::min(next_readable_.value_or(later.mark.batch), later.mark.batch);
    if (later.mark.batch > last_ && later.mark.synced > last_ && !proof_)
      proof_ = later.mark;
  }

  [[nodiscard]] fault damaged() const {
    const auto lost = last_ + 1;
    return {"the log is damaged " + hole_->where + ": " + batches(lost, next_readable_.value_or(lost + 1) - 1) +
            " cannot be read, but batch " + std::to_string(proof_->batch) + ", which can, says that batch " +
            std::to_string(proof_->synced) + " was on the disk"};
  }

  std::uint64_t flushed_;
  std::uint64_t last_; ///< up to here everything is there
  std::span<const live_log> logs_;
  std::optional<hole> hole_;
  std::optional<std::uint64_t> next_readable_; ///< behind the hole
  std::optional<batch_mark> proof_;            ///< that the hole was on the disk
};

} // namespace

base::result<log_verdict, fault> judge_logs(std::uint64_t flushed, std::span<const live_log> logs) {
  return judge(flushed, logs).judge_all();
}

} // namespace mpac::store
