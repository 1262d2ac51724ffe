#include "store/prewritten_log.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <array>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

namespace mpac::store {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// So much is written ahead at a time.
constexpr std::uint64_t stride = 256 * 1024;
/// In pieces of a page: of one large piece the system makes one large page, and dirties all of it with every byte.
constexpr std::uint64_t page = 4096;
/// Nothing is written ahead of a piece that is larger.
constexpr std::uint64_t small_piece = 16 * 1024;

class prewritten_log final : public rocksdb::FSWritableFileOwnerWrapper {
public:
  /// `descriptor`: of the same file.
  prewritten_log(std::unique_ptr<FSWritableFile>&& file, int descriptor)
      : FSWritableFileOwnerWrapper(std::move(file)), descriptor_(descriptor) {}
  ~prewritten_log() override { ::close(descriptor_); }
  prewritten_log(const prewritten_log&) = delete;
  prewritten_log& operator=(const prewritten_log&) = delete;

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* context) override {
    make_room(data.size());
    return FSWritableFileOwnerWrapper::Append(data, options, context);
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo& verify,
                  IODebugContext* context) override {
    make_room(data.size());
    return FSWritableFileOwnerWrapper::Append(data, options, verify, context);
  }

private:
  /// Where zeros can't be written the log can't either, and says so itself.
  void make_room(std::uint64_t piece) {
    end_ += piece;
    if (end_ <= written_ahead_ || piece > small_piece)
      return;
    static constexpr std::array<char, page> zeros{};
    std::uint64_t at = end_;
    while (at < end_ + stride) {
      const auto done = ::pwrite(descriptor_, zeros.data(), page - at % page, static_cast<off_t>(at));
      if (done <= 0)
        break;
      at += static_cast<std::uint64_t>(done);
    }
    written_ahead_ = at;
  }

  int descriptor_;
  std::uint64_t end_ = 0;           // of what was appended
  std::uint64_t written_ahead_ = 0; // up to here the file has its bytes
};

class file_system final : public rocksdb::FileSystemWrapper {
public:
  using FileSystemWrapper::FileSystemWrapper;

  [[nodiscard]] const char* Name() const override { return "disk_with_prewritten_logs"; }

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options, std::unique_ptr<FSWritableFile>* made,
                           IODebugContext* context) override {
    auto done = FileSystemWrapper::NewWritableFile(name, options, made, context);
    if (!done.ok() || !name.ends_with(".log"))
      return done;
    const int descriptor = ::open(name.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor >= 0) // else it grows as ever
      *made = std::make_unique<prewritten_log>(std::move(*made), descriptor);
    return done;
  }
};

} // namespace

std::unique_ptr<rocksdb::Env> disk_with_prewritten_logs() {
  return rocksdb::NewCompositeEnv(std::make_shared<file_system>(rocksdb::FileSystem::Default()));
}

} // namespace mpac::store
