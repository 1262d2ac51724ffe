#include "protocol/history.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

using mpac::protocol::history;

TEST_CASE("a history forgets the oldest first and takes a record again in its old place") {
  history<int, int, 3> past;
  CHECK(past.size() == 0);
  CHECK(past.find(1) == nullptr);
  for (int i = 1; i <= 3; ++i)
    past.put(i, i * 10);
  past.put(1, 11);
  CHECK(*past.find(1) == 11);
  past.put(4, 40);
  CHECK(past.find(1) == nullptr);
  CHECK(past.size() == 3);
}

TEST_CASE("a history is the last so many of a list") {
  CHECK(rc::check("whatever is put", [](const std::vector<std::pair<std::uint8_t, int>>& puts) {
    history<int, int, 5> past;
    std::deque<std::pair<int, int>> model;
    for (const auto& [id, value] : puts) {
      past.put(id, value);
      const auto known = std::find_if(model.begin(), model.end(), [&](const auto& m) { return m.first == id; });
      if (known != model.end())
        known->second = value;
      else
        model.emplace_back(id, value);
      if (model.size() > 5)
        model.pop_front();
    }
    std::vector<int> expected, found;
    for (const auto& [id, value] : model) {
      expected.push_back(value);
      RC_ASSERT(past.find(id) && *past.find(id) == value);
    }
    past.for_each([&](int value) { found.push_back(value); });
    RC_ASSERT(found == expected);
    RC_ASSERT(past.size() == model.size());
  }));
}
