// Keeps a directory as the session's workspace is: asks the hub what there is, decides file by file (plan.hpp), and
// carries it out (directory.hpp).
#pragma once

#include "base/result.hpp"
#include "client/participant.hpp"
#include "tools/mpac/write_back/directory.hpp"
#include "tools/mpac/write_back/record.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace mpac::tools::write_back {

/// What became of one file.
struct outcome {
  decision what;
  std::string aside;  ///< where the session's version was put instead, below the directory
  std::string failed; ///< why it could not be carried out; empty: it was, or nothing was to be done
  std::string by;     ///< who changed it in the session, if that is known

  /// Nothing that its user should hear of: both sides are the same.
  [[nodiscard]] bool is_quiet() const noexcept {
    return failed.empty() && (what.is == verdict::settled || what.is == verdict::forgotten);
  }
  /// Session and disk differ, and stay so until somebody decides.
  [[nodiscard]] bool is_unsettled() const noexcept {
    return !failed.empty() || (!is_quiet() && what.is != verdict::write && what.is != verdict::remove);
  }
};

/// A line for a person: which file, and what was done or why not.
[[nodiscard]] std::string describe(const outcome& of);

/// Where a session's record lies below `.mpac`, and what it says; nothing when there is none.
[[nodiscard]] std::string record_file(const std::string& session);
[[nodiscard]] base::result<std::optional<session_record>, std::string> record_of(const directory& in,
                                                                                 const std::string& session);

/// For the thread of its participant.
class mirror {
public:
  struct options {
    bool only_looks = false;                  ///< decides and tells, and touches nothing
    std::function<void(const outcome&)> tell; ///< each outcome that is not quiet, once
  };

  /// The participant and the directory must outlive it.
  mirror(client::participant& in, directory& onto, session_record known, options how)
      : in_(in), onto_(onto), known_(std::move(known)), how_(std::move(how)) {}

  /// All files. The error is a sentence: the hub did not tell them.
  [[nodiscard]] boost::asio::awaitable<base::result<void, std::string>> all();
  /// Follows the session until it ends, or the error says why that can't be.
  [[nodiscard]] boost::asio::awaitable<base::result<void, std::string>> follow();

  /// Files that session and disk have had in common.
  [[nodiscard]] std::size_t files() const noexcept { return known_.files.size(); }
  /// Files on which session and disk differ, as of the last look at each.
  [[nodiscard]] const std::set<std::string>& unsettled() const noexcept { return unsettled_; }
  /// Of `only_looks`: files that would be written or removed.
  [[nodiscard]] const std::set<std::string>& waiting() const noexcept { return waiting_; }

private:
  boost::asio::awaitable<base::result<void, std::string>> one(std::string path, const std::string* ref, std::string by);
  void carry_out(outcome& into, const std::string& content);
  void note(const outcome& done);
  [[nodiscard]] base::result<void, std::string> keep_record();

  client::participant& in_;
  directory& onto_;
  session_record known_;
  options how_;
  std::string kept_; ///< the record as it lies on the disk
  std::set<std::string> unsettled_, waiting_, told_;
};

} // namespace mpac::tools::write_back
