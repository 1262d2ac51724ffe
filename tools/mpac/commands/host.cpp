// `mpac host`: a hub in this process that shares one directory, until Ctrl-C.
#include "config/loader.hpp"
#include "security/base64url.hpp"
#include "security/digest.hpp"
#include "tools/mpac/command.hpp"
#include "tools/mpac/guest_keys.hpp"
#include "tools/mpac/hosted_session.hpp"
#include "tools/mpac/hosting.hpp"
#include "tools/mpac/json.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <ostream>
#include <system_error>

namespace mpac::tools::commands {
namespace {

struct wanted {
  hosting what;
  std::string directory, data_dir;
  std::vector<std::string> guests;
  bool writes_back = false, as_json = false;
};

/// The keys of a session with named guests; none when everybody may come.
using keys = std::vector<guest_key>;

void tell_json(const hosting& what, const keys& guests, const std::vector<std::string>& urls, std::size_t files,
               const console& with) {
  json::array let_in;
  for (const auto& each : guests)
    let_in.push_back(json::object{
        {"principal_id", each.who.principal_id},
        {"key_file", each.file.string()},
        {"line", line_for_guest(urls.front(), what, each.who.principal_id, each.file.filename().string())}});
  with.out << json::serialize(json::object{{"session", what.session},
                                           {"urls", json::array(urls.begin(), urls.end())},
                                           {"files", files},
                                           {"guests", std::move(let_in)}})
           << std::endl;
}

void tell(const hosting& what, const keys& guests, const std::vector<std::string>& urls, std::size_t files,
          bool writes_back, const console& with) {
  with.out << "Sharing " << printable(what.directory.string()) << " (" << files << (files == 1 ? " file" : " files")
           << ") as session " << with.painted(colour::bold, what.session) << " at\n";
  for (const auto& url : urls)
    with.out << "  " << url << '\n';
  if (guests.empty())
    with.out << "\nA guest types, with a name of their own:\n\n  " << line_for_guest(urls.front(), what, "NAME", "")
             << '\n';
  for (const auto& each : guests)
    with.out << "\nHand " << printable(each.file.string()) << (each.is_new ? " (new)" : "") << " to "
             << printable(each.who.principal_id) << ", over a way you trust, who types:\n\n  "
             << line_for_guest(urls.front(), what, each.who.principal_id, each.file.filename().string()) << '\n';
  with.out << '\n'
           << (writes_back ? "What is committed is written back here."
                           : "What is committed stays in the session until `mpac sync` writes it back.")
           << " Ctrl-C ends it.\n"
           << std::endl;
}

/// What was wanted, with everything that follows from it; the error is a sentence.
base::result<hosting, std::string> completed(const wanted& from) {
  auto what = from.what;
  std::error_code failed;
  what.directory = std::filesystem::canonical(from.directory, failed);
  if (failed || !std::filesystem::is_directory(what.directory))
    return base::fail(from.directory + " is no folder that can be shared" + (failed ? ": " + failed.message() : ""));
  if (what.session.empty())
    what.session = session_for(what.directory);
  if (!config::is_session_id(what.session))
    return base::fail(std::string("--session must be 1 to 128 characters of A-Z a-z 0-9 . _ ~ : @ -"));
  if (what.tls_certificate.empty() != what.tls_key.empty())
    return base::fail(std::string("--tls-cert and --tls-key go together"));
  for (const auto& text : from.guests) {
    auto read = read_guest(text);
    if (!read)
      return base::fail(read.error());
    what.guests.push_back(std::move(*read));
  }
  what.data_dir = from.data_dir.empty() ? what.directory / ".mpac" / "hub" : std::filesystem::path(from.data_dir);
  if (!what.guests.empty())
    what.api_keys_file = (what.directory / ".mpac" / "api-keys.toml").string();
  return what;
}

exit_code host(const wanted& from, const console& with) {
  auto what = completed(from);
  if (!what)
    return with.sorry(exit_code::misused, what.error());
  hosted_session session(*what, from.writes_back, with);
  const auto begun = session.remember_what_is_there();
  if (!begun)
    return with.sorry(exit_code::misused, begun.error());
  const auto own_key = security::write_base64url(security::random_key());
  keys guests;
  if (!what->guests.empty()) {
    auto made = write_guest_keys(what->guests, what->session, what->directory / ".mpac" / "guests", what->api_keys_file,
                                 {hosted_session::own_name, {"observer"}}, own_key);
    if (!made)
      return with.sorry(exit_code::bad, made.error());
    guests = std::move(*made);
    session.use_credential(own_key);
  }
  const auto settings = config::load({{}, {}, settings_of(*what)});
  if (!settings) {
    std::string mistakes;
    for (const auto& each : settings.error())
      mistakes += (mistakes.empty() ? "" : "\n") + to_string(each);
    return with.sorry(exit_code::misused, mistakes);
  }
  for (const auto& each : dangers_of(*what))
    with.warn(each);
  return session.serve(*settings, [&](std::uint16_t port) {
    std::vector<std::string> urls;
    for (const auto& address : reachable_at(settings->listen.address))
      urls.push_back(url_of(what->has_tls(), address, port));
    if (from.as_json)
      tell_json(*what, guests, urls, *begun, with);
    else
      tell(*what, guests, urls, *begun, from.writes_back, with);
  });
}

} // namespace

command host() {
  return {
      .name = "host",
      .summary = "Share a directory from this machine: a hub with one session, until Ctrl-C",
      .about = "Starts a hub in this process and shares the text files of DIR (no `.git`, `node_modules` and the "
               "like) as one\nsession's workspace. The session's name is drawn at random unless you give one: who "
               "knows it and reaches the\nport may join. Sessions are kept in DIR/.mpac/hub: the same --session again "
               "goes on where it ended, with\nthe files as they were in the session.\n\n"
               "By default only this machine can reach it. --listen 0.0.0.0 opens it to the network; then name your\n"
               "guests with --guest, and encrypt with --tls-cert and --tls-key, or go through a tunnel.",
      .examples = {{"mpac host .", "for agents on this machine"},
                   {"mpac host . --write-back", "and what they commit appears in this folder"},
                   {"mpac host . --listen 0.0.0.0 --guest bob --guest human:carol=reviewer",
                    "on the LAN, for these two, each with a key"},
                   {"mpac host . --listen 0.0.0.0 --tls-cert hub.pem --tls-key hub.key --guest bob",
                    "the same, and nobody reads along"}},
      .options = [](CLI::App& app) -> action {
        const auto from = std::make_shared<wanted>();
        auto& what = from->what;
        app.add_option("DIR", from->directory, "The folder to share")->type_name("DIR")->required();
        app.add_option("--session", what.session, "The session's name; else drawn at random")->type_name("SESSION");
        app.add_option("--listen", what.address, "The address to listen on; 0.0.0.0 is all of this machine's")
            ->type_name("ADDRESS")
            ->capture_default_str();
        app.add_option("--port", what.port, "The port; 0 takes any free one")->type_name("PORT")->capture_default_str();
        app.add_flag("--write-back", from->writes_back, "Write what is committed to DIR, as `mpac sync` does");
        app.add_option("--guest", from->guests,
                       "Let in this one, with a key of their own, and nobody who is not named; repeat for more")
            ->type_name("NAME[=ROLE,...]")
            ->allow_extra_args(false);
        app.add_option("--tls-cert", what.tls_certificate, "This hub's certificate, then its issuers': PEM")
            ->type_name("FILE");
        app.add_option("--tls-key", what.tls_key, "The certificate's key: PEM, for your eyes alone")->type_name("FILE");
        app.add_option("--data-dir", from->data_dir, "Where sessions are kept; else DIR/.mpac/hub")->type_name("DIR");
        app.add_option("--set", what.more_settings, "Any other key of cluster.toml: section.key=value; repeat for more")
            ->type_name("KEY=VALUE")
            ->allow_extra_args(false);
        app.add_flag("--json", from->as_json, "Print session, addresses and guests as one line of JSON");
        return [from](const console& with) { return host(*from, with); };
      }};
}

} // namespace mpac::tools::commands
