#include "protocol/rules/rules.hpp"
#include "protocol/wire/encoder.hpp"
#include "protocol/workspace/path_rules.hpp"
#include "protocol/workspace/served_size.hpp"
#include "protocol/workspace/unicode_text.hpp"

#include <algorithm>

namespace mpac::protocol::rules {
namespace {

sideband_answer reply_to(const file_list_request&, const draft& out) {
  file_list_response listing;
  for (const auto& [path, file] : out.facts().files().files())
    listing.files.push_back({path, file.state_ref(), static_cast<std::int64_t>(file.size())});
  return listing;
}

sideband_answer reply_to(const file_read_request& asked, const draft& out) {
  const auto* file = out.facts().files().find(asked.path);
  if (!file) // "File not found" are the words existing clients know
    return file_error{std::string(shortened(asked.path, max_path_bytes)),
                      path_fault(asked.path) ? "File not found: the path " + std::string(*path_fault(asked.path))
                                             : std::string("File not found")};
  return file_content{asked.path, file->content(), file->state_ref()};
}

sideband_answer reply_to(const session_summary_request&, const draft& out) {
  return session_summary_response{overview_of(out.facts(), out.now())};
}

/// Leaves the newer half of the longest list out; the counts still tell how many there are.
void abridge(session_overview& view) {
  const std::size_t longest =
      std::max({view.participants.size(), view.active_intents.size(), view.open_conflicts.size()});
  const auto halve = [&](auto& list) {
    if (list.size() == longest)
      list.resize(longest / 2);
  };
  halve(view.participants);
  halve(view.active_intents);
  halve(view.open_conflicts);
}

} // namespace

void answer(const sideband_request& request, seat_number seat, draft& out) {
  auto said = std::visit([&](const auto& asked) { return reply_to(asked, out); }, request);
  auto frame = encode(said);
  // Existing clients drop the connection on a larger frame; files are kept small enough when they come.
  for (auto* summary = std::get_if<session_summary_response>(&said);
       summary && frame->payload().size() > max_served_bytes; frame = encode(said))
    abridge(summary->session);
  out.send(audience::at(seat), std::move(frame));
}

session_overview overview_of(const session& facts, base::instant now) {
  session_overview view;
  view.session_id = facts.origin().id;
  if (!facts.origin().workspace_dir.empty())
    view.workspace_dir = facts.origin().workspace_dir;
  view.captured_at = base::to_rfc3339(now);
  for (const auto& who : facts.people()) {
    ++view.participant_count;
    view.participants.push_back(
        {who.principal_id, who.display_name, who.roles, who.status, who.is_available, base::to_rfc3339(who.last_seen)});
  }
  for (const auto* intent : facts.intents().all()) {
    if (is_terminal(facts.state_of(*intent, now)))
      continue;
    const auto* claim = facts.claims().on(intent->intent_id);
    view.active_intents.push_back({intent->intent_id, intent->principal_id, intent->objective,
                                   std::string(to_string(intent->state)), intent->scope,
                                   claim ? std::optional(claim->claimant) : std::nullopt});
  }
  for (const auto* conflict : facts.conflicts().all())
    view.open_conflicts.push_back({conflict->conflict_id, conflict->category.text(), conflict->severity.text(),
                                   std::string(to_string(conflict->state)), conflict->principal_a,
                                   conflict->principal_b, conflict->intent_a, conflict->intent_b});
  view.active_intent_count = static_cast<std::int64_t>(view.active_intents.size());
  view.open_conflict_count = static_cast<std::int64_t>(view.open_conflicts.size());
  return view;
}

} // namespace mpac::protocol::rules
