// When a question is put again that had no answer, and after how long.
#pragma once

#include "client/agent/model.hpp"

#include <optional>

namespace mpac::client::agent {

/// The wait doubles from `first` to `longest`, and up to half of it is left to chance. What the provider asks for
/// itself is kept instead; where that is more than `longest_asked` it is not tried again.
struct retry_terms {
  std::uint32_t attempts = 5; ///< all in all
  base::duration first = std::chrono::milliseconds{500};
  base::duration longest = std::chrono::seconds{30};
  base::duration longest_asked = std::chrono::minutes{2};
};

/// True where the same question may be answered when it is put again.
[[nodiscard]] bool may_pass(trouble why) noexcept;

/// How long to wait before the next attempt after `failed.attempts` of them; nothing: it is of no use. `chance` is from
/// 0 up to 1.
[[nodiscard]] std::optional<base::duration> wait_before_retry(const model_error& failed, const retry_terms& how,
                                                              double chance);

/// What the headers `retry-after-ms` and `retry-after` say, the latter in seconds or as a date (RFC 9110 10.2.3).
[[nodiscard]] std::optional<base::duration> retry_after(std::string_view milliseconds, std::string_view seconds_or_date,
                                                        base::instant now);

} // namespace mpac::client::agent
