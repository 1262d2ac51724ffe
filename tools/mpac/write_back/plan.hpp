// What writing a session's workspace back to a directory does to each file: decided from values alone, before any file
// is touched.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::tools::write_back {

/// The version of a file that session and disk both had last; what differs from it was changed since.
struct known_file {
  std::string ref;        ///< its state ref (protocol/workspace/state_ref.hpp)
  bool is_ours = false;   ///< it was not on the disk before it was written back
  std::string kept_aside; ///< the session's version that lies beside, because the disk has another one; or empty

  friend bool operator==(const known_file&, const known_file&) = default;
};

/// Files by path. It outlives the program (record.hpp): without it every difference would be a conflict.
using record = std::map<std::string, known_file, std::less<>>;

/// State refs of the session's files, by path.
using shared_files = std::map<std::string, std::string, std::less<>>;

/// What is at a path of the directory now.
struct on_disk {
  enum class kind : std::uint8_t { nothing, file, unfit };
  kind is = kind::nothing;
  std::string ref; ///< of a file
  std::string why; ///< of what is unfit: a clause, such as "it is a symbolic link"

  friend bool operator==(const on_disk&, const on_disk&) = default;
};

enum class verdict : std::uint8_t {
  settled,      ///< both sides have the same
  write,        ///< changed in the session alone: it is written
  remove,       ///< gone from the session, and on the disk only because it was written back: it is removed
  keep_both,    ///< changed on both sides: the disk's stays where it is, the session's is put beside
  changed_here, ///< changed on the disk alone: it stays, and the session does not have it
  deleted_here, ///< deleted on the disk, unchanged in the session: it is not brought back
  left_here,    ///< gone from the session, but not ours to remove
  forgotten,    ///< gone from both sides
  refused,      ///< its path, or what is there, is not fit to be written
};

struct decision {
  std::string path;
  verdict is = verdict::settled;
  std::string ref;    ///< the session's version; empty where it has none
  on_disk found;      ///< what was decided on: it must still be so when it is carried out
  std::string reason; ///< of `refused`, `keep_both` and what is left: a clause for a person

  friend bool operator==(const decision&, const decision&) = default;
};

/// Why a path of the session is never written, whatever is there: a clause. Everything that protocol/workspace's
/// path rules refuse, what a hub leaves out when it shares a directory (`.git`, where a file could become a command,
/// among it), and where our own records lie.
[[nodiscard]] std::optional<std::string> unfit_path(std::string_view path);

/// `shared`: the session's version, or null when it has none; `known`: null when there never was a common one.
[[nodiscard]] decision decide(const std::string& path, const std::string* shared, const known_file* known,
                              const on_disk& found);

/// What is to be remembered once a decision has been carried out.
void absorb(record& into, const decision& done);

} // namespace mpac::tools::write_back
