// Layer files: the shared workspace beside the protocol. The specification has none of it; existing clients rely on it.
#include "tools/mpac/conform/scene.hpp"

namespace mpac::tools::conform {
namespace {

/// The state_ref of a file that is not there: that of no content.
constexpr std::string_view nothing = "sha256:e3b0c44298fc1c14";

visitor& join_with_files(scene& s) {
  auto& alice = s.join("alice");
  alice.send_text(R"({"type":"FILE_LIST"})");
  s.only_if(alice.may_hear("FILE_LIST_RESPONSE") != nullptr,
            "the coordinator does not answer FILE_LIST: it shares no files");
  return alice;
}

/// Commits a new file with this content; its path.
std::string write_file(const scene& s, visitor& as, std::string_view content) {
  const auto intent = fresh_name("intent"), file = fresh_name("file") + ".txt", op = fresh_name("op");
  const json::object change{{"state_ref_before", nothing},
                            {"file_changes", {{file, {{"content", content}, {"state_ref_before", nothing}}}}}};
  as.announce(intent, {file});
  as.commit(op, intent, file, change);
  if (text_at(s.info(), "execution_model") == "pre_commit") { // that was the request
    as.hears("COORDINATOR_STATUS", {{"event", "authorization"}, {"authorized_op_id", op}});
    as.commit(op, intent, file, change);
  }
  return file;
}

void files_are_listed(scene& s) {
  auto& alice = s.join("alice");
  alice.send_text(R"({"type":"FILE_LIST"})");
  const auto* list = alice.may_hear("FILE_LIST_RESPONSE");
  s.only_if(list != nullptr, "the coordinator does not answer FILE_LIST: it shares no files");
  if (const auto* files = find(list->body, "files"); !files || !files->is_array())
    throw surprise("files is no list: " + brief(*list));
}

void missing_files_are_told(scene& s) {
  auto& alice = join_with_files(s);
  const auto file = fresh_name("nothing");
  alice.send_text(json::serialize(json::object{{"type", "FILE_READ"}, {"path", file}}));
  alice.hears("FILE_ERROR", {{"path", file}});
}

void everybody_hears_of_a_change(scene& s) {
  auto& alice = join_with_files(s);
  auto& bob = s.join("bob");
  const auto file = write_file(s, alice, "hello\n");
  bob.hears("FILE_UPDATED", {{"path", file}, {"updated_by", alice.principal()}});
  alice.hears("FILE_UPDATED", {{"path", file}});
}

void what_was_written_is_read(scene& s) {
  auto& alice = join_with_files(s);
  auto& bob = s.join("bob");
  const auto file = write_file(s, alice, "hello\n");
  bob.hears("FILE_UPDATED", {{"path", file}});
  bob.send_text(json::serialize(json::object{{"type", "FILE_READ"}, {"path", file}}));
  // The first sixteen digits of the SHA-256 of "hello\n".
  bob.hears("FILE_CONTENT", {{"path", file}, {"content", "hello\n"}, {"state_ref", "sha256:5891b5b522d5df08"}});
}

void content_is_not_relayed(scene& s) {
  auto& alice = join_with_files(s);
  auto& bob = s.join("bob");
  const auto file = write_file(s, alice, "hello\n");
  const auto& told = bob.hears("OP_COMMIT", {{"target", file}});
  if (find(told.body, "payload.file_changes"))
    throw surprise("OP_COMMIT is told with its file_changes");
}

void stale_changes_are_refused(scene& s) {
  auto& alice = join_with_files(s);
  const auto file = write_file(s, alice, "hello\n");
  alice.hears("FILE_UPDATED", {{"path", file}});
  const auto intent = fresh_name("intent");
  alice.announce(intent, {file});
  const auto id = alice.commit(
      fresh_name("op"), intent, file,
      {{"state_ref_before", "sha256:1111111111111111"},
       {"file_changes", {{file, {{"content", "lost"}, {"state_ref_before", "sha256:1111111111111111"}}}}}});
  alice.is_refused(id, {"STALE_STATE_REF"});
  alice.send_text(json::serialize(json::object{{"type", "FILE_READ"}, {"path", file}}));
  alice.hears("FILE_CONTENT", {{"path", file}, {"content", "hello\n"}});
}

void the_session_is_summed_up(scene& s) {
  auto& alice = s.join("alice");
  alice.send_text(R"({"type":"SESSION_SUMMARY"})");
  const auto* told = alice.may_hear("SESSION_SUMMARY_RESPONSE");
  s.only_if(told != nullptr, "the coordinator does not answer SESSION_SUMMARY");
  if (text_at(told->body, "session.session_id") != alice.session())
    throw surprise("session.session_id is not that of the session: " + brief(*told));
}

} // namespace

std::vector<check> file_checks() {
  constexpr auto here = layer::files;
  constexpr auto how = level::practice;
  constexpr std::string_view of = "workspace";
  // clang-format off
  return {
    {"files-are-listed", here, how, of, "", "FILE_LIST is answered with the files", files_are_listed},
    {"missing-files-are-told", here, how, of, "", "FILE_READ of a file that is not there: FILE_ERROR", missing_files_are_told},
    {"everybody-hears-of-a-change", here, how, of, "", "file_changes of OP_COMMIT: everybody hears FILE_UPDATED", everybody_hears_of_a_change},
    {"what-was-written-is-read", here, how, of, "", "FILE_READ tells what was committed, with the state_ref of that content", what_was_written_is_read},
    {"content-is-not-relayed", here, how, of, "", "the others hear OP_COMMIT without file_changes", content_is_not_relayed},
    {"stale-changes-are-refused", here, how, of, "", "OP_COMMIT on another state than the file's: STALE_STATE_REF, nothing is changed", stale_changes_are_refused},
    {"the-session-is-summed-up", here, how, of, "", "SESSION_SUMMARY is answered for the session", the_session_is_summed_up},
  };
  // clang-format on
}

} // namespace mpac::tools::conform
