#include "client/agent/judgement.hpp"

#include "protocol/workspace/path_rules.hpp"
#include "protocol/workspace/served_size.hpp"
#include "protocol/workspace/unicode_text.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace mpac::client::agent {

using protocol::quoted_for_people;
using security::json_object;

namespace {

template <class T>
judged<T> as_judged(T value) {
  return {boost::system::in_place_value, std::move(value)};
}

base::failure<std::string> no(std::string why) {
  return base::fail(std::move(why));
}

const std::string* text_in(const json_object& said, std::string_view name) {
  return security::find_text(said, name);
}

std::optional<std::vector<std::string>> texts_in(const json_object& said, std::string_view name) {
  const auto* value = security::find(said, name);
  return value ? security::texts_of(*value) : std::nullopt;
}

std::string missing(std::string_view name, std::string_view kind) {
  return "`" + std::string(name) + "` is missing, or is no " + std::string(kind);
}

} // namespace

std::string on_one_line(std::string_view text, std::size_t bytes) {
  if (!protocol::is_utf8(text))
    return {};
  std::string line;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // Unicode's category Cc: U+0000 to U+001F, U+007F, and U+0080 to U+009F (C2 80 to C2 9F in UTF-8).
    const bool is_late_control = c == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0;
    if (c > 0x20 && c != 0x7f && !is_late_control)
      line += text[i];
    else if (!line.empty() && line.back() != ' ')
      line += ' ';
    i += is_late_control;
  }
  if (line.ends_with(' '))
    line.pop_back();
  return std::string(protocol::shortened(line, bytes));
}

judged<plan> judge_plan(const json_object& said, std::span<const protocol::listed_file> there,
                        const agent_options& limits) {
  plan made;
  const auto* objective = text_in(said, "objective");
  const auto* reason = text_in(said, "reason");
  const auto files = texts_in(said, "files");
  if (!objective)
    return no(missing("objective", "text"));
  if (!files)
    return no(missing("files", "list of texts"));
  made.objective = on_one_line(*objective);
  made.reason = reason ? on_one_line(*reason) : std::string();
  std::set<std::string_view> listed;
  for (const auto& each : there)
    listed.insert(each.path);
  for (const auto& path : *files) {
    if (const auto fault = protocol::path_fault(path))
      return no("the path " + quoted_for_people(path) + " " + std::string(*fault));
    if (!listed.contains(path))
      return no("there is no file " + quoted_for_people(path) + " in the workspace");
    if (std::find(made.files.begin(), made.files.end(), path) == made.files.end())
      made.files.push_back(path);
  }
  if (made.files.size() > limits.most_files)
    return no(std::to_string(made.files.size()) + " files are too many: " + std::to_string(limits.most_files) +
              " are the most for one task");
  if (made.objective.empty() && !made.files.empty())
    return no("`objective` is empty");
  return as_judged(std::move(made));
}

judged<stance> judge_stance(const json_object& said) {
  const auto* decision = text_in(said, "decision");
  const auto* reason = text_in(said, "reason");
  if (!decision || (*decision != "proceed" && *decision != "yield"))
    return no("`decision` is neither `proceed` nor `yield`");
  return as_judged(stance{*decision == "proceed", reason ? on_one_line(*reason) : std::string()});
}

judged<rewrite> judge_rewrite(const json_object& said, std::string_view path, std::string_view before,
                              const agent_options& limits) {
  const auto* action = text_in(said, "action");
  const auto* content = text_in(said, "content");
  const auto* summary = text_in(said, "summary");
  if (!action || (*action != "replace" && *action != "keep"))
    return no("`action` is neither `replace` nor `keep`");
  rewrite made{*action == "keep", {}, summary ? on_one_line(*summary) : std::string()};
  if (made.keeps)
    return as_judged(std::move(made));
  if (!content)
    return no(missing("content", "text"));
  if (*content == before)
    return no("`content` is what is in the file already; say `keep` if nothing has to be changed");
  if (content->empty())
    return no("`content` is empty, and the file would be too");
  if (!protocol::is_utf8(*content))
    return no("`content` is not UTF-8");
  if (content->size() > limits.longest_file || protocol::served_size(path, *content) > protocol::max_served_bytes)
    return no("`content` has " + std::to_string(content->size()) + " bytes, which is too long for a file here (" +
              std::to_string(limits.longest_file) + ")");
  if (content->size() > before.size() + std::max(limits.longest_growth, before.size()))
    return no("`content` has " + std::to_string(content->size()) + " bytes where there were " +
              std::to_string(before.size()) + ": the file may grow by " + std::to_string(limits.longest_growth) +
              ", or double");
  made.content = *content;
  if (made.summary.empty())
    made.summary = "changes " + std::string(path);
  return as_judged(std::move(made));
}

judged<protocol::resolution> judge_verdict(const json_object& said, const known_conflict& conflict) {
  using protocol::decision_kind;
  const auto* word = text_in(said, "decision");
  const auto decision = word ? protocol::from_word<decision_kind>(*word) : std::nullopt;
  constexpr std::array may_say{decision_kind::approved, decision_kind::rejected, decision_kind::dismissed,
                               decision_kind::merged};
  if (!decision || std::find(may_say.begin(), may_say.end(), *decision) == may_say.end())
    return no("`decision` is none of `approved`, `rejected`, `dismissed`, `merged`");
  const auto accepted = texts_in(said, "accepted");
  const auto rejected = texts_in(said, "rejected");
  if (!accepted || !rejected)
    return no(missing(accepted ? "rejected" : "accepted", "list of texts"));
  std::set<std::string_view> known;
  for (const auto& each : conflict.intents)
    known.insert(each.str());
  for (const auto& each : conflict.operations)
    known.insert(each.str());
  for (const auto* list : {&*accepted, &*rejected})
    for (const auto& id : *list)
      if (!known.contains(id))
        return no(quoted_for_people(id) + " is no part of this conflict");
  for (const auto& id : *accepted)
    if (std::find(rejected->begin(), rejected->end(), id) != rejected->end())
      return no(quoted_for_people(id) + " is both accepted and rejected");
  const bool lets_all_go_on = *decision == decision_kind::dismissed || *decision == decision_kind::merged;
  if (lets_all_go_on && !rejected->empty())
    return no("`" + *word + "` lets all go on, so `rejected` must be empty");
  if (*decision == decision_kind::rejected && !accepted->empty())
    return no("`rejected` lets none go on, so `accepted` must be empty");
  if (*decision == decision_kind::approved && accepted->empty())
    return no("`approved` accepts something, so `accepted` must name it");
  const auto* rationale = text_in(said, "rationale");
  protocol::resolution made;
  made.conflict_id = conflict.conflict_id;
  made.decision = *decision;
  made.rationale = rationale ? on_one_line(*rationale, 1000) : std::string();
  if (made.rationale->empty())
    return no("`rationale` is empty");
  made.outcome.emplace();
  if (*decision == decision_kind::merged)
    made.outcome->merged = *accepted;
  else if (!accepted->empty())
    made.outcome->accepted = *accepted;
  if (!rejected->empty())
    made.outcome->rejected = *rejected;
  else if (*decision == decision_kind::rejected)
    for (auto& all = made.outcome->rejected.emplace(); const auto& each : conflict.intents)
      all.push_back(each.str());
  return as_judged(std::move(made));
}

} // namespace mpac::client::agent
