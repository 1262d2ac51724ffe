#include "cluster/claim_request.hpp"

#include "config/table_reader.hpp"

#include <utility>

namespace mpac::cluster {
namespace {

constexpr config::rule decisions{.fits = [](std::string_view text) { return text == "approve" || text == "reject"; },
                                 .wanted = "\"approve\" or \"reject\""};
constexpr config::rule anything{};

} // namespace

base::result<claim_request, config::problems> read_claim_request(protocol::claim_id claim, std::string_view json) {
  const config::origin where{config::origin::kind::request, "request body"};
  auto tree = config::parse_json(json, where);
  if (!tree)
    return base::fail(config::problems{tree.error()});
  config::problems found;
  std::string decision, reason, by;
  config::table_reader reader{"", found};
  for (const auto& one : *tree->as_table()) {
    if (one.name == "decision")
      reader.value(one, one.name, decisions, decision);
    else if (one.name == "reason")
      reader.value(one, one.name, anything, reason);
    else if (one.name == "by")
      reader.value(one, one.name, anything, by);
    else
      found.push_back({one.named_at, one.name, "unknown key", config::nearest(one.name, {"decision", "reason", "by"})});
  }
  if (decision.empty() && found.empty())
    found.push_back({where, "decision", "is missing", ""});
  if (!found.empty())
    return base::fail(std::move(found));
  claim_request wanted;
  wanted.said.claim_id = std::move(claim);
  wanted.said.decision = decision == "approve" ? protocol::claim_verdict::approved : protocol::claim_verdict::rejected;
  if (!reason.empty())
    wanted.said.reason = std::move(reason);
  if (!by.empty())
    wanted.by = protocol::principal_id(std::move(by));
  return wanted;
}

} // namespace mpac::cluster
