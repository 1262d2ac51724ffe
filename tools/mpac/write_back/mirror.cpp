#include "tools/mpac/write_back/mirror.hpp"

#include "protocol/workspace/state_ref.hpp"
#include "tools/mpac/console.hpp"

#include <optional>
#include <variant>

namespace mpac::tools::write_back {
namespace {

namespace asio = boost::asio;

/// How often a file is decided on again when it changes under our hands; then it is left for the next time.
constexpr int patience = 3;

bool needs_content(verdict is) {
  return is == verdict::write || is == verdict::keep_both;
}

std::string words_of(verdict is) {
  switch (is) {
  case verdict::settled:
    return "is the same on both sides";
  case verdict::write:
    return "written";
  case verdict::remove:
    return "removed: the session does not have it any more";
  case verdict::keep_both:
    return "NOT written";
  case verdict::changed_here:
  case verdict::deleted_here:
  case verdict::left_here:
    return "left as it is";
  case verdict::forgotten:
    return "gone";
  case verdict::refused:
    return "NOT written";
  }
  return {};
}

} // namespace

std::string describe(const outcome& of) {
  auto text = printable(of.what.path) + ": " + (of.failed.empty() ? words_of(of.what.is) : "NOT written: " + of.failed);
  if (of.failed.empty() && !of.what.reason.empty())
    text += ": " + printable(of.what.reason);
  if (!of.aside.empty())
    text += "; the session's version is in " + printable(of.aside);
  if (!of.by.empty())
    text += " (" + printable(of.by) + ")";
  return text;
}

std::string record_file(const std::string& session) {
  return "written-back." + session + ".json";
}

base::result<std::optional<session_record>, std::string> record_of(const directory& in, const std::string& session) {
  const auto text = in.read_own(record_file(session));
  if (!text)
    return base::fail(text.error());
  if (text->empty())
    return std::optional<session_record>();
  auto read = read_record(*text);
  if (!read || read->session != session)
    return base::fail(".mpac/" + record_file(session) + " " + (read ? "is another session's" : read.error()) +
                      ". Without it every difference is a conflict; remove it if that is what you want");
  return std::optional(std::move(*read));
}

asio::awaitable<base::result<void, std::string>> mirror::all() {
  const auto listed = co_await in_.list_files();
  if (!listed)
    co_return base::fail("the session's files can't be listed: " + client::describe(listed.error()));
  shared_files shared;
  for (const auto& file : listed->files)
    shared.emplace(file.path, file.state_ref);
  auto paths = std::set<std::string>();
  for (const auto& [path, ref] : shared)
    paths.insert(path);
  for (const auto& [path, known] : known_.files)
    paths.insert(path);
  for (const auto& path : paths) {
    const auto found = shared.find(path);
    const std::string nobody; // who changed it is not known
    if (auto done = co_await one(path, found == shared.end() ? nullptr : &found->second, nobody); !done)
      co_return done;
  }
  co_return keep_record();
}

asio::awaitable<base::result<void, std::string>> mirror::one(std::string path, const std::string* ref, std::string by) {
  std::optional<std::string> shared = ref ? std::optional(*ref) : std::nullopt;
  std::string content;
  for (int attempt = 1;; ++attempt) {
    const auto known = known_.files.find(path);
    outcome next;
    next.by = by;
    next.what = decide(path, shared ? &*shared : nullptr, known == known_.files.end() ? nullptr : &known->second,
                       unfit_path(path) ? on_disk{} : onto_.look(path));
    if (needs_content(next.what.is) && !how_.only_looks) {
      const auto file = co_await in_.read_file(path);
      if (!file && file.error().why != client::obstacle::refused)
        co_return base::fail("the session's files can't be read: " + client::describe(file.error()));
      if (!file)
        next.failed = "the hub does not give it: " + client::describe(file.error());
      else if (protocol::state_ref_of(file->content) != file->state_ref)
        next.failed = "what the hub gave is not what it said it was";
      else if (file->state_ref != next.what.ref) { // changed since it was listed: another decision
        shared = file->state_ref;
        if (attempt < patience)
          continue;
        next.failed = "it changes too fast; it is looked at again with the next change";
      } else {
        content = file->content;
      }
    }
    if (next.failed.empty() && !how_.only_looks)
      carry_out(next, content);
    const bool is_moved = !next.failed.empty() && !unfit_path(path) && onto_.look(path) != next.what.found;
    if (is_moved && attempt < patience)
      continue;
    if (next.failed.empty() && (!how_.only_looks || next.what.is == verdict::settled))
      absorb(known_.files, next.what);
    note(next);
    co_return base::result<void, std::string>();
  }
}

void mirror::carry_out(outcome& into, const std::string& content) {
  const auto& what = into.what;
  if (what.is == verdict::write) {
    if (const auto done = onto_.write(what.path, content, what.found); !done)
      into.failed = done.error().why;
  } else if (what.is == verdict::remove) {
    if (const auto done = onto_.remove(what.path, what.found); !done)
      into.failed = done.error().why;
  } else if (what.is == verdict::keep_both) {
    auto put = onto_.put_aside(what.path, content, what.ref);
    if (put)
      into.aside = *put;
    else
      into.failed = what.reason + ", and the session's version can't be put aside: " + put.error().why;
  }
}

void mirror::note(const outcome& done) {
  const auto& path = done.what.path;
  const bool would_change = how_.only_looks && (done.what.is == verdict::write || done.what.is == verdict::remove);
  would_change ? (void)waiting_.insert(path) : (void)waiting_.erase(path);
  done.is_unsettled() ? (void)unsettled_.insert(path) : (void)unsettled_.erase(path);
  if (done.is_quiet() || !how_.tell)
    return;
  // The same again is no news; what is written is.
  const auto mark =
      path + '\n' + std::to_string(static_cast<int>(done.what.is)) + done.what.ref + done.what.found.ref + done.failed;
  const bool is_deed = done.failed.empty() && (done.what.is == verdict::write || done.what.is == verdict::remove);
  if (told_.insert(mark).second || (is_deed && !how_.only_looks))
    how_.tell(done);
}

base::result<void, std::string> mirror::keep_record() {
  if (how_.only_looks)
    return {};
  auto text = to_text(known_);
  if (text == kept_)
    return {};
  if (auto written = onto_.write_own(record_file(known_.session), text); !written)
    return written;
  kept_ = std::move(text);
  return {};
}

asio::awaitable<base::result<void, std::string>> mirror::follow() {
  while (true) {
    const auto what = co_await in_.next_event();
    base::result<void, std::string> done;
    if (const auto* over = std::get_if<client::ended>(&what)) {
      if (over->is == client::ended::reason::left)
        co_return base::result<void, std::string>();
      co_return base::fail(over->why.empty() ? std::string("the session is over") : over->why);
    }
    if (const auto* file = std::get_if<protocol::file_updated>(&what)) {
      const std::string by = file->updated_by.str();
      done = co_await one(file->path, &file->state_ref, by);
      if (done)
        done = keep_record();
    } else if (std::holds_alternative<client::caught_up>(what) ||
               std::holds_alternative<client::events_dropped>(what)) {
      done = co_await all();
    }
    // A connection that breaks meanwhile comes back, and everything is looked at again then.
    if (!done && in_.is_connected())
      co_return done;
  }
}

} // namespace mpac::tools::write_back
