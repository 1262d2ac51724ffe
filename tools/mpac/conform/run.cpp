#include "tools/mpac/conform/run.hpp"

namespace mpac::tools::conform {
namespace {

finding played(const check& one, const run_terms& against, record& kept_in) {
  finding result{&one, outcome::passed, {}};
  try {
    scene stage(against, kept_in, one.name);
    one.play(stage);
  } catch (const not_applicable& why) {
    result.outcome = outcome::skipped;
    result.seen = why.what();
  } catch (const surprise& what) {
    result.outcome = outcome::failed;
    result.seen = what.what();
  }
  return result;
}

finding judged(const check& one, const record& all) {
  auto wrong = one.judge(all);
  return {&one, wrong.empty() ? outcome::passed : outcome::failed, std::move(wrong)};
}

} // namespace

bool selection::holds(const check& one) const {
  return (layers.empty() || layers.contains(std::string(word_of(one.layer)))) &&
         (names.empty() || names.contains(std::string(one.name)));
}

std::vector<finding> play(const run_terms& against, const selection& which,
                          const std::function<void(const finding&)>& told) {
  std::vector<finding> findings;
  record everything;
  bool was_anybody_heard = false;
  for (const auto& one : all_checks()) {
    if (!which.holds(one))
      continue;
    if (one.play) {
      findings.push_back(played(one, against, everything));
    } else {
      for (const auto& talk : everything.conversations)
        was_anybody_heard = was_anybody_heard || !talk.heard.empty();
      findings.push_back(was_anybody_heard ? judged(one, everything)
                                           : finding{&one, outcome::skipped, "nothing was heard to judge"});
    }
    told(findings.back());
  }
  return findings;
}

std::optional<std::string> is_unreachable(const run_terms& terms) {
  const auto url = session_url(terms.url, terms.session.empty() ? "conform" : terms.session);
  if (!url)
    return "the URL " + url.error();
  road on;
  auto over = open_socket(on, {*url, terms.ca_file}, std::chrono::steady_clock::now() + terms.how_long.answer);
  return over ? std::nullopt : std::optional(over.error());
}

} // namespace mpac::tools::conform
