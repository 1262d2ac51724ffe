#include "tools/mpac/write_back/plan.hpp"

#include "cluster/workspace_loader.hpp"
#include "protocol/workspace/path_rules.hpp"

#include <utility>

namespace mpac::tools::write_back {
namespace {

using kind = on_disk::kind;

/// The session has the file.
decision about_shared(decision so_far, const known_file* known) {
  const auto& found = so_far.found;
  const auto as = [&](verdict is, std::string reason = {}) {
    so_far.is = is;
    so_far.reason = std::move(reason);
    return std::move(so_far);
  };
  const bool is_old_here = known && known->ref == so_far.ref; // the session has not changed it since
  if (found.is == kind::unfit)
    return is_old_here ? as(verdict::settled) : as(verdict::refused, found.why);
  if (found.is == kind::nothing) {
    if (!known)
      return as(verdict::write);
    return is_old_here ? as(verdict::deleted_here, "it was deleted on the disk, and the session still has it")
                       : as(verdict::keep_both, "it was deleted on the disk and changed in the session");
  }
  if (found.ref == so_far.ref)
    return as(verdict::settled);
  if (!known)
    return as(verdict::keep_both, "it was on the disk already, with other content");
  if (known->ref == found.ref)
    return as(verdict::write);
  return is_old_here ? as(verdict::changed_here, "it was changed on the disk, and the session does not have that")
                     : as(verdict::keep_both, "it was changed both on the disk and in the session");
}

/// The session does not have it any more.
decision about_gone(decision so_far, const known_file* known) {
  const auto& found = so_far.found;
  so_far.is = verdict::left_here;
  if (found.is == kind::nothing || !known)
    so_far.is = verdict::forgotten;
  else if (found.is == kind::unfit)
    so_far.reason = found.why;
  else if (!known->is_ours)
    so_far.reason = "the session does not have it any more, and it was on the disk before";
  else if (known->ref != found.ref)
    so_far.reason = "the session does not have it any more, and it was changed on the disk";
  else
    so_far.is = verdict::remove;
  return so_far;
}

} // namespace

std::optional<std::string> unfit_path(std::string_view path) {
  if (const auto fault = protocol::path_fault(path))
    return "its path " + std::string(*fault);
  // `.git` as a file points to a repository, which may hold commands; `build` as a file is nothing special.
  const auto name = path.substr(path.rfind('/') + 1);
  if (cluster::is_left_out(path) || (name.starts_with('.') && cluster::is_left_out(std::string(name) + "/")))
    return "files of this name are never shared from a directory, and so never written to one";
  return std::nullopt;
}

decision decide(const std::string& path, const std::string* shared, const known_file* known, const on_disk& found) {
  decision made{path, verdict::settled, shared ? *shared : std::string(), found, {}};
  if (auto why = unfit_path(path); why && !(shared && known && known->ref == *shared)) {
    made.is = verdict::refused;
    made.reason = *std::move(why);
    return made;
  }
  return shared ? about_shared(std::move(made), known) : about_gone(std::move(made), known);
}

void absorb(record& into, const decision& done) {
  switch (done.is) {
  case verdict::settled:
    if (auto& known = into[done.path]; known.ref != done.ref || !known.kept_aside.empty())
      known = {done.ref, known.is_ours, {}};
    break;
  case verdict::write: {
    auto& known = into[done.path];
    known = {done.ref, known.is_ours || done.found.is == kind::nothing, {}};
    break;
  }
  case verdict::keep_both:
    if (const auto known = into.find(done.path); known != into.end())
      known->second.kept_aside = done.ref;
    break;
  case verdict::remove:
  case verdict::left_here:
  case verdict::forgotten:
    into.erase(done.path);
    break;
  case verdict::changed_here:
  case verdict::deleted_here:
  case verdict::refused:
    break;
  }
}

} // namespace mpac::tools::write_back
