#include "tests/fuzz/stored_bytes_check.hpp"

#include "protocol/decide.hpp"
#include "store/encoding.hpp"

#include <optional>
#include <stdexcept>
#include <string>

namespace mpac::tests {
namespace {

bool says_where(const store::fault& why) {
  return why.what.find(", at byte ") != std::string::npos;
}

/// Nothing where the image is no session's, and its maker says so.
std::optional<protocol::session> made_of(protocol::session_image image) {
  try {
    return protocol::session(std::move(image));
  } catch (const std::invalid_argument&) {
    return std::nullopt;
  }
}

const char* broken_by_image(std::string_view bytes) {
  auto image = store::decode_image(bytes);
  if (!image)
    return says_where(image.error()) ? nullptr : "a fault says where it is";
  const auto written = store::encode(*image);
  const auto again = store::decode_image(written);
  if (!again || store::encode(*again) != written)
    return "an image is written and read again the same";
  const auto made = made_of(std::move(*image));
  if (!made)
    return nullptr;
  const auto kept = store::encode(made->image());
  auto kept_image = store::decode_image(kept);
  if (!kept_image)
    return "the image of a session can be read";
  const auto remade = made_of(std::move(*kept_image));
  if (!remade || store::encode(remade->image()) != kept)
    return "a session is made again of its image";
  return protocol::next_deadline(*remade) == protocol::next_deadline(*made) ? nullptr : "its deadline is the same";
}

const char* broken_by_decisions(std::string_view bytes) {
  auto facts = bytes;
  for (auto rest = bytes; !rest.empty();) {
    const auto before = rest;
    const auto made = store::take_decision(rest, store::part::everything);
    const auto its_facts = store::take_decision(facts, store::part::facts);
    if (!made)
      return !says_where(made.error()) ? "a fault says where it is"
             : rest != before          ? "a fault takes nothing"
                                       : nullptr;
    if (!its_facts || facts != rest)
      return "the facts of what can be read can be read";
    std::string written, again;
    store::append_decision(written, *made);
    std::string_view from(written);
    const auto same = store::take_decision(from, store::part::everything);
    if (!same || !from.empty())
      return "a decision that was written can be read";
    store::append_decision(again, *same);
    if (again != written)
      return "a decision is written and read again the same";
  }
  return nullptr;
}

} // namespace

const char* broken_by_stored(std::string_view bytes) {
  const char* broken = broken_by_image(bytes);
  return broken ? broken : broken_by_decisions(bytes);
}

} // namespace mpac::tests
