// What one batch does to a table, in its order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mpac::store {

/// The parts of a table. Each has keys of its own, in their order; one batch may touch them all.
enum class space : std::uint8_t {
  about,     ///< few and small: the table's own papers
  catalogue, ///< many, small, looked up by key
  images,    ///< large values, looked up by key
  log        ///< grows at its end, read in ranges
};

class changes {
public:
  enum class kind : std::uint8_t { put, erase, erase_range };
  struct change {
    kind what;
    space where;
    std::string key;
    std::string value; ///< of a put; of erase_range the end, which stays
  };

  void put(space where, std::string key, std::string value) { add(kind::put, where, std::move(key), std::move(value)); }
  /// Erasing what is not there is no mistake.
  void erase(space where, std::string key) { add(kind::erase, where, std::move(key), {}); }
  /// Erases [from, to). Here an empty `to` is before everything: nothing is erased.
  void erase_range(space where, std::string from, std::string to) {
    if (from < to)
      add(kind::erase_range, where, std::move(from), std::move(to));
  }

  [[nodiscard]] const std::vector<change>& all() const noexcept { return all_; }
  [[nodiscard]] bool empty() const noexcept { return all_.empty(); }
  /// The keys and values together.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  void clear() noexcept {
    all_.clear();
    bytes_ = 0;
  }

private:
  void add(kind what, space where, std::string key, std::string value) {
    bytes_ += key.size() + value.size();
    all_.push_back({what, where, std::move(key), std::move(value)});
  }

  std::vector<change> all_;
  std::size_t bytes_ = 0;
};

} // namespace mpac::store
