// `mpac schema`: the JSON Schemas of the wire (SPEC 13.1).
#include "protocol/wire/schema_printer.hpp"

#include "tools/mpac/command.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <ostream>
#include <string>

namespace mpac::tools::commands {
namespace {

struct wanted {
  std::string name, folder;
  bool lists = false;
};

/// `messages/op_commit.schema.json` is OP_COMMIT, `objects/scope.schema.json` is scope.
std::string name_of(const std::string& path) {
  const auto slash = path.find('/');
  auto name = path.substr(slash == path.npos ? 0 : slash + 1);
  name.resize(name.find('.'));
  if (path.starts_with("messages/"))
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
  return name;
}

/// One schema that holds all the others: what refers to `objects/scope.schema.json` finds it by its `$id`.
std::string bundle(const std::vector<protocol::schema_file>& all) {
  std::string text = "{\n\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n\"$ref\": " +
                     boost::json::serialize(boost::json::string(all.front().path)) + ",\n\"$defs\": {";
  for (const auto& each : all) {
    const auto id = boost::json::serialize(boost::json::string(each.path));
    text += (&each == &all.front() ? "\n" : ",\n") + id + ": {\n  \"$id\": " + id + ',' +
            each.text.substr(each.text.find('{') + 1);
    text.erase(text.find_last_not_of('\n') + 1);
  }
  return text + "\n}\n}\n";
}

exit_code write_all(const std::filesystem::path& folder, const std::vector<protocol::schema_file>& all,
                    const console& with) {
  for (const auto& each : all) {
    const auto file = folder / each.path;
    std::error_code failed;
    std::filesystem::create_directories(file.parent_path(), failed);
    std::ofstream out(file, std::ios::binary);
    if (!(out << each.text) || !out.flush())
      return with.sorry(exit_code::bad, "can't write " + file.string());
  }
  with.out << "wrote " << all.size() << " schemas to " << folder.string() << '\n';
  return exit_code::good;
}

exit_code print(const wanted& what, const console& with) {
  const auto all = protocol::json_schemas();
  if (what.lists) {
    for (const auto& each : all)
      with.out << name_of(each.path) << '\n';
    return exit_code::good;
  }
  if (!what.folder.empty())
    return write_all(what.folder, all, with);
  if (what.name.empty()) {
    with.out << bundle(all);
    return exit_code::good;
  }
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& each) { return name_of(each.path) == what.name; });
  if (found == all.end())
    return with.sorry(exit_code::misused,
                      "there is no schema '" + printable(what.name) + "'; `mpac schema --list` names them all");
  with.out << found->text;
  return exit_code::good;
}

} // namespace

command schema() {
  return {
      .name = "schema",
      .summary = "Print the JSON Schemas of the protocol's messages",
      .about =
          "The schemas (draft 2020-12) say what a strict session demands. Without a name they come as one schema that\n"
          "holds all of them and demands an envelope; each keeps its own $id, by which the others refer to it.",
      .examples = {{"mpac schema > mpac.schema.json", "everything, to validate whole messages with"},
                   {"mpac schema OP_COMMIT",
                    "the payload of one message; `mpac schema envelope` is what goes around it"},
                   {"mpac schema --out-dir schemas", "a file each: envelope, objects/, messages/"}},
      .options = [](CLI::App& app) -> action {
        const auto what = std::make_shared<wanted>();
        auto* name = app.add_option("NAME", what->name, "A message type, envelope, scope, watermark, basis or outcome");
        auto* list = app.add_flag("--list", what->lists, "Print the names of all schemas")->excludes(name);
        app.add_option("--out-dir", what->folder, "Write all schemas to this folder")
            ->type_name("DIR")
            ->excludes(name)
            ->excludes(list);
        return [what](const console& with) { return print(*what, with); };
      }};
}

} // namespace mpac::tools::commands
