#include "tests/support/faulty_table.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace mpac::tests {

using store::changes;
using store::fault;
using store::space;

class faulty_table final : public store::table {
public:
  explicit faulty_table(faulty_disk& disk) : disk_(disk), life_(disk.life_) { ++disk_.open_; }
  ~faulty_table() override {
    --disk_.open_;
    if (!has_failed_ || life_ != disk_.life_)
      return;
    disk_.decide_limbo(); // what it was to keep is not there, perhaps
    disk_.keep_only(disk_.survivors_ ? disk_.survivors_(disk_.unsynced()) : disk_.unsynced());
  }
  faulty_table(const faulty_table&) = delete;
  faulty_table& operator=(const faulty_table&) = delete;

  [[nodiscard]] std::uint64_t batch() const noexcept override { return disk_.batch_; }

  [[nodiscard]] base::result<void, fault> write(std::uint64_t batch, const changes& what, bool sync) override {
    if (refuses())
      return refused();
    if (batch != disk_.batch_ + 1)
      return base::fail(
          fault{"batch " + std::to_string(batch) + " cannot follow batch " + std::to_string(disk_.batch_)});
    const auto outcome = disk_.ask(disk_call::write);
    if (outcome == disk_outcome::fails)
      return fails("the disk is full");
    if (outcome == disk_outcome::half_failed) {
      disk_.limbo_ = what;
      return fails("nobody knows whether it was written");
    }
    disk_.write(outcome == disk_outcome::dropped ? changes() : what);
    if (sync)
      disk_.is_synced();
    return {};
  }

  [[nodiscard]] base::result<void, fault> sync() override {
    if (refuses())
      return refused();
    if (disk_.ask(disk_call::sync) != disk_outcome::done)
      return fails("nobody knows what is on the disk");
    disk_.is_synced();
    return {};
  }

  [[nodiscard]] base::result<std::optional<std::string>, fault> get(space where, std::string_view key) override {
    if (is_dead())
      return refused();
    if (disk_.ask(disk_call::get) != disk_outcome::done)
      return unreadable();
    const auto& all = disk_.at(where);
    const auto found = all.find(key);
    return found == all.end() ? std::optional<std::string>() : std::optional(found->second);
  }

  [[nodiscard]] base::result<void, fault>
  scan(space where, std::string_view from, std::string_view to,
       const std::function<bool(std::string_view key, std::string_view value)>& visit) override {
    if (is_dead())
      return refused();
    const auto outcome = disk_.ask(disk_call::scan);
    const auto& all = disk_.at(where);
    const auto end = to.empty() ? all.end() : all.lower_bound(to);
    for (auto each = all.lower_bound(from); each != end && (to.empty() || each->first < to); ++each)
      if (!visit(each->first, each->second) || outcome != disk_outcome::done)
        break; // where it fails, it does so behind the first
    if (outcome != disk_outcome::done)
      return unreadable();
    return {};
  }

  [[nodiscard]] base::result<std::optional<std::pair<std::string, std::string>>, fault>
  last_before(space where, std::string_view from, std::string_view to) override {
    if (is_dead())
      return refused();
    if (disk_.ask(disk_call::last_before) != disk_outcome::done)
      return unreadable();
    const auto& all = disk_.at(where);
    auto end = to.empty() ? all.end() : all.lower_bound(to);
    std::optional<std::pair<std::string, std::string>> found;
    if (end != all.begin() && std::prev(end)->first >= from)
      found.emplace(*std::prev(end));
    return found;
  }

  [[nodiscard]] base::result<std::uint64_t, fault> back_up(const std::filesystem::path&) override {
    if (refuses())
      return refused();
    return base::fail(fault{"this disk has no second one"});
  }

private:
  [[nodiscard]] bool is_dead() const noexcept { return life_ != disk_.life_; }
  [[nodiscard]] bool refuses() const noexcept { return has_failed_ || is_dead(); }
  [[nodiscard]] static base::failure<fault> refused() {
    return base::fail(fault{"the table has failed and was not opened again"});
  }
  [[nodiscard]] static base::failure<fault> unreadable() { return base::fail(fault{"the disk can't be read"}); }
  [[nodiscard]] base::failure<fault> fails(const char* why) {
    has_failed_ = true;
    return base::fail(fault{why});
  }

  faulty_disk& disk_;
  std::uint64_t life_;
  bool has_failed_ = false;
};

store::table_source faulty_disk::source() {
  return [this]() -> base::result<std::unique_ptr<store::table>, fault> {
    if (open_ != 0)
      throw std::logic_error("a second table on one disk");
    if (ask(disk_call::open) != disk_outcome::done)
      return base::fail(fault{"the disk does not answer"});
    ++openings_;
    return std::unique_ptr<store::table>(std::make_unique<faulty_table>(*this));
  };
}

disk_outcome faulty_disk::ask(disk_call what) {
  ++calls_;
  if (fails_)
    return disk_outcome::fails;
  return judge_ ? judge_(what) : disk_outcome::done;
}

void faulty_disk::put(space where, const std::string& key, std::optional<std::string> value,
                      std::vector<former>& before) {
  auto& all = at(where);
  const auto found = all.find(key);
  before.push_back({where, key, found == all.end() ? std::optional<std::string>() : std::move(found->second)});
  if (!value && found != all.end())
    all.erase(found);
  else if (value && found != all.end())
    found->second = *std::move(value);
  else if (value)
    all.emplace(key, *std::move(value));
}

void faulty_disk::apply(const changes& what, std::vector<former>& before) {
  for (const auto& one : what.all()) {
    if (one.what == changes::kind::put) {
      put(one.where, one.key, one.value, before);
    } else if (one.what == changes::kind::erase) {
      put(one.where, one.key, {}, before);
    } else {
      std::vector<std::string> gone;
      const auto& all = at(one.where);
      for (auto each = all.lower_bound(one.key); each != all.end() && each->first < one.value; ++each)
        gone.push_back(each->first);
      for (const auto& key : gone)
        put(one.where, key, {}, before);
    }
  }
}

void faulty_disk::write(const changes& what) {
  ++batch_;
  auto& last = undo_.emplace_back();
  last.what = what;
  apply(what, last.before);
}

void faulty_disk::decide_limbo() {
  if (limbo_)
    write(*std::exchange(limbo_, {}));
}

void faulty_disk::take_back() {
  std::vector<former> nowhere;
  auto& before = undo_.back().before;
  for (auto one = before.rbegin(); one != before.rend(); ++one)
    put(one->where, one->key, std::move(one->value), nowhere);
  undo_.pop_back();
  --batch_;
}

void faulty_disk::keep_only(std::size_t surviving) {
  while (undo_.size() > surviving)
    take_back();
}

void faulty_disk::lose_power(std::size_t surviving) {
  ++life_;
  decide_limbo();
  keep_only(surviving);
  is_synced();
}

void faulty_disk::lose_one_in_the_middle(std::size_t which) {
  ++life_;
  std::vector<changes> behind;
  const auto all = batch_;
  while (undo_.size() > which + 1) {
    behind.push_back(std::move(undo_.back().what));
    take_back();
  }
  if (undo_.size() > which)
    take_back();
  std::vector<former> nowhere;
  for (auto what = behind.rbegin(); what != behind.rend(); ++what)
    apply(*what, nowhere);
  batch_ = all;
  is_synced();
}

} // namespace mpac::tests
