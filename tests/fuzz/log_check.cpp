#include "tests/fuzz/log_check.hpp"

#include "store/crc32c.hpp"
#include "store/log_verdict.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace mpac::tests {
namespace {

using namespace store;

constexpr std::size_t block = 32 * 1024, header = 11;

struct written_batch {
  std::size_t log;
  batch_mark mark;
  std::uint64_t begin, end;
};

std::string number_of(std::uint64_t value, int bytes) {
  std::string little;
  for (int i = 0; i < bytes; ++i)
    little += static_cast<char>(value >> 8 * i);
  return little;
}

/// Writes logs as RocksDB does.
struct log_writer {
  std::vector<std::string> logs{""};
  std::vector<written_batch> batches;
  std::uint64_t last = 0, synced = 0;

  [[nodiscard]] std::uint64_t number(std::size_t log) const { return 7 + log; }

  void write(std::size_t size, bool sync) {
    const batch_mark mark{++last, synced};
    const std::string payload = number_of(last * 3, 8) + number_of(2, 4) + std::string("\1\6\0batch\x10", 9) +
                                write_mark(mark) + std::string(size, static_cast<char>(size));
    auto& log = logs.back();
    std::uint64_t begin = 0;
    bool first = true; // which may hold nothing, where just the header fits
    for (std::size_t at = 0; at < payload.size();) {
      if (const auto left = block - log.size() % block; left < header)
        log.append(left, '\0');
      if (first)
        begin = log.size();
      const auto here = std::min(payload.size() - at, block - log.size() % block - header);
      const bool end = at + here == payload.size();
      const char kind = first && end ? 5 : first ? 6 : end ? 8 : 7;
      const auto checked = kind + number_of(number(logs.size() - 1), 4) + payload.substr(at, here);
      log += number_of(masked(crc32c(checked)), 4) + number_of(here, 2) + checked;
      at += here;
      first = false;
    }
    batches.push_back({logs.size() - 1, mark, begin, log.size()});
    if (sync)
      synced = last;
  }
};

class reader {
public:
  explicit reader(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool empty() const { return bytes_.empty(); }
  std::uint32_t take(int count) {
    std::uint32_t value = 0;
    for (; count > 0 && !bytes_.empty(); --count, bytes_.remove_prefix(1))
      value = value << 8 | static_cast<unsigned char>(bytes_.front());
    return value;
  }

private:
  std::string_view bytes_;
};

std::vector<live_log> scan(const std::vector<std::string>& logs, const log_writer& numbers) {
  std::vector<live_log> scanned;
  for (std::size_t i = 0; i < logs.size(); ++i)
    scanned.push_back({std::to_string(numbers.number(i)) + ".log", scan_log(logs[i], numbers.number(i))});
  return scanned;
}

const char* broken_by_what_is_left(const log_verdict& verdict, const std::vector<std::string>& logs,
                                   const log_writer& numbers) {
  std::uint64_t next = 0;
  for (std::size_t i = 0; i < logs.size(); ++i) {
    if (verdict.log_bytes[i] > logs[i].size())
      return "nothing grows by being cut";
    const auto left = scan_log(std::string_view(logs[i]).substr(0, verdict.log_bytes[i]), numbers.number(i));
    if (left.end != verdict.log_bytes[i] || !left.behind.empty() || left.foreign)
      return "what is left is whole";
    for (const auto& each : left.batches)
      if (each.mark.batch != ++next)
        return "what is left has no gap";
  }
  return next == verdict.batch ? nullptr : "what is left is what was promised";
}

const char* broken_by_any(std::string_view bytes) {
  const log_writer numbers;
  const auto half = bytes.size() / 2;
  const std::vector<std::string> logs{std::string(bytes.substr(0, half)), std::string(bytes.substr(half))};
  const auto verdict = judge_logs(0, scan(logs, numbers));
  return verdict ? broken_by_what_is_left(*verdict, logs, numbers) : nullptr;
}

const char* broken_by_written(std::string_view recipe) {
  log_writer writer;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> spoilt; // how, where
  for (reader steps(recipe); !steps.empty() && writer.last < 200;) {
    const auto step = steps.take(1);
    if (step < 160)
      writer.write(step % 16 == 0 ? steps.take(2) : step, step % 3 != 0);
    else if (step < 192 && writer.logs.size() < 4)
      writer.logs.emplace_back();
    else
      spoilt.emplace_back(step, steps.take(3));
  }
  auto logs = writer.logs;
  for (const auto& [how, where] : spoilt) {
    auto& log = logs[how % logs.size()];
    if (log.empty())
      continue;
    if (how < 200)
      log.resize(where % log.size());
    else if (how < 208)
      log.append(where % 100'000, static_cast<char>(where));
    else
      log[where % log.size()] ^= static_cast<char>(1 << where % 8);
  }
  const auto whole = [&](const written_batch& each, std::uint64_t end) {
    return logs[each.log].size() >= end && logs[each.log].compare(each.begin, end - each.begin, writer.logs[each.log],
                                                                  each.begin, end - each.begin) == 0;
  };
  std::uint64_t lost = writer.last + 1;
  for (const auto& each : writer.batches)
    if (!whole(each, each.end))
      lost = std::min(lost, each.mark.batch);

  const auto verdict = judge_logs(0, scan(logs, writer));
  if (verdict) {
    if (verdict->batch + 1 != lost)
      return "everything before the first damage is left, and nothing else";
    for (const auto& each : writer.batches)
      if (each.mark.batch > lost && each.mark.synced >= lost && whole(each, each.end))
        return "no batch is lost of which a later one proves that it was synced";
    return broken_by_what_is_left(*verdict, logs, writer);
  }
  if (verdict.error().what.find(".log at byte ") == std::string::npos)
    return "a fault names its place";
  return lost <= writer.last ? nullptr : "whole logs are not refused";
}

} // namespace

const char* broken_log_promise(std::string_view recipe) {
  if (recipe.empty())
    return nullptr;
  const bool any = recipe.front() % 2 == 0;
  recipe.remove_prefix(1);
  return any ? broken_by_any(recipe) : broken_by_written(recipe);
}

} // namespace mpac::tests
