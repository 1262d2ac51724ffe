#include "protocol/workspace/state_ref_format.hpp"

#include <algorithm>
#include <array>

namespace mpac::protocol {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view hexadecimal = "0123456789abcdefABCDEF";

bool is_made_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

bool has_no_blank(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) > ' '; });
}

struct spelling {
  std::string_view format;
  std::string_view looks;
  bool (*fits)(std::string_view);
};

constexpr std::array spellings{
    spelling{"sha256", "\"sha256:\" and a name of the content",
             [](std::string_view ref) {
               constexpr std::string_view prefix = "sha256:";
               return ref.size() > prefix.size() && ref.starts_with(prefix) && has_no_blank(ref);
             }},
    spelling{"git_hash", "7 to 64 hexadecimal digits",
             [](std::string_view ref) { return ref.size() >= 7 && ref.size() <= 64 && is_made_of(ref, hexadecimal); }},
    spelling{"monotonic_version", "a decimal number", [](std::string_view ref) { return is_made_of(ref, digits); }},
};
constexpr spelling any_other{{}, "text without blanks", &has_no_blank};

} // namespace

std::optional<std::string_view> expected_state_ref(std::string_view ref, std::string_view format) {
  if (ref.empty() || ref == absent_state_ref)
    return std::nullopt;
  const auto known =
      std::find_if(spellings.begin(), spellings.end(), [&](const spelling& one) { return one.format == format; });
  const auto& wanted = known == spellings.end() ? any_other : *known;
  return wanted.fits(ref) ? std::nullopt : std::optional(wanted.looks);
}

} // namespace mpac::protocol
