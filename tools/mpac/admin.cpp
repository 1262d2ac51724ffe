#include "tools/mpac/admin.hpp"

#include "base/host_and_port.hpp"
#include "base/percent_encoding.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <optional>
#include <ostream>
#include <utility>

namespace mpac::tools {
namespace {

std::optional<std::string> token_in(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string token{std::istreambuf_iterator<char>(in), {}};
  token.erase(token.find_last_not_of(" \t\r\n") + 1);
  return in.is_open() && !token.empty() && token.find_first_of("\r\n") == token.npos ? std::optional(token)
                                                                                     : std::nullopt;
}

exit_code code_of(unsigned status) {
  return status == 401 || status == 403 ? exit_code::not_let_in : exit_code::refused;
}

/// `{"error":{"code":…,"message":…}}`, or whatever else came.
std::string reason_in(const http_reply& reply) {
  boost::system::error_code no;
  const auto body = json::parse(reply.body, no);
  const auto message = no ? std::string_view() : text_at(body, "error.message");
  auto reason = "the hub answers " + std::to_string(reply.status);
  if (!message.empty())
    reason += ": " + printable(message);
  if (reply.status == 401)
    reason += "; --token-file or MPAC_ADMIN_TOKEN_FILE names the file with the token";
  return reason;
}

} // namespace

const char* const about_admin_access =
    "It asks the admin listener of a hub. The token, if the hub wants one (admin.token_file), is read from a file, or\n"
    "from MPAC_ADMIN_TOKEN in the environment; it is never an argument, which everybody on the machine could see.";

std::shared_ptr<admin_access> add_admin_options(CLI::App& app) {
  auto how = std::make_shared<admin_access>();
  app.add_option("--admin", how->url, "The hub's admin listener")
      ->type_name("URL")
      ->envname("MPAC_ADMIN")
      ->capture_default_str();
  app.add_option("--token-file", how->token_file, "The file with the token")
      ->type_name("FILE")
      ->envname("MPAC_ADMIN_TOKEN_FILE");
  app.add_option("--ca-file", how->ca_file, "Whom to believe over https: PEM; else the system's authorities")
      ->type_name("FILE")
      ->envname("MPAC_ADMIN_CA_FILE");
  return how;
}

base::result<http_reply, exit_code> ask_admin(const admin_access& how, const console& with, std::string method,
                                              std::string target, const std::function<void(std::string_view)>& piece) {
  auto server = net::read_web_url(how.url, net::web_schemes::http);
  if (!server)
    return base::fail(with.sorry(exit_code::misused, "--admin " + printable(how.url) + ' ' + server.error()));
  http_order what{*std::move(server), std::move(method), std::move(target), {}, how.ca_file};
  if (what.server.target != "/")
    what.target.insert(0, what.server.target.substr(0, what.server.target.find_last_not_of('/') + 1));
  if (!how.token_file.empty()) {
    auto token = token_in(how.token_file);
    if (!token)
      return base::fail(with.sorry(exit_code::misused, "can't read a token from " + how.token_file));
    what.token = *std::move(token);
  } else if (const char* token = std::getenv("MPAC_ADMIN_TOKEN")) {
    what.token = token;
    if (what.token.find_first_of("\r\n") != what.token.npos)
      return base::fail(with.sorry(exit_code::misused, "MPAC_ADMIN_TOKEN holds a line break"));
  }
  if (!what.token.empty() && !what.server.is_encrypted && !base::is_this_machine(what.server.host))
    with.warn("the token goes to " + what.server.host + " unencrypted");
  auto reply = ask(what, piece);
  if (!reply)
    return base::fail(with.sorry(reply.error().code, reply.error().what));
  if (reply->status < 200 || reply->status >= 300)
    return base::fail(with.sorry(code_of(reply->status), reason_in(*reply)));
  return *std::move(reply);
}

base::result<json::value, exit_code> read_answer(const http_reply& reply, const console& with) {
  boost::system::error_code no;
  json::parse_options how;
  how.max_depth = 256;
  auto value = json::parse(reply.body, no, {}, how);
  if (no)
    return base::fail(with.sorry(exit_code::bad, "the answer is no JSON: " + no.message()));
  return value;
}

void print_line(std::string_view body, const console& with) {
  with.out << body.substr(0, body.find_last_not_of('\n') + 1) << '\n';
}

std::string session_target(std::string_view id, std::string_view rest) {
  return "/api/v1/sessions/" + base::percent_encoded(id) + std::string(rest);
}

} // namespace mpac::tools
