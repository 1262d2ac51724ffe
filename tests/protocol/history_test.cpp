#include "protocol/history.hpp"

#include "tests/support/catch.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <deque>
#include <set>
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
      const auto known = std::find_if(model.begin(), model.end(), [id = id](const auto& m) { return m.first == id; });
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

TEST_CASE("what is needed is not forgotten until it is released, and keeps its place before all that is younger") {
  CHECK(rc::check("whatever is put, needed and released", [] {
    constexpr std::size_t limit = 4;
    history<int, int, limit> past;
    std::deque<std::pair<int, int>> held, model; // oldest first
    const auto needed = *rc::gen::container<std::set<int>>(rc::gen::inRange(0, 12));
    const auto puts = *rc::gen::container<std::vector<std::pair<int, bool>>>(
        rc::gen::pair(rc::gen::inRange(0, 12), rc::gen::arbitrary<bool>()));
    int value = 0;
    for (const auto& [id, releases] : puts) {
      const auto is_it = [id = id](const auto& m) { return m.first == id; };
      if (releases) {
        past.release(id);
        std::erase_if(held, is_it);
      } else {
        past.put(id, ++value, [&](int one) { return needed.contains(one); });
        bool is_known = false;
        for (auto* list : {&held, &model})
          for (auto& m : *list)
            if (is_it(m)) {
              m.second = value;
              is_known = true;
            }
        if (!is_known)
          model.emplace_back(id, value);
        if (model.size() > limit) {
          if (needed.contains(model.front().first))
            held.push_back(model.front());
          model.pop_front();
        }
      }
      RC_ASSERT(past.held() == held.size());
      RC_ASSERT(past.size() == held.size() + model.size());
      std::vector<std::pair<int, int>> expected(held.begin(), held.end()), found;
      expected.insert(expected.end(), model.begin(), model.end());
      past.for_each_with_id([&](int one, int what) { found.emplace_back(one, what); });
      RC_ASSERT(found == expected);
    }
  }));
}
