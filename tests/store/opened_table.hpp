// What the tests of a durable table share: opening it or failing, and the words of a fault in their reports.
#pragma once

#include "store/rocksdb_table.hpp"
#include "tests/store/printed_fault.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <memory>
#include <string_view>

namespace mpac::store {

inline std::unique_ptr<table> open(const std::filesystem::path& folder, const rocksdb_options& options = {}) {
  auto opened = open_rocksdb_table(folder, options);
  if (!opened)
    FAIL(opened.error().what);
  return std::move(*opened);
}

inline changes one(std::string_view key, std::string_view value, space where = space::log) {
  changes what;
  what.put(where, std::string(key), std::string(value));
  return what;
}

} // namespace mpac::store
