// What all sessions of one admin listener share: its terms, and who may pass.
#pragma once

#include "net/admin_listener.hpp"
#include "net/browser_pages.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::net {

/// What is seen of a request before the house sees it.
struct shown_at_desk {
  std::string_view path;
  const std::string& address;                    ///< it came from
  std::optional<std::string_view> authorization; ///< nothing: there was no such field
  page_fields page;
};

/// Thread-safe where it may change.
class admin_desk {
public:
  admin_desk(http_house& house, admin_options options) : house(house), options(std::move(options)) {}

  void change_token(std::string token);
  void change_tls(std::shared_ptr<const tls_context> tls);
  [[nodiscard]] std::shared_ptr<const tls_context> tls() const;

  /// The answer to a request that may not pass; nothing: it may. On the admin thread.
  [[nodiscard]] std::optional<http_answer> refusal_of(const shown_at_desk& shown) const;
  /// Tells whoever wants to know. On the admin thread.
  void note_refused(admin_refused why, const std::string& address) const {
    if (options.on_refused)
      options.on_refused(why, address);
  }

  /// Runs `action` if the listener still runs, and keeps it from stopping meanwhile. Any thread.
  template <class Action>
  void while_open(Action action) {
    const std::lock_guard lock(gate_);
    if (open_)
      action();
  }
  /// From here on while_open() does nothing.
  void close() {
    const std::lock_guard lock(gate_);
    open_ = false;
  }

  http_house& house;
  const admin_options options; ///< but the token, and tls()
  std::atomic<std::size_t> sessions{0};

private:
  struct refusal {
    admin_refused why;
    http_answer answer;
  };
  [[nodiscard]] std::optional<refusal> judge(const shown_at_desk& shown) const;
  [[nodiscard]] std::optional<refusal> judge_token(const shown_at_desk& shown, std::string_view expected) const;
  [[nodiscard]] std::string token() const;

  mutable std::mutex guard_;
  std::string token_ = options.token;                    // guarded by guard_
  std::shared_ptr<const tls_context> tls_ = options.tls; // guarded by guard_
  std::mutex gate_;
  bool open_ = true; // guarded by gate_
};

/// Equal or not, in a time that does not tell how much of it was.
[[nodiscard]] bool equal_secrets(std::string_view given, std::string_view expected);

} // namespace mpac::net
