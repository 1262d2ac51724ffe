#include "config/printer.hpp"

#include "config/key.hpp"
#include "tests/config/loading.hpp"

#include <rapidcheck.h>

using namespace mpac::config;
using namespace mpac::config::testing;

namespace {

rc::Gen<std::string> any_text() {
  return rc::gen::element<std::string>("x", "ünïcode ∞", "a\"b\\c", "line\nbreak\ttab", "=#[]{}'", "\x01\x7f", " ",
                                       "0.1.7");
}

/// A value that the key takes, in TOML, from the key's own rule and default.
std::string any_value(const rule& allowed, const node& usual) {
  if (std::holds_alternative<bool>(usual.value))
    return *rc::gen::arbitrary<bool>() ? "true" : "false";
  if (allowed.most > allowed.least) {
    const auto most = static_cast<std::int64_t>(std::min(allowed.most, 1e9));
    const auto whole = *rc::gen::inRange<std::int64_t>(static_cast<std::int64_t>(allowed.least) + 1, most);
    const bool fraction = std::holds_alternative<double>(usual.value) && *rc::gen::arbitrary<bool>();
    return to_toml(give(whole)) + (fraction ? "." + std::to_string(*rc::gen::inRange(0, 999'999)) : "");
  }
  if (std::holds_alternative<node::list>(usual.value))
    return to_toml(give(*rc::gen::container<std::vector<std::string>>(any_text())));
  if (std::holds_alternative<std::string>(usual.value)) {
    const std::string text = *any_text();
    return allowed.fits && !allowed.fits(text) ? to_toml(usual) : to_toml(give(text));
  }
  return "{ default_role = " + to_toml(give(*any_text())) + ", role_assignments = { " + to_toml_name(*any_text()) +
         " = [\"owner\"] }, role_constraints = { x = { max_count = 3 } } }";
}

/// Sets a key by its path when the value is taken (a word outside a list is not, and leaves the key as it was).
template <class Target>
void set_some(std::span<const key<Target>> keys, Target& target) {
  for (const auto& each : keys) {
    if (!*rc::gen::arbitrary<bool>())
      continue;
    auto tree = parse_toml("value = " + any_value(each.allowed, each.read(target)), {});
    RC_ASSERT(tree.has_value());
    problems ignored;
    each.assign(target, tree->as_table()->front().content, each, std::string{each.path}, ignored);
  }
}

bool consistent(const mpac::protocol::session_policy& policy) {
  return mpac::protocol::contradictions(policy).empty();
}

} // namespace

TEST_CASE("what is printed loads to the same settings") {
  CHECK(good(print(settings{})) == settings{});

  const settings all =
      good("[listen]\nport = 0\nhello_timeout_sec = 0.000001\n"
           "[session]\nsecurity_profile = \"authenticated\"\nworkspace_dir = \"a \\\"b\\\" \\\\ \\u0007\"\n"
           "[session.role_policy.role_assignments]\n\"agent:alice\" = [\"owner\", \"arbiter\"]\n"
           "[session.role_policy.role_constraints.arbiter]\nmax_count = 0\n"
           "[sessions.same]\n"
           "[sessions.\"a:b.c\"]\nstrict = true\nworkspace_dir = \"\"\n"
           "[sessions.no-roles]\nsecurity_profile = \"open\"\n[sessions.no-roles.role_policy]\n");
  CHECK(good(print(all)) == all);
  CHECK(!good(print(all)).sessions.at("no-roles").policy.role_policy);
  CHECK(good(print(all)).sessions.contains("same"));
}

TEST_CASE("whatever the settings are, what is printed loads to the same") {
  rc::check("print, then load", [] {
    settings all;
    set_some(hub_keys(), all);
    set_some(policy_keys(), all.session.policy);
    for (const char* id : {"a", "B:1.x"}) {
      named_session_settings named{all.session.workspace_dir, all.session.policy};
      set_some(policy_keys(), named.policy);
      if (*rc::gen::arbitrary<bool>())
        named.policy.role_policy.reset();
      if (*rc::gen::arbitrary<bool>() && consistent(named.policy))
        all.sessions.emplace(id, named);
    }
    RC_PRE(consistent(all.session.policy));
    if (all.listen.tls.cert_file.empty() || all.listen.tls.key_file.empty())
      all.listen.tls = {};
    if (all.listen.tls.client_ca_file.empty())
      all.listen.tls.require_client_cert = false;
    if (all.auth.jwt.issuer.empty() || all.auth.jwt.audience.empty())
      all.auth.jwt.keys_file.clear();
    if (all.auth.x509_trust_anchors_file.empty())
      all.auth.x509_crl_file.clear();
    if (!all.auth.webhook.ca_file.empty())
      all.auth.webhook.url = "https://idp.example/";
    all.coordinator.key_file = "hub.key";
    if (all.admin.tls.cert_file.empty() || all.admin.tls.key_file.empty())
      all.admin.tls = {};
    RC_PRE(all.admin.port != all.listen.port || all.admin.address != all.listen.address);
    const auto loaded = load_text(print(all));
    if (!loaded)
      RC_FAIL(to_string(loaded.error().front()) + '\n' + print(all));
    RC_ASSERT(*loaded == all);
  });
}
