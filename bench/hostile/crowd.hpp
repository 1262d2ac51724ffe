// All intruders on one thread.
#pragma once

#include "bench/hostile/intruder.hpp"

#include <memory>
#include <vector>

namespace mpac::bench::hostile {

class crowd {
public:
  /// Throws std::system_error when there is no epoll.
  crowd(const plan& how, std::uint32_t count);
  ~crowd();
  crowd(const crowd&) = delete;
  crowd& operator=(const crowd&) = delete;

  /// Plays until `stop` is set. Says `{"ready":N}` on standard output when all have come a first time.
  void run(const volatile bool& stop);

  [[nodiscard]] const deeds& done() const noexcept { return done_; }

private:
  const plan& how_;
  deeds done_;
  int epoll_;
  std::vector<std::unique_ptr<intruder>> all_;
};

} // namespace mpac::bench::hostile
