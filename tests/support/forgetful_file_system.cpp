#include "tests/support/forgetful_file_system.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <mutex>
#include <string_view>
#include <utility>

namespace mpac::tests {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

/// Calls fail, for files of which the name ends so.
struct trouble {
  disk_trouble how = disk_trouble::none;
  std::string ending;
};

struct troubles {
  std::mutex guard;
  trouble writes, syncs;

  [[nodiscard]] IOStatus meet(const trouble& kind, const std::string& name) {
    const std::lock_guard lock(guard);
    if (kind.how == disk_trouble::none || !name.ends_with(kind.ending))
      return IOStatus::OK();
    return kind.how == disk_trouble::no_space ? IOStatus::NoSpace("No space left on device", name)
                                              : IOStatus::IOError("Input/output error", name);
  }
};

class forgetful_file final : public rocksdb::FSWritableFileOwnerWrapper {
public:
  forgetful_file(std::unique_ptr<rocksdb::FSWritableFile>&& real, forgetful_disk& disk, forgetful_disk::file_ptr shadow,
                 std::string name, std::uint64_t end, troubles& all)
      : FSWritableFileOwnerWrapper(std::move(real)), disk_(disk), shadow_(std::move(shadow)), name_(std::move(name)),
        end_(end), troubles_(all) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* context) override {
    return append(data, [&] { return FSWritableFileOwnerWrapper::Append(data, options, context); });
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo& verify,
                  IODebugContext* context) override {
    return append(data, [&] { return FSWritableFileOwnerWrapper::Append(data, options, verify, context); });
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* context) override {
    auto done = FSWritableFileOwnerWrapper::Truncate(size, options, context);
    if (done.ok()) {
      disk_.resize(*shadow_, size);
      end_ = size;
    }
    return done;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* context) override {
    return sync([&] { return FSWritableFileOwnerWrapper::Sync(options, context); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    return sync([&] { return FSWritableFileOwnerWrapper::Fsync(options, context); });
  }

private:
  template <class Real>
  IOStatus append(const Slice& data, Real real) {
    auto done = troubles_.meet(troubles_.writes, name_);
    if (done.ok())
      done = real();
    if (done.ok()) {
      disk_.write(*shadow_, end_, {data.data(), data.size()});
      end_ += data.size();
    }
    return done;
  }
  template <class Real>
  IOStatus sync(Real real) {
    auto done = troubles_.meet(troubles_.syncs, name_);
    if (done.ok())
      done = real();
    if (done.ok())
      disk_.sync(*shadow_);
    else
      disk_.lose(*shadow_);
    return done;
  }

  forgetful_disk& disk_;
  forgetful_disk::file_ptr shadow_;
  std::string name_;
  std::uint64_t end_;
  troubles& troubles_;
};

class forgetful_folder final : public rocksdb::FSDirectoryWrapper {
public:
  forgetful_folder(std::unique_ptr<rocksdb::FSDirectory>&& real, forgetful_disk& disk, std::string name)
      : FSDirectoryWrapper(std::move(real)), disk_(disk), name_(std::move(name)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* context) override {
    return synced(FSDirectoryWrapper::Fsync(options, context));
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* context,
                               const rocksdb::DirFsyncOptions& how) override {
    return synced(FSDirectoryWrapper::FsyncWithDirOptions(options, context, how));
  }

private:
  IOStatus synced(IOStatus done) {
    if (done.ok())
      disk_.sync_names(name_);
    return done;
  }

  forgetful_disk& disk_;
  std::string name_;
};

} // namespace

class forgetful_file_system::system final : public rocksdb::FileSystemWrapper {
public:
  system() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  [[nodiscard]] const char* Name() const override { return "forgetful_file_system"; }

  forgetful_disk disk;
  troubles all;

  IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* made, IODebugContext* context) override {
    auto done = FileSystemWrapper::NewWritableFile(name, options, made, context);
    if (done.ok())
      wrap(made, name, disk.create(name), 0);
    return done;
  }
  IOStatus ReopenWritableFile(const std::string& name, const FileOptions& options,
                              std::unique_ptr<rocksdb::FSWritableFile>* made, IODebugContext* context) override {
    auto shadow = disk.known(name);
    std::uint64_t size = 0;
    auto done = FileSystemWrapper::GetFileSize(name, IOOptions(), &size, context);
    if (done.ok())
      done = FileSystemWrapper::ReopenWritableFile(name, options, made, context);
    if (done.ok())
      wrap(made, name, std::move(shadow), size);
    return done;
  }
  IOStatus ReuseWritableFile(const std::string& name, const std::string& old_name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* made, IODebugContext* context) override {
    auto shadow = disk.known(old_name);
    auto done = FileSystemWrapper::ReuseWritableFile(name, old_name, options, made, context);
    if (done.ok()) {
      disk.rename(old_name, name);
      wrap(made, name, std::move(shadow), 0);
    }
    return done;
  }
  IOStatus NewDirectory(const std::string& name, const IOOptions& options, std::unique_ptr<rocksdb::FSDirectory>* made,
                        IODebugContext* context) override {
    auto done = FileSystemWrapper::NewDirectory(name, options, made, context);
    if (done.ok())
      *made = std::make_unique<forgetful_folder>(std::move(*made), disk, name);
    return done;
  }
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* context) override {
    (void)disk.known(from);
    auto done = FileSystemWrapper::RenameFile(from, to, options, context);
    if (done.ok())
      disk.rename(from, to);
    return done;
  }
  IOStatus DeleteFile(const std::string& name, const IOOptions& options, IODebugContext* context) override {
    (void)disk.known(name);
    auto done = FileSystemWrapper::DeleteFile(name, options, context);
    if (done.ok())
      disk.remove(name);
    return done;
  }

private:
  void wrap(std::unique_ptr<rocksdb::FSWritableFile>* made, const std::string& name, forgetful_disk::file_ptr shadow,
            std::uint64_t end) {
    *made = std::make_unique<forgetful_file>(std::move(*made), disk, std::move(shadow), name, end, all);
  }
};

forgetful_file_system::forgetful_file_system()
    : system_(std::make_shared<system>()), environment_(rocksdb::NewCompositeEnv(system_)) {}
forgetful_file_system::~forgetful_file_system() = default;

rocksdb::Env* forgetful_file_system::environment() const noexcept {
  return environment_.get();
}
forgetful_disk& forgetful_file_system::disk() noexcept {
  return system_->disk;
}
void forgetful_file_system::fail_writes(disk_trouble how, std::string ending) {
  const std::lock_guard lock(system_->all.guard);
  system_->all.writes = {how, std::move(ending)};
}
void forgetful_file_system::fail_syncs(disk_trouble how, std::string ending) {
  const std::lock_guard lock(system_->all.guard);
  system_->all.syncs = {how, std::move(ending)};
}

} // namespace mpac::tests
