// One hostile connection at a time, again and again, each in its own bad way.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace mpac::bench::hostile {

/// What an intruder does; see bench/README.md.
enum class habit : std::uint8_t { silent, trickling, garbage, malformed, guessing, passing };
inline constexpr std::size_t habits = 6;

/// What all of them have done.
struct deeds {
  std::uint64_t opened = 0;      ///< connections that the hub took
  std::uint64_t refused = 0;     ///< that could not be made
  std::uint64_t ended = 0;       ///< connections that the hub ended
  std::uint64_t upgraded = 0;    ///< answered with 101
  std::uint64_t turned_away = 0; ///< answered with another status
  std::uint64_t hellos = 0;      ///< bad credentials shown
  std::uint64_t answers = 0;     ///< frames that came back
  std::uint64_t admitted = 0;    ///< SESSION_INFOs: there must be none
};

/// Where to, and how.
struct plan {
  sockaddr_in hub{};
  std::string session = "hostile";
  std::int64_t pause = 1'000'000'000; ///< nanoseconds before somebody who was thrown out comes again
  std::int64_t trickle = 200'000'000; ///< between two bytes
  std::uint32_t addresses = 100;      ///< of this machine, 127.1.0.1 and on, that they come from
};

/// On one thread, watched by one epoll. Uses no more than one descriptor.
class intruder {
public:
  intruder(const plan& how, deeds& done, std::uint32_t number, int epoll);
  ~intruder();
  intruder(const intruder&) = delete;
  intruder& operator=(const intruder&) = delete;

  /// Epoll has something to tell.
  void ready(std::uint32_t events, std::int64_t now);
  /// The time it asked for has come.
  void due(std::int64_t now);
  /// When it wants `due`, in nanoseconds; 0: not at all.
  [[nodiscard]] std::int64_t wants() const noexcept { return when_; }

private:
  void come(std::int64_t now);
  void go(std::int64_t now);
  void connected(std::int64_t now);
  void heard(std::string_view bytes, std::int64_t now);
  void upgraded();
  void misframe();
  void guess();
  void send(std::string_view bytes);

  const plan& how_;
  deeds& done_;
  std::uint32_t number_;
  habit habit_;
  int epoll_;
  int socket_ = -1;
  bool connecting_ = false;
  bool is_upgraded_ = false;
  std::int64_t when_ = 1; // at once
  std::uint32_t trickled_ = 0;
  std::uint32_t attempt_ = 0;
  std::string heard_;
};

} // namespace mpac::bench::hostile
