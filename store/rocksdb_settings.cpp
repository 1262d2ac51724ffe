#include "store/rocksdb_settings.hpp"

#include <rocksdb/cache.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/sst_partitioner.h>
#include <rocksdb/status.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <string>

namespace mpac::store {

rocksdb::Options settings_of(const rocksdb_options& options) {
  rocksdb::Options database;
  if (options.environment)
    database.env = options.environment;
  database.create_if_missing = true;

  // RocksDB recycles logs in no other recovery mode. This one skips over damage without a word, which is why the logs
  // are inspected before.
  database.wal_recovery_mode = rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords;
  // Without recycling, RocksDB would write its logs in another format, which the inspection does not take.
  database.recycle_log_file_num = std::max<std::size_t>(options.recycled_logs, 1);
  // A log ends when the memory that takes the same batches is full. Three more may wait to be sorted into files.
  database.write_buffer_size = options.log_bytes;
  database.max_write_buffer_number = 4;
  database.max_total_wal_size = 4 * options.log_bytes;

  database.paranoid_checks = true;
  // After an error nothing goes on before somebody has opened the table again and seen what is there.
  database.max_bgerror_resume_count = 0;
  // Everything is in the log anyway, and opening sorts it sooner than somebody who closes wants to wait.
  database.avoid_flush_during_shutdown = true;

  rocksdb::BlockBasedTableOptions blocks;
  blocks.block_cache = rocksdb::NewLRUCache(options.cache_bytes);
  // The memory that a table takes does not grow with what it keeps.
  blocks.cache_index_and_filter_blocks = true;
  blocks.pin_l0_filter_and_index_blocks_in_cache = true;
  blocks.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  database.table_factory.reset(rocksdb::NewBlockBasedTableFactory(blocks));
  // What is young is cheap to write, what stays is small.
  database.compression_per_level = {rocksdb::kLZ4Compression, rocksdb::kLZ4Compression, rocksdb::kZSTD};
  // No file holds two spaces for long, so that one which is rewritten often does not rewrite the others.
  database.sst_partitioner_factory = rocksdb::NewSstPartitionerFixedPrefixFactory(1);

  // What is sorted again is written again, and hardly anybody reads what is young: more of it may lie side by side.
  database.level0_file_num_compaction_trigger = 8;
  database.max_bytes_for_level_base = 512 << 20;

  database.max_open_files = 512;
  database.max_background_jobs = 2;
  // Sorted files reach the disk as they are written, not all at once in front of a sync of the log.
  database.bytes_per_sync = 1 << 20;
  database.max_manifest_file_size = 16 << 20;

  database.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  database.max_log_file_size = 1 << 20;
  database.keep_log_file_num = 2;
  database.stats_dump_period_sec = 0;
  database.stats_persist_period_sec = 0;
  return database;
}

fault fault_of(std::string_view what_failed, const rocksdb::Status& status) {
  return {std::string(what_failed) + ": " + status.ToString()};
}

} // namespace mpac::store
