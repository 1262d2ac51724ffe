#include "cluster/store_opening.hpp"

#include "store/disk_engine.hpp"
#include "store/memory_engine.hpp"
#include "store/probe_disk.hpp"
#include "store/rocksdb_table.hpp"

#include <filesystem>
#include <stdexcept>
#include <utility>

namespace mpac::cluster {
namespace {

store::sync_mode sync_mode_of(config::store_sync wanted) {
  switch (wanted) {
  case config::store_sync::commit:
    return store::sync_mode::commit;
  case config::store_sync::interval:
    return store::sync_mode::interval;
  case config::store_sync::none:
    return store::sync_mode::none;
  }
  return store::sync_mode::commit;
}

} // namespace

std::unique_ptr<store::engine> open_store(const config::settings& from) {
  if (from.store.engine == config::store_engine::memory)
    return std::make_unique<store::memory_engine>();
  const auto folder = std::filesystem::path(from.node.data_dir) / "store";
  auto opened = store::disk_engine::open(
      [folder] { return store::open_rocksdb_table(folder); },
      {sync_mode_of(from.store.sync), from.store.sync_interval, [folder] { return store::probe_disk(folder); }});
  if (!opened)
    throw std::runtime_error("store: " + opened.error().what);
  return std::move(*opened);
}

} // namespace mpac::cluster
