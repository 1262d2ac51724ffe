#include "tools/mpac/write_back/record.hpp"

#include "tools/mpac/json.hpp"

namespace mpac::tools::write_back {

std::string to_text(const session_record& of) {
  json::object files;
  for (const auto& [path, known] : of.files) {
    json::object entry{{"state_ref", known.ref}};
    if (known.is_ours)
      entry["written_first_here"] = true;
    if (!known.kept_aside.empty())
      entry["kept_aside"] = known.kept_aside;
    files[path] = std::move(entry);
  }
  return indented(json::object{{"session", of.session}, {"files", std::move(files)}}) + '\n';
}

base::result<session_record, std::string> read_record(std::string_view text) {
  boost::system::error_code failed;
  const auto parsed = json::parse(text, failed);
  if (failed)
    return base::fail("is no JSON: " + failed.message());
  const auto* files = find(parsed, "files");
  if (!files || !files->is_object() || text_at(parsed, "session").empty())
    return base::fail(std::string("names no session, or no files"));
  session_record read{std::string(text_at(parsed, "session")), {}};
  for (const auto& [path, entry] : files->get_object()) {
    known_file known;
    known.ref = text_at(entry, "state_ref");
    if (known.ref.empty())
      return base::fail("has no state_ref for " + std::string(path));
    const auto* ours = find(entry, "written_first_here");
    known.is_ours = ours && ours->is_bool() && ours->get_bool();
    known.kept_aside = text_at(entry, "kept_aside");
    read.files.emplace(path, std::move(known));
  }
  return read;
}

} // namespace mpac::tools::write_back
