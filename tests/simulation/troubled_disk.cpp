#include "tests/simulation/troubled_disk.hpp"

namespace mpac::tests {

troubled_disk::troubled_disk() {
  disk_.judged_by([this](disk_call what) { return steps_ == 0 ? disk_outcome::done : outcome_of(what); });
  disk_.leaves([this](std::size_t unsynced) { return chance_.roll(static_cast<std::uint32_t>(unsynced) + 1); });
}

void troubled_disk::begin_trouble(std::uint32_t choices) {
  kind_ = static_cast<trouble>(choices % 5);
  steps_ = 1 + choices / 5 % 12;
}

void troubled_disk::lose_power() {
  disk_.lose_power(chance_.roll(static_cast<std::uint32_t>(disk_.unsynced()) + 1));
}

disk_outcome troubled_disk::outcome_of(disk_call what) {
  const bool reads = what == disk_call::get || what == disk_call::scan || what == disk_call::last_before;
  const bool fails = kind_ == trouble::everything     ? true
                     : kind_ == trouble::writing      ? what == disk_call::write || what == disk_call::sync
                     : kind_ == trouble::now_and_then ? chance_.roll(3) == 0
                     : kind_ == trouble::reading      ? reads && chance_.roll(2) == 0
                                                      : what == disk_call::open || what == disk_call::sync ||
                                                       (what == disk_call::write && chance_.roll(2) == 0);
  if (!fails)
    return disk_outcome::done;
  return what == disk_call::write && chance_.roll(3) == 0 ? disk_outcome::half_failed : disk_outcome::fails;
}

} // namespace mpac::tests
