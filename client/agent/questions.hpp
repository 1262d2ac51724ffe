// What a model is asked, and in which form it answers. Pure: texts in, questions out.
#pragma once

#include "client/agent/model.hpp"
#include "client/session_view.hpp"
#include "protocol/sideband.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::client::agent {

/// What others have written (files, objectives, descriptions) stands between two marks that hold `mark`: a text nobody
/// can know beforehand, so nothing written there can end the quotation. The model is told that it is data.
struct quoting {
  std::string mark;
};

/// Which files, and to what end? `unlisted`: how many more there are. Answer: `objective`, `files`, `reason`.
[[nodiscard]] question ask_plan(std::string_view task, std::span<const protocol::listed_file> files,
                                std::size_t unlisted, std::span<const known_intent* const> others, const quoting& how);

/// Go on, or leave it to the others? Answer: `decision`, `reason`.
[[nodiscard]] question ask_stance(std::string_view task, std::string_view objective, const known_conflict& conflict,
                                  std::span<const known_intent* const> others, const quoting& how);

/// What will be in the file? Answer: `action`, `content`, `summary`.
struct file_to_change {
  std::string path, content;
  std::uint32_t rebases = 0; ///< above 0: somebody has changed it while the model wrote
};
[[nodiscard]] question ask_change(std::string_view task, std::string_view objective, const file_to_change& file,
                                  const quoting& how);

/// Whose work stands? Answer: `decision`, `accepted`, `rejected`, `rationale`.
[[nodiscard]] question ask_verdict(const known_conflict& conflict, std::span<const known_intent* const> intents,
                                   const quoting& how);

/// The same question after an answer that was of no use, and why it was: quoted, for it may repeat words of the answer,
/// and so of others. `how` has a mark of its own.
[[nodiscard]] question ask_again(question asked, std::string_view why, const quoting& how);

} // namespace mpac::client::agent
