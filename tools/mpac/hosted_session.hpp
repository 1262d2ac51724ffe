// The one session of `mpac host`: its hub, and what becomes of its files on the disk, from start to Ctrl-C.
#pragma once

#include "base/result.hpp"
#include "client/options.hpp"
#include "config/settings.hpp"
#include "tools/mpac/console.hpp"
#include "tools/mpac/hosting.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace mpac::tools {

/// For one thread, which must be the only one of its process when `serve` begins.
class hosted_session {
public:
  /// The principal that reads the session's files for the directory.
  static constexpr const char* own_name = "service:host";

  hosted_session(hosting what, bool writes_back, const console& with)
      : what_(std::move(what)), writes_back_(writes_back), with_(with) {}

  /// Records the files as they are: what the session changes is measured by that. Says how many are shared, and warns
  /// of those that are not. The error is a sentence.
  [[nodiscard]] base::result<std::size_t, std::string> remember_what_is_there();
  /// What the hub wants to see of `own_name`, when it wants that.
  void use_credential(std::string api_key) { api_key_ = std::move(api_key); }

  /// Runs the hub until SIGINT, SIGTERM, SIGHUP, or the session's end. `is_ready` is called once, with the port.
  [[nodiscard]] exit_code serve(const config::settings& settings, const std::function<void(std::uint16_t)>& is_ready);

private:
  [[nodiscard]] client::options own_options(const config::settings& settings, std::uint16_t port) const;
  /// Until a signal; the files are written meanwhile, or only compared at the end.
  [[nodiscard]] exit_code stay(const client::options& how);

  hosting what_;
  bool writes_back_;
  console with_;
  std::string api_key_;
};

} // namespace mpac::tools
