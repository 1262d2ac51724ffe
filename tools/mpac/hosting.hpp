// Sharing a directory from this machine: the hub's configuration for it, its guests' credentials, and what is said to
// whoever shares it and to the guests (docs/getting-started.md).
#pragma once

#include "base/result.hpp"
#include "tools/mpac/credentials.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tools {

/// Somebody who may come in, when not everybody may.
struct guest {
  std::string principal_id;
  std::vector<std::string> roles = {"contributor"};
};

/// `agent:bob`, or `bob` for the same, with roles after `=`: `human:carol=reviewer,contributor`. The error is a
/// sentence.
[[nodiscard]] base::result<guest, std::string> read_guest(std::string_view text);

struct hosting {
  std::filesystem::path directory;
  std::string session;
  std::string address = "127.0.0.1";
  std::uint16_t port = 8766; ///< 0: any free one
  std::string tls_certificate, tls_key;
  std::vector<guest> guests;              ///< none: everybody who reaches the port is let in
  std::filesystem::path data_dir;         ///< where the hub keeps the session
  std::string api_keys_file;              ///< with guests
  std::vector<std::string> more_settings; ///< `section.key=value`, after all the others

  [[nodiscard]] bool has_tls() const noexcept { return !tls_certificate.empty(); }
};

/// The folder's name, fit for a session's id, and something nobody guesses: who knows it may join.
[[nodiscard]] std::string session_for(const std::filesystem::path& directory);

/// The hub's configuration, each as config::load takes it: the one session with its workspace, and no other.
[[nodiscard]] std::vector<std::string> settings_of(const hosting& what);

/// What whoever shares should know before strangers do. A sentence each; empty when all is well.
[[nodiscard]] std::vector<std::string> dangers_of(const hosting& what);

/// Under which addresses the hub can be reached that listens on `address`: itself, or of `0.0.0.0` and `::` those of
/// this machine's interfaces.
[[nodiscard]] std::vector<std::string> reachable_at(const std::string& address);

/// `ws://host:port`, in which IPv6 addresses have brackets.
[[nodiscard]] std::string url_of(bool has_tls, const std::string& host, std::uint16_t port);

/// What a guest types; `credential_file` as the guest calls it, empty: without.
[[nodiscard]] std::string line_for_guest(const std::string& url, const hosting& what, std::string_view name,
                                         std::string_view credential_file);

/// The file name of a guest's key: the principal id with nothing in it that a file system minds.
[[nodiscard]] std::string key_file_name(std::string_view principal_id);

} // namespace mpac::tools
