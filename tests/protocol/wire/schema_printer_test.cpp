// The printed schemas say the same as the published ones (where those are at hand), but for differences listed here.
#include "protocol/wire/schema_printer.hpp"

#include "tests/support/catch.hpp"

#include <rapidjson/document.h>
#include <rapidjson/istreamwrapper.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

using namespace mpac::protocol;

namespace {

using facts = std::set<std::string>;

void collect(const rapidjson::Value& schema, const std::string& at, facts& out);

void collect_conditions(const rapidjson::Value& all, const std::string& at, facts& out) {
  for (const auto& entry : all.GetArray()) {
    if (!entry.HasMember("if") || !entry["then"].HasMember("required"))
      continue;
    for (const auto& [field, value] : entry["if"]["properties"].GetObject())
      for (const auto& name : entry["then"]["required"].GetArray())
        if (value.HasMember("const"))
          out.insert(at + ": when " + field.GetString() + " is " + value["const"].GetString() + " requires " +
                     name.GetString());
  }
}

/// What a schema demands, as sentences: who requires what, and which words are allowed.
void collect(const rapidjson::Value& schema, const std::string& at, facts& out) {
  if (!schema.IsObject())
    return;
  if (schema.HasMember("required") && schema["required"].IsArray())
    for (const auto& name : schema["required"].GetArray())
      out.insert(at + ": requires " + name.GetString());
  if (schema.HasMember("enum"))
    for (const auto& word : schema["enum"].GetArray())
      out.insert(at + ": may be " + word.GetString());
  if (schema.HasMember("const"))
    out.insert(at + ": is " + schema["const"].GetString());
  if (schema.HasMember("minItems"))
    out.insert(at + ": must not be empty");
  if (schema.HasMember("properties"))
    for (const auto& [name, inner] : schema["properties"].GetObject())
      collect(inner, at + "." + name.GetString(), out);
  if (schema.HasMember("items"))
    collect(schema["items"], at + "[]", out);
  if (schema.HasMember("allOf"))
    collect_conditions(schema["allOf"], at, out);
}

std::string name_of(const std::string& path) {
  std::string name = std::filesystem::path(path).filename().string();
  return name.substr(0, name.find('.'));
}

facts printed(const std::string& path) {
  for (const auto& file : json_schemas())
    if (file.path == path) {
      rapidjson::Document schema;
      schema.Parse(file.text.c_str());
      facts out;
      collect(schema, name_of(path), out);
      return out;
    }
  return {};
}

std::filesystem::path published_folder() {
  return std::filesystem::path(MPAC_SOURCE_DIR).parent_path() / "shared/data/schema";
}

facts published(const std::filesystem::path& file) {
  std::ifstream in(file);
  rapidjson::IStreamWrapper stream(in);
  rapidjson::Document schema;
  schema.ParseStream(stream);
  facts out;
  collect(schema, name_of(file.string()), out);
  return out;
}

/// Does any known difference begin this sentence? Those that do are `used`.
bool excused(const std::string& fact, const facts& known, facts& used) {
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const std::string& start) { return fact.rfind(start, 0) == 0; });
  if (found != known.end())
    used.insert(*found);
  return found != known.end();
}

/// Sentences of the published schemas that ours do not have, and why.
const facts left_out{
    "basis.kind: may be",               // an open list (O-015), as the next four
    "basis.match_type: may be",         //
    "conflict_report.category: may be", //
    "conflict_report.severity: may be", //
    "scope.kind: may be",               //
    "watermark.kind: may be",           // 12.3-03: further kinds may be supported
    "session_info.liveness_policy",     // carried as the session's own JSON
    "heartbeat.backend_health.alternatives[]",
};

/// Sentences of ours that the published schemas do not have, and why.
const facts added{
    "envelope.message_type: may be INTENT_DEFERRED",               // came with v0.1.14
    "envelope: when message_type is OP_COMMIT requires watermark", // SPEC 7.3, 12.5, 18.7
    "envelope: when message_type is CONFLICT_REPORT requires watermark",
    "envelope: when message_type is RESOLUTION requires watermark",
    "protocol_error.error_code: may be STALE_INTENT",    // came with v0.1.15
    "protocol_error.error_code: may be STALE_STATE_REF", // ours, as the reference's
    "protocol_error.error_code: may be mpac_cluster.",   // ours
    "heartbeat.extensions.mpac_cluster.claim_decision",  // ours (O-069)
    "heartbeat.extensions.key_rotation",                 // named in SPEC 23.1.6, shaped in O-156
};

} // namespace

TEST_CASE("every schema is JSON, names its draft and its references lead somewhere", "[13-01]") {
  const auto files = json_schemas();
  CHECK(files.size() == 1 + 4 + 22);
  for (const auto& file : files) {
    CAPTURE(file.path);
    rapidjson::Document schema;
    schema.Parse(file.text.c_str());
    REQUIRE_FALSE(schema.HasParseError());
    CHECK(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema");
    for (std::size_t at = file.text.find("\"$ref\": \""); at != std::string::npos;
         at = file.text.find("\"$ref\": \"", at + 1)) {
      const std::size_t begin = at + 9;
      const auto target =
          std::filesystem::path(file.path).parent_path() / file.text.substr(begin, file.text.find('"', begin) - begin);
      CHECK(std::any_of(files.begin(), files.end(),
                        [&](const auto& other) { return other.path == target.lexically_normal(); }));
    }
  }
}

TEST_CASE("the printed schemas demand what the published ones demand, but for known differences",
          "[13.1-01][13.1-02][13.1-03]") {
  if (!std::filesystem::exists(published_folder())) {
    WARN("the published schemas are not at hand");
    return;
  }
  std::size_t compared = 0;
  facts used;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(published_folder())) {
    if (!entry.is_regular_file())
      continue;
    const auto theirs = published(entry.path());
    const auto ours = printed(std::filesystem::relative(entry.path(), published_folder()).generic_string());
    ++compared;
    for (const auto& fact : theirs)
      if (!ours.count(fact) && !excused(fact, left_out, used))
        FAIL_CHECK("only published: " << fact);
    for (const auto& fact : ours)
      if (!theirs.count(fact) && !excused(fact, added, used))
        FAIL_CHECK("only printed: " << fact);
  }
  CHECK(compared == 1 + 4 + 21);
  CHECK(used.size() == left_out.size() + added.size());
}

TEST_CASE("the message published later than the schemas is printed by its table", "[13.1.INTENT_DEFERRED-01]") {
  CHECK(printed("messages/intent_deferred.schema.json") == facts{"intent_deferred: requires deferral_id",
                                                                 "intent_deferred.status: may be expired",
                                                                 "intent_deferred.status: may be resolved"});
}
