// Recorded conversations of the protocol's own demos, where they are at hand, are read without refusal.
#include "protocol/wire/decoder.hpp"
#include "protocol/wire/encoder.hpp"
#include "tests/support/catch.hpp"

#include <rapidjson/document.h>
#include <rapidjson/istreamwrapper.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <filesystem>
#include <fstream>

using namespace mpac::protocol;

namespace {

std::filesystem::path folder() {
  return std::filesystem::path(MPAC_SOURCE_DIR).parent_path() / "shared/data/transcripts";
}

std::string text_of(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

/// One transcript was written by hand and gives its file sets `items` where the specification says `resources`.
bool has_items_for_resources(const rapidjson::Value& envelope) {
  const auto& payload = envelope["payload"];
  return payload.HasMember("scope") && payload["scope"].HasMember("items");
}

} // namespace

TEST_CASE("recorded conversations are read, and written back the same", "[13-01][20.1-01]") {
  if (!std::filesystem::exists(folder())) {
    WARN("the transcripts are not at hand");
    return;
  }
  std::size_t read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder())) {
    CAPTURE(entry.path());
    std::ifstream in(entry.path());
    rapidjson::IStreamWrapper stream(in);
    rapidjson::Document transcript;
    transcript.ParseStream(stream);
    REQUIRE(transcript.IsArray());
    for (const auto& step : transcript.GetArray()) {
      const auto& message = step.HasMember("envelope") ? step["envelope"] : step; // one step is the bare message
      const std::string text = text_of(message);
      CAPTURE(text);
      decoder reader;
      const auto result = reader.decode(text, strictness::lenient);
      if (has_items_for_resources(message)) {
        REQUIRE_FALSE(result.has_value());
        CHECK(result.error().description == "payload.scope.resources: missing, as kind is file_set");
        continue;
      }
      INFO((result ? std::string{} : result.error().description));
      REQUIRE(result.has_value());
      const auto again = reader.decode(encode(std::get<envelope>(*result)), strictness::lenient);
      REQUIRE(again.has_value());
      CHECK(*again == *result);
      ++read;
    }
  }
  CHECK(read > 50);
}
