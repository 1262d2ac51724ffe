// `mpac transcript` and `mpac transcript verify`: what was said in a session, and whether nobody changed it since
// (SPEC 9.6.3, 23.1.3).
#include "tools/both/transcript_verification.hpp"
#include "tools/mpac/admin.hpp"
#include "tools/mpac/command.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <ostream>

#include <unistd.h>

namespace mpac::tools::commands {
namespace {

exit_code to_output(const admin_access& how, const std::string& session, const console& with) {
  const auto reply = ask_admin(how, with, "GET", session_target(session, "/transcript"),
                               [&](std::string_view piece) { with.out << piece; });
  if (!reply)
    return reply.error();
  return with.out ? exit_code::good : with.sorry(exit_code::bad, "can't write to standard output");
}

/// Under its name there is a whole transcript or none.
exit_code to_file(const admin_access& how, const std::string& session, const std::string& file, const console& with) {
  const auto begun = file + ".part-" + std::to_string(::getpid());
  std::ofstream out(begun, std::ios::binary);
  if (!out)
    return with.sorry(exit_code::misused, "can't write " + begun);
  const auto reply = ask_admin(how, with, "GET", session_target(session, "/transcript"),
                               [&](std::string_view piece) { out << piece; });
  out.close();
  std::error_code failed;
  if (reply && out) {
    std::filesystem::rename(begun, file, failed);
    if (!failed)
      return exit_code::good;
  }
  std::error_code ignored;
  std::filesystem::remove(begun, ignored);
  return reply ? with.sorry(exit_code::bad, "can't write " + file) : reply.error();
}

exit_code verify(const std::string& file, const std::string& certificate, bool as_json, const console& with) {
  const auto found = verify_transcript_file(file, certificate);
  if (!found) {
    if (as_json)
      with.out << json::serialize(json::value{{"good", false}, {"why", found.error()}}) << '\n';
    return with.sorry(exit_code::bad, printable(found.error()));
  }
  if (!as_json)
    describe(*found, !certificate.empty(), with.out);
  else
    with.out << json::serialize(json::value{{"good", true},
                                            {"session_id", found->session_id},
                                            {"first", found->first},
                                            {"last", found->last},
                                            {"signed_by_coordinator", found->coordinators},
                                            {"signed_by_participants", found->participants},
                                            {"refused", found->refused},
                                            {"unchecked", found->unchecked},
                                            {"checkpoints", found->checkpoints},
                                            {"redacted", json::value_from(found->redacted)},
                                            {"compared_with_certificate", !certificate.empty()}})
             << '\n';
  return exit_code::good;
}

} // namespace

command transcript() {
  return {
      .name = "transcript",
      .summary = "Print what was said in a session, or verify what was printed",
      .about = about_admin_access,
      .examples = {{"mpac transcript demo", "to standard output, JSON"},
                   {"mpac transcript demo --output demo.json", "to a file, which is there only if it is whole"},
                   {"mpac transcript verify demo.json --certificate hub.pem",
                    "is it whole, and did nobody change it?"}},
      .options = [](CLI::App& app) -> action {
        const auto how = add_admin_options(app);
        const auto session = std::make_shared<std::string>(), output = std::make_shared<std::string>();
        app.add_option("SESSION", *session, "Which session");
        app.add_option("-o,--output", *output, "Write to this file instead of standard output")->type_name("FILE");

        const auto file = std::make_shared<std::string>(), certificate = std::make_shared<std::string>();
        const auto as_json = std::make_shared<bool>(false);
        auto* verifying = app.add_subcommand("verify", "Tell whether an exported transcript is whole and unchanged");
        verifying->add_option("TRANSCRIPT", *file, "What `mpac transcript` wrote")->type_name("FILE")->required();
        verifying
            ->add_option("--certificate", *certificate,
                         "The coordinator's certificates; without them it is only compared with itself")
            ->type_name("FILE");
        verifying->add_flag("--json", *as_json, "Print what was found as one JSON object");
        teach(*verifying,
              "Of a verified session. Exit code 0: it is; 1: it is not, and the first thing that is wrong is told\n"
              "(docs/log.md). Nobody is asked: a file is all it takes.",
              {{"mpac transcript verify demo.json --certificate coordinator.pem", "against a certificate you trust"}});
        return [=](const console& with) {
          if (verifying->parsed())
            return verify(*file, *certificate, *as_json, with);
          if (session->empty())
            return with.sorry(exit_code::misused, "SESSION is required\nSee: mpac transcript --help");
          return output->empty() ? to_output(*how, *session, with) : to_file(*how, *session, *output, with);
        };
      }};
}

} // namespace mpac::tools::commands
