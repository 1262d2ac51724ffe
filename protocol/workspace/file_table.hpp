// The shared files of one session, and what a commit may do to them (SPEC 9.5, 16.3).
#pragma once

#include "base/result.hpp"
#include "protocol/error_code.hpp"
#include "protocol/messages/operation_messages.hpp"
#include "protocol/workspace/workspace_file.hpp"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mpac::protocol {

/// One file that a checked commit will put.
struct planned_file {
  std::string path;
  workspace_file file;
};

/// Everything a commit writes, by path in byte order. What `file_table::check` lets through can be put without fail.
using file_plan = std::vector<planned_file>;

/// The sender worked on another version than the current one.
struct stale_file {
  std::string path;
  std::string expected; ///< the file's current state ref
  std::string given;    ///< the change's state_ref_before

  friend bool operator==(const stale_file&, const stale_file&) = default;
};

/// The change could never be accepted, whatever the file's state.
struct malformed_file {
  std::string path; ///< as it came; may be of any length and content
  std::string why;  ///< a whole sentence, bounded and fit to be sent back

  friend bool operator==(const malformed_file&, const malformed_file&) = default;
};

using file_problem = std::variant<stale_file, malformed_file>;

/// STALE_STATE_REF or MALFORMED_MESSAGE.
error_code code_of(const file_problem& problem);

/// For PROTOCOL_ERROR's description: which file, and what is wrong. Bounded, whatever the client sent.
std::string describe(const file_problem& problem);

/// Files by path. A value: copies share their memory until one of them changes, an empty one is a null pointer, so
/// thousands of sessions may start from one loaded workspace. Different copies may live on different threads.
class file_table {
public:
  /// In the order of paths, byte by byte, which in UTF-8 is the order of code points.
  using files_by_path = std::map<std::string, workspace_file, std::less<>>;

  [[nodiscard]] bool empty() const noexcept { return !contents_; }
  [[nodiscard]] std::size_t size() const noexcept { return contents_ ? contents_->files.size() : 0; }
  [[nodiscard]] const files_by_path& files() const noexcept;

  /// The file of exactly this path, or null. Valid until the table changes.
  [[nodiscard]] const workspace_file* find(std::string_view path) const noexcept;

  /// Upper bound of FILE_LIST_RESPONSE for this table, in bytes. `check` keeps it within one frame.
  [[nodiscard]] std::size_t listing_size() const noexcept;

  /// Whether all of `changes` may be made: none is malformed, and each file that exists is in the state its change
  /// names. A file that does not exist is created whatever state was named. All or nothing: one problem, and no plan.
  /// What is malformed is told before what is stale.
  [[nodiscard]] base::result<file_plan, file_problem> check(const std::map<std::string, file_change>& changes) const;

  /// Whether a file of this path and content could be shared beside those that are; the problem is always
  /// `malformed_file`.
  [[nodiscard]] base::result<void, file_problem> check_shareable(std::string_view path, std::string_view content) const;

  /// Makes `file` the current version of `path`. What it does not check was checked when the plan was made.
  void put(std::string path, workspace_file file);

  friend bool operator==(const file_table& a, const file_table& b) noexcept {
    return a.contents_ == b.contents_ || a.files() == b.files();
  }

private:
  struct contents : boost::intrusive_ref_counter<contents> {
    files_by_path files;
    std::size_t entries_size = 0; ///< sum of listing_entry_size over all paths
  };

  boost::intrusive_ptr<contents> contents_;
};

} // namespace mpac::protocol
