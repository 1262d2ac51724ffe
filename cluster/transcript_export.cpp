#include "cluster/transcript_export.hpp"

#include "actors/mail.hpp"
#include "protocol/wire/redaction.hpp"

#include <caf/all.hpp>

#include <utility>

namespace mpac::cluster {
namespace {

struct piece_of_work {
  std::function<void()> run;
};

} // namespace
} // namespace mpac::cluster

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(mpac::cluster::piece_of_work)

namespace mpac::cluster {
namespace {

/// Enough to make a chunk worth its frame, and little enough to hold for many readers.
constexpr std::size_t piece_bytes = 16 * 1024;
/// What the journal reads at once: it has others to serve.
constexpr std::size_t read_bytes = 256 * 1024;

redactions left_out_by(const transcript_terms& terms) {
  return terms.left_out ? terms.left_out() : redactions{};
}

/// A reader's patience is not tried by silence.
const std::string blank_line = "\n";

caf::behavior scribe_room(caf::event_based_actor*) {
  return {[](const piece_of_work& what) { what.run(); }};
}

void give(const caf::actor& scribe, std::function<void()> what) {
  caf::anon_send(scribe, piece_of_work{std::move(what)});
}

} // namespace

caf::actor spawn_scribe(caf::actor_system& system) {
  return system.spawn<caf::detached>(scribe_room);
}

transcript_export::transcript_export(transcript_frame what, transcript_terms terms)
    : what_(std::move(what)), terms_(std::move(terms)), sorter_(terms_.scratch_folder, terms_.sorting),
      sequences_(terms_.scratch_folder), log_(what_.session.str(), what_.log, left_out_by(terms_)),
      entries_(terms_.scratch_folder) {
  if (const auto left_out = left_out_by(terms_); !left_out.empty())
    what_.final_snapshot = protocol::redacted_everywhere(what_.final_snapshot, left_out);
}

void transcript_export::begin(std::function<void()> ready, std::function<void(const std::string&)> sorry) {
  read([ready = std::move(ready), sorry = std::move(sorry)](const std::optional<store::fault>& amiss) {
    amiss ? sorry(amiss->what) : ready();
  });
}

net::piece_source transcript_export::pieces() {
  return [self = shared_from_this()](net::piece_taker take) {
    give(self->terms_.scribe, [self, take = std::move(take)] { self->next(take); });
  };
}

void transcript_export::next(const net::piece_taker& take) {
  if (at_ == part::over)
    return take(std::nullopt);
  if (at_ == part::reading) {
    read([self = shared_from_this(), take](const std::optional<store::fault>& amiss) {
      amiss ? self->fail(*amiss) : take(blank_line);
    });
    return;
  }
  std::string piece;
  if (auto done = make_piece(piece); !done)
    return fail(done.error());
  take(std::move(piece));
}

void transcript_export::read(std::function<void(const std::optional<store::fault>&)> then) {
  auto lines = std::make_shared<chunk>();
  actors::read_transcript question;
  question.session = what_.session;
  question.from = next_;
  question.budget = read_bytes;
  // The journal's thread only hands on.
  question.line = [lines](const store::transcript_line& line) { lines->push_back(line); };
  question.done = [self = shared_from_this(), lines, then = std::move(then)](const auto& end) {
    give(self->terms_.scribe, [self, lines, then, end] {
      if (end)
        self->take_in(*lines, *end);
      then(end ? std::nullopt : std::optional(end.error()));
    });
  };
  caf::anon_send(terms_.journal, std::move(question));
}

void transcript_export::take_in(chunk& lines, std::uint64_t next) {
  for (auto& line : lines)
    if (line.sequence <= what_.up_to) {
      auto note = log_.take(line);
      sorter_.add(line.sequence, std::move(line.frame), std::move(note));
    }
  next_ = next;
  all_read_ = next == 0 || next > what_.up_to;
  if (at_ == part::reading)
    at_ = part::sorting;
}

base::result<void, store::fault> transcript_export::make_piece(std::string& to) {
  switch (at_) {
  case part::head:
    to = std::move(what_.head);
    at_ = part::sorting;
    break;
  case part::sorting:
    return go_on_sorting(to);
  case part::messages:
    return tell_messages(to);
  case part::sequences:
    return tell_sequences(to);
  case part::log:
    return tell_log(to);
  case part::reading:
  case part::over:
    break;
  }
  return {};
}

base::result<void, store::fault> transcript_export::go_on_sorting(std::string& to) {
  to = blank_line;
  const auto more = sorter_.work();
  if (!more)
    return more.error();
  if (*more)
    return {};
  if (!all_read_) {
    at_ = part::reading;
    return {};
  }
  if (auto done = sorter_.close(); !done)
    return done;
  at_ = part::messages;
  to.clear();
  return tell_messages(to);
}

base::result<void, store::fault> transcript_export::tell_messages(std::string& to) {
  std::string entry;
  while (to.size() < piece_bytes) {
    const auto before = to.size();
    if (!is_first_)
      to += ',';
    entry.clear();
    const auto sequence = sorter_.next(to, entry);
    if (!sequence)
      return sequence.error();
    if (!*sequence) {
      to.resize(before);
      to += protocol::transcript_middle;
      at_ = part::sequences;
      is_first_ = true;
      return {};
    }
    if (!entry.empty() && !is_first_)
      entry.insert(0, ",");
    is_first_ = false;
    if (auto done = sequences_.put(**sequence); !done)
      return done;
    if (auto done = entries_.put(entry); !done)
      return done;
  }
  return {};
}

base::result<void, store::fault> transcript_export::tell_sequences(std::string& to) {
  while (to.size() < piece_bytes) {
    const auto number = sequences_.take();
    if (!number)
      return number.error();
    if (!*number) {
      if (log_.is_kept()) {
        to += "],\"log_chain\":" + log_.head();
        at_ = part::log;
      } else {
        to += protocol::transcript_end(what_.final_snapshot);
        at_ = part::over;
      }
      return {};
    }
    if (!std::exchange(is_first_, false))
      to += ',';
    to += std::to_string(**number);
  }
  return {};
}

base::result<void, store::fault> transcript_export::tell_log(std::string& to) {
  const auto more = entries_.take(to, piece_bytes);
  if (!more)
    return more.error();
  if (*more)
    return {};
  to += log_.tail(terms_.witness ? terms_.witness() : std::nullopt) + protocol::transcript_last(what_.final_snapshot);
  at_ = part::over;
  return {};
}

void transcript_export::fail(const store::fault& why) {
  at_ = part::over;
  if (terms_.has_failed)
    terms_.has_failed(what_.session, why.what);
}

} // namespace mpac::cluster
