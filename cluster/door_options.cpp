#include "cluster/door_options.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace mpac::cluster {

net::listen_options street_options(const config::settings& from, std::shared_ptr<const net::tls_context> tls,
                                   metrics& figures, log& journal) {
  net::listen_options options;
  options.address = from.listen.address;
  options.port = from.listen.port;
  options.max_connections = from.listen.max_connections;
  options.max_message_bytes = from.listen.max_message_bytes;
  options.handshake_timeout = from.listen.handshake_timeout;
  options.hello_timeout = from.listen.hello_timeout;
  options.ping_interval = from.listen.ping_interval;
  options.compression = from.listen.compression;
  options.outbox_bytes = from.limits.outbox_bytes;
  options.allowed_origins = from.listen.allowed_origins;
  options.tls = std::move(tls);
  options.by_address = {from.limits.connections_per_address, from.limits.handshakes_per_address};
  options.on_written = [&figures](base::duration since_read) { figures.frame_written(since_read); };
  options.on_mistake = [&journal](const std::string& why) {
    journal.error("connection", "closed after a mistake in the program", {{"err", why}});
  };
  return options;
}

net::admin_options admin_options(const config::settings& from, std::string token,
                                 std::shared_ptr<const net::tls_context> tls, std::shared_ptr<chronicle> watch,
                                 std::shared_ptr<failed_attempts> attempts) {
  net::admin_options options;
  options.address = from.admin.address;
  options.port = from.admin.port;
  options.token = std::move(token);
  options.tls = std::move(tls);
  options.turned_away_for = [attempts](const std::string& address) {
    return attempts->refused_for(address, base::now());
  };
  options.on_refused = [attempts, watch = std::move(watch)](net::admin_refused why, const std::string& address) {
    if (why == net::admin_refused::wrong_token)
      attempts->failed(address, base::now());
    watch->admin_refused(why, address);
  };
  return options;
}

admin_token read_admin_token(const std::string& file) {
  admin_token read;
  if (file.empty())
    return read;
  std::ifstream in(file);
  if (!std::getline(in, read.text) || read.text.empty())
    throw std::runtime_error("admin.token_file: '" + file + "' has no token in its first line");
  using std::filesystem::perms;
  constexpr auto everybody_else = perms::group_read | perms::group_write | perms::others_read | perms::others_write;
  std::error_code unknown; // it may be gone
  const auto facts = std::filesystem::status(file, unknown);
  if (!unknown && (facts.permissions() & everybody_else) != perms::none)
    read.warning = "admin.token_file: others than its owner can read or change '" + file + "'; chmod 600 it if you can";
  return read;
}

} // namespace mpac::cluster
