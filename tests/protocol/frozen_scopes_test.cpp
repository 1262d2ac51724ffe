#include "protocol/frozen_scopes.hpp"

#include "protocol/resource_registry.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>

using namespace mpac::protocol;

namespace {

const conflict_id c1("c1"), c2("c2");

std::vector<std::string> holders(const frozen_scopes::listing& parts) {
  std::vector<std::string> ids;
  for (const auto* one : parts)
    ids.push_back(one->of.str());
  std::sort(ids.begin(), ids.end());
  return ids;
}

using names = std::vector<std::string>;

} // namespace

TEST_CASE("a target is found in what is frozen, whatever kind of scope that is", "[18.6.2-01][18.6.2-02]") {
  frozen_scopes frozen;
  CHECK(frozen.empty());
  CHECK(frozen.at("a.py").empty());
  frozen.add(c1, {file_set({"a.py", "b.py"}), task_set({"t1"})});
  frozen.add(c2, {resource_path("src/**"), entity_set({"e1"})});
  CHECK(holders(frozen.at("./a.py")) == names{"c1"});
  CHECK(holders(frozen.at("t1")) == names{"c1"});
  CHECK(holders(frozen.at("src/x/y.py")) == names{"c2"});
  CHECK(holders(frozen.at("e1")) == names{"c2"});
  CHECK(frozen.at("c.py").empty());
  CHECK(frozen.at("").empty());
  frozen.remove(c1);
  CHECK(frozen.at("a.py").empty());
  CHECK_FALSE(frozen.empty());
  frozen.remove(c2);
  frozen.remove(c2);
  CHECK(frozen.empty());
}

TEST_CASE("a scope is held when all of it is frozen, by one conflict or by several", "[18.6.2-03][18.6.2-04]") {
  frozen_scopes frozen;
  frozen.add(c1, {file_set({"a.py"})});
  frozen.add(c2, {file_set({"b.py"}), resource_path("src/*")});
  CHECK(frozen.hold(file_set({"a.py"})));
  CHECK(frozen.hold(file_set({"a.py", "b.py"})));
  CHECK(frozen.hold(file_set({"src/x.py"})));
  CHECK_FALSE(frozen.hold(file_set({"a.py", "c.py"})));
  CHECK_FALSE(frozen.hold(task_set({"a.py"})));
  CHECK(holders(frozen.touching(file_set({"a.py", "c.py"}))) == names{"c1"});
  CHECK(holders(frozen.touching(resource_path("*.py"))) == names{"c1", "c2"});
  CHECK(frozen.touching(file_set({"c.py"})).empty());
}

TEST_CASE("an opaque scope is frozen for its like alone", "[18.6.2-03]") {
  scope query;
  query.kind = scope_kind::query;
  query.kind_text = "query";
  query.expression = "module = scheduler";
  frozen_scopes frozen;
  frozen.add(c1, {query});
  CHECK(frozen.hold(query));
  auto other = query;
  other.expression = "module = optimiser";
  CHECK_FALSE(frozen.hold(other));
  CHECK(frozen.at("scheduler.py").empty());
  frozen.remove(c1);
  CHECK_FALSE(frozen.hold(query));
}

TEST_CASE("a target is found by the URI it stands for", "[15.2.3-03][18.6.2-02]") {
  const auto registry = std::make_shared<const resource_registry>(
      std::vector<resource_mapping>{{"resource://p/train", {{"file_set", "train.yaml"}, {"entity_set", "training"}}}});
  frozen_scopes frozen(registry);
  frozen.add(c1, {entity_set({"training"})});
  CHECK(holders(frozen.at("train.yaml")) == names{"c1"});
  CHECK(holders(frozen.at("resource://p/train")) == names{"c1"});
  CHECK(frozen.hold(file_set({"train.yaml"})));
  CHECK(frozen.at("other.yaml").empty());
}
