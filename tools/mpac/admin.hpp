// A hub's admin API from the shell: which hub, with which token, and what its refusals mean (docs/operations.md).
#pragma once

#include "base/result.hpp"
#include "tools/mpac/console.hpp"
#include "tools/mpac/http_client.hpp"
#include "tools/mpac/json.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace CLI {
class App;
} // namespace CLI

namespace mpac::tools {

/// What the options say that all commands of the admin API share.
struct admin_access {
  std::string url = "http://127.0.0.1:8767";
  std::string token_file, ca_file;
};

/// Adds `--admin`, `--token-file` and `--ca-file`, with their variables of the environment.
[[nodiscard]] std::shared_ptr<admin_access> add_admin_options(CLI::App& app);

/// One paragraph for the help of each.
extern const char* const about_admin_access;

/// Asks for `target` below the API. Whatever goes wrong, a status of 400 and more too, has been said to `with.err`; the
/// error is the exit code for it. A warning is given before a token leaves this machine unencrypted.
[[nodiscard]] base::result<http_reply, exit_code>
ask_admin(const admin_access& how, const console& with, std::string method, std::string target,
          const std::function<void(std::string_view)>& piece = nullptr);

/// The answer as JSON, or the code after it was said that it is none.
[[nodiscard]] base::result<json::value, exit_code> read_answer(const http_reply& reply, const console& with);

/// What the hub sent, as it is, on a line of its own.
void print_line(std::string_view body, const console& with);

/// `/api/v1/sessions/<id>` with the id percent-encoded, and `rest` behind it.
[[nodiscard]] std::string session_target(std::string_view id, std::string_view rest = "");

} // namespace mpac::tools
