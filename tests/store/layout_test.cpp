// first_layout.txt holds bytes as they were written once: what a disk keeps has to be read for ever.
#include "store/encoding.hpp"
#include "tests/store/places.hpp"
#include "tests/store/samples.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/catch_result.hpp"

#include <fstream>
#include <iostream>
#include <sstream>

using namespace mpac;
using namespace mpac::tests;

namespace {

protocol::decision only(protocol::event what) {
  protocol::decision made;
  made.events.push_back(std::move(what));
  return made;
}

std::string written(const protocol::decision& made) {
  std::string bytes;
  store::append_decision(bytes, made);
  return bytes;
}

protocol::decision read(std::string_view bytes) {
  auto made = store::take_decision(bytes, store::part::everything);
  if (!made)
    FAIL(made.error().what);
  CHECK(bytes.empty());
  return std::move(*made);
}

/// By name: "image", "decision", and "event-0" and so on.
std::vector<std::pair<std::string, std::string>> samples_as_written() {
  std::vector<std::pair<std::string, std::string>> all{{"image", store::encode(filled_in_image())},
                                                       {"decision", written(filled_in_decision())}};
  for (auto& e : one_event_of_each_kind())
    all.emplace_back("event-" + std::to_string(e.index()), written(only(std::move(e))));
  return all;
}

std::string to_hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes)
    hex += {digits[static_cast<unsigned char>(byte) / 16], digits[static_cast<unsigned char>(byte) % 16]};
  return hex;
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

/// What was written once by one name, oldest first.
std::vector<std::string> written_once(const std::string& name) {
  std::ifstream file(MPAC_SOURCE_DIR "/tests/store/first_layout.txt");
  std::vector<std::string> all;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string its_name, hex;
    words >> its_name >> hex;
    if (its_name == name)
      all.push_back(from_hex(hex));
  }
  return all;
}

constexpr auto how_to_mend = "members and alternatives may be appended, nothing else: fill the new ones in in the "
                             "samples and append the lines that differ (store_tests \"[write-layout]\")";

} // namespace

TEST_CASE("every sample is written as it once was, so that what is kept can be read for ever", "[8.1.1.2-18]") {
  for (const auto& [name, bytes] : samples_as_written()) {
    CAPTURE(name, how_to_mend);
    const auto known = written_once(name);
    REQUIRE_FALSE(known.empty());
    CHECK(to_hex(known.back()) == to_hex(bytes));
  }
}

TEST_CASE("what was written once is read as the same, new members at their defaults", "[8.1.1.2-18]") {
  const auto now = filled_in_image();
  for (const auto& bytes : written_once("image")) {
    const auto once = store::decode_image(bytes);
    REQUIRE(once);
    CHECK(parts<protocol::session_image>::all(*once, now, as_far_as_known{}));
  }
  for (const auto& e : one_event_of_each_kind())
    for (const auto& bytes : written_once("event-" + std::to_string(e.index()))) {
      CAPTURE(e.index());
      const auto once = read(bytes);
      REQUIRE(once.events.size() == 1);
      CHECK(as_far_as_known{}(once.events.front(), e));
    }
  for (const auto& bytes : written_once("decision")) {
    const auto once = read(bytes);
    auto then = filled_in_decision();
    REQUIRE(once.events.size() <= then.events.size()); // kinds are appended
    for (std::size_t i = 0; i < once.events.size(); ++i)
      CHECK(as_far_as_known{}(once.events[i], then.events[i]));
    then.events = once.events;
    if (!once.chain) // what it did not have yet
      then.chain.reset();
    CHECK(written(once) == written(then));
  }
}

TEST_CASE("the samples hold every kind of event, and fill in every member") {
  const auto events = one_event_of_each_kind();
  REQUIRE(events.size() == std::variant_size_v<protocol::event>);
  for (std::size_t i = 0; i < events.size(); ++i) {
    CAPTURE(i);
    CHECK(events[i].index() == i);
    std::visit(
        []<class One>(const One& one) {
          CHECK(parts<One>::all(one, one, [](const auto& member, const auto&) { return filled_in{}(member); }));
        },
        events[i]);
  }
  CHECK(parts<protocol::session_image>::all(filled_in_image(), filled_in_image(), filled_in{}));
}

TEST_CASE("prints the samples as they are written now", "[.][write-layout]") {
  for (const auto& [name, bytes] : samples_as_written())
    std::cout << name << ' ' << to_hex(bytes) << '\n';
}
