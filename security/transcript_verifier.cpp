#include "security/transcript_verifier.hpp"

#include "protocol/wire/extension.hpp"
#include "protocol/wire/log_checkpoint.hpp"
#include "protocol/wire/raw_json.hpp"
#include "protocol/wire/redaction.hpp"
#include "protocol/wire/transcript_encoder.hpp"
#include "security/canonical_json.hpp"
#include "security/envelope_signature.hpp"
#include "security/hash_chain.hpp"
#include "security/log_record_text.hpp"
#include "security/participant_signatures.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

namespace mpac::security {
namespace {

namespace raw = protocol::raw_json;

/// A message with what the log says of it, in the order of the transcript.
struct row {
  std::string_view message;
  log_entry entry;
};

using outcome = base::result<void, transcript_fault>;

transcript_fault at_entry(std::uint64_t index, std::string what) {
  return {index, std::move(what)};
}
transcript_fault elsewhere(std::string what) {
  return {std::nullopt, std::move(what)};
}

std::optional<std::string_view> member(std::string_view object, std::string_view name) {
  const auto found = raw::find_member(object, {0, object.size()}, name);
  return found ? std::optional(found->value.of(object)) : std::nullopt;
}

/// Visits what an array holds; false where it is none, or something else stands in there.
template <class Visit>
bool for_each(std::string_view array, Visit&& visit) {
  if (!array.starts_with('['))
    return false;
  std::size_t at = raw::behind_space(array, 1);
  if (array.substr(at) == "]")
    return true;
  for (;;) {
    const auto value = raw::value_at(array, at);
    if (!value)
      return false;
    visit(value->of(array));
    at = raw::behind_space(array, value->end);
    if (array.substr(at) == "]")
      return true;
    if (at == array.size() || array[at] != ',')
      return false;
    ++at;
  }
}

std::string meaning(std::string_view json_string) {
  return json_string.size() < 2 || json_string[0] != '"'
             ? std::string{}
             : raw::unescaped(json_string.substr(1, json_string.size() - 2));
}

/// A member that is a text; empty if it is none.
std::string text(std::string_view object, std::string_view name) {
  return meaning(member(object, name).value_or(""));
}

/// Errors that the coordinator also reports of messages that it has accepted: they refuse none.
constexpr std::array<std::string_view, 6> remarks{"BACKEND_SWITCH_DENIED", "CAUSAL_GAP",   "PARTICIPANT_UNAVAILABLE",
                                                  "RESOLUTION_TIMEOUT",    "SCOPE_FROZEN", "STATE_DIVERGENCE"};

class verification {
public:
  /// `rest` is the transcript without its messages, in canonical form.
  verification(std::string_view messages, std::string_view rest, std::span<const verifying_key> trusted)
      : messages_(messages), rest_(rest), keys_(trusted.begin(), trusted.end()) {}

  base::result<transcript_findings, transcript_fault> run() {
    for (const auto step :
         {&verification::read, &verification::find_keys, &verification::check_entries, &verification::check_senders,
          &verification::check_order, &verification::check_statements, &verification::check_end})
      if (auto done = (this->*step)(); !done)
        return done.error();
    return std::move(found_);
  }

private:
  outcome read() {
    const auto id = member(rest_, "session_id"), log = member(rest_, "log_chain");
    if (!id)
      return elsewhere("the text is no transcript: it has no session_id");
    if (!log)
      return elsewhere("the transcript holds no log_chain: its session kept no tamper-evident log");
    log_ = *log;
    found_.session_id = meaning(*id);
    if (meaning(member(log_, "mechanism").value_or("")) != log_mechanism)
      return elsewhere("log_chain.mechanism is not \"" + std::string(log_mechanism) + '"');
    const auto begin = member(log_, "begins_behind");
    const auto before = begin ? read_chain_head(*begin) : std::nullopt;
    if (!before)
      return elsewhere("log_chain.begins_behind does not say where the log begins");
    if (before->entries == 0 && before->head != genesis(found_.session_id))
      return elsewhere("log_chain.begins_behind is not the genesis of this session");
    at_ = begin_ = *before;
    redacted_ = {0, genesis(found_.session_id)};
    signatures_ = participant_signatures(begin_.entries == 0);
    return pair_up();
  }

  outcome pair_up() {
    if (!for_each(messages_, [&](std::string_view message) { rows_.push_back({message, {}}); }))
      return elsewhere("messages is no list of messages");
    std::size_t entries = 0, unreadable = 0;
    for_each(member(log_, "entries").value_or(""), [&](std::string_view text) {
      const auto entry = read_log_entry(text);
      if (!entry && unreadable == 0)
        unreadable = entries + 1;
      if (entry && entries < rows_.size())
        rows_[entries].entry = *entry;
      ++entries;
    });
    if (unreadable != 0)
      return elsewhere("log_chain.entries holds no entry in place " + std::to_string(unreadable));
    surplus_ = entries > rows_.size();
    lacking_ = entries < rows_.size();
    rows_.resize(std::min(rows_.size(), entries));
    by_index_.resize(rows_.size());
    std::iota(by_index_.begin(), by_index_.end(), std::size_t{0});
    std::stable_sort(by_index_.begin(), by_index_.end(),
                     [&](auto a, auto b) { return rows_[a].entry.index < rows_[b].entry.index; });
    return {};
  }

  outcome find_keys() {
    if (!keys_.empty())
      return {};
    std::optional<std::string> amiss;
    for_each(member(log_, "coordinator_certificates").value_or(""), [&](std::string_view pem) {
      auto key = verifying_key::of_certificate(meaning(pem));
      if (key)
        keys_.push_back(*std::move(key));
      else if (keys_.empty())
        amiss = key.error();
    });
    if (keys_.empty() && amiss)
      return elsewhere("log_chain.coordinator_certificates: " + *amiss);
    if (keys_.empty())
      return elsewhere("nobody says which key is the coordinator's");
    return {};
  }

  /// In the order in which they were chained.
  outcome check_entries() {
    found_.first = rows_.empty() ? 0 : at_.entries + 1;
    heads_[at_.entries] = at_.head;
    for (std::size_t place = 0; place < by_index_.size(); ++place) {
      const auto& [message, entry] = row_at(place);
      const auto expected = at_.entries + 1;
      if (entry.index > expected)
        return at_entry(expected, "is missing");
      if (entry.index < expected)
        return at_entry(entry.index,
                        expected == 1 || entry.index <= begin_.entries ? "is not of this log" : "is there twice");
      if (entry_digest(message) != entry.redacted.value_or(entry.digest))
        return at_entry(entry.index, entry.redacted ? "is not what was told: its message has another digest"
                                                    : "is not what was chained: its message has another digest");
      at_ = extended(at_, entry.digest);
      if (at_.head != entry.link)
        return at_entry(entry.index, "does not follow from the one before: its link is another");
      heads_[at_.entries] = at_.head;
      if (entry.redacted) {
        found_.redacted.push_back(entry.index);
        redacted_ = one_more_redacted(redacted_, entry.index, *entry.redacted);
      }
    }
    if (surplus_ || lacking_)
      return at_entry(at_.entries + 1, surplus_ ? "has no message" : "is missing: there is a message without an entry");
    found_.last = at_.entries;
    return {};
  }

  /// Once the entries are known to be those that were chained: what refuses one stands in another.
  outcome check_senders() {
    for (std::size_t place = 0; place < by_index_.size(); ++place) {
      if (!row_at(place).entry.redacted) {
        if (auto done = check_sender(place); !done)
          return done;
      } else if (!is_refused_hello(place)) {
        signatures_.learn_redacted(row_at(place).message);
      }
    }
    return {};
  }

  outcome check_sender(std::size_t place) {
    const auto& [message, entry] = row_at(place);
    if (is_coordinators(message)) {
      const auto checked = check_signature(message, keys_);
      if (!checked)
        return objection(place, "is not signed by the coordinator: " + checked.error());
      ++found_.coordinators;
      if (const auto log = protocol::extension_in(message, protocol::checkpoint_name))
        statements_.push_back({entry.index, log->text});
      return {};
    }
    const auto verdict = signatures_.check(message);
    if (verdict.is == signature_verdict::kind::bad)
      return objection(place, "is not signed by its sender: " + verdict.why);
    ++(verdict.is == signature_verdict::kind::good ? found_.participants : found_.unchecked);
    // The sender has signed its next key whether or not the rest of that message was refused.
    if (verdict.is == signature_verdict::kind::good && !is_refused_hello(place))
      signatures_.learn(message);
    return {};
  }

  /// What is wrong with a signature is for the coordinator to refuse.
  outcome objection(std::size_t place, std::string what) {
    if (!is_refused(place))
      return at_entry(row_at(place).entry.index, std::move(what));
    ++found_.refused;
    return {};
  }

  [[nodiscard]] bool is_coordinators(std::string_view message) const {
    const auto sender = member(message, "sender");
    return sender && text(*sender, "principal_id") == "service:coordinator-" + found_.session_id;
  }

  /// Whether the coordinator says so in the entry behind it, as it does of all that it refuses.
  [[nodiscard]] bool is_refused(std::size_t place) const {
    if (place + 1 == by_index_.size())
      return false;
    const auto& [answer, entry] = row_at(place + 1);
    if (!is_coordinators(answer) || text(answer, "message_type") != "PROTOCOL_ERROR")
      return false;
    const auto said = member(answer, "payload").value_or("");
    const auto code = text(said, "error_code"), refers_to = text(said, "refers_to");
    if (std::find(remarks.begin(), remarks.end(), code) != remarks.end())
      return false;
    const bool is_hidden =
        entry.redacted && (said == protocol::redacted_value || refers_to == meaning(protocol::redacted_value));
    return (is_hidden || refers_to == protocol::message_id_in(row_at(place).message)) &&
           (entry.redacted || check_signature(answer, keys_));
  }

  [[nodiscard]] bool is_refused_hello(std::size_t place) const {
    return text(row_at(place).message, "message_type") == "HELLO" && is_refused(place);
  }

  /// The transcript stands in its own order (SPEC 9.6.3), whichever way the entries were chained.
  outcome check_order() {
    std::vector<protocol::transcript_entry> sorted;
    sorted.reserve(rows_.size());
    for (const auto place : by_index_)
      sorted.push_back({rows_[place].entry.index, protocol::frame::of(rows_[place].message), 0, {}, {}});
    protocol::sort_transcript(sorted);
    for (std::size_t place = 0; place < rows_.size(); ++place)
      if (sorted[place].sequence != rows_[place].entry.index)
        return at_entry(rows_[place].entry.index, "stands in the place of entry " +
                                                      std::to_string(sorted[place].sequence) + " in the transcript");
    return {};
  }

  /// What the coordinator has said of its log, while it went on and at the end.
  outcome check_statements() {
    for (const auto& [index, text] : statements_) {
      const auto said = read_chain_head(text);
      const auto ours = said ? heads_.find(said->entries) : heads_.end();
      if (!said || said->entries >= index)
        return at_entry(index, "holds a checkpoint that no coordinator writes");
      if (said->entries < begin_.entries)
        continue;
      if (ours == heads_.end() || ours->second != said->head)
        return at_entry(index, "holds a checkpoint of another log: entries up to " + std::to_string(said->entries) +
                                   " have been changed");
      ++found_.checkpoints;
    }
    return {};
  }

  /// What it has signed of the transcript as a whole.
  outcome check_end() {
    const auto head = member(log_, "head");
    const auto said = head ? read_log_end(*head) : std::nullopt;
    if (!said || said->session_id != found_.session_id)
      return elsewhere("log_chain.head does not say where the log of this session begins and ends");
    if (const auto checked = check_signature(*head, keys_); !checked)
      return elsewhere("log_chain.head is not signed by the coordinator: " + checked.error());
    if (said->begins_behind.entries < begin_.entries)
      return at_entry(said->begins_behind.entries + 1,
                      "is missing: the coordinator has signed that the transcript begins with it");
    if (said->begins_behind != begin_)
      return at_entry(begin_.entries + 1, "is not the beginning that the coordinator has signed");
    if (said->end.entries > at_.entries)
      return at_entry(at_.entries + 1, "is missing: the log has " + std::to_string(said->end.entries));
    if (said->end != at_)
      return at_entry(at_.entries, "is not the end of the log that the coordinator has signed");
    if (said->redacted.entries == 0 && redacted_.entries != 0)
      return at_entry(found_.redacted.front(), "is said to be redacted, but the coordinator has redacted nothing");
    if (said->redacted != redacted_)
      return elsewhere("the " + std::to_string(redacted_.entries) +
                       " redacted entries are not those that the coordinator has signed: it has redacted " +
                       std::to_string(said->redacted.entries));
    ++found_.checkpoints;
    return {};
  }

  [[nodiscard]] const row& row_at(std::size_t in_the_log) const { return rows_[by_index_[in_the_log]]; }

  struct statement {
    std::uint64_t entry;
    std::string text;
  };

  std::string_view messages_, rest_;
  std::vector<verifying_key> keys_;
  std::string_view log_;
  chain_head begin_, at_, redacted_;
  participant_signatures signatures_{true};
  std::vector<row> rows_;
  std::vector<std::size_t> by_index_; // places in the transcript, in the order of the log
  bool surplus_ = false, lacking_ = false;
  std::map<std::uint64_t, log_digest> heads_; // by entries
  std::vector<statement> statements_;
  transcript_findings found_;
};

} // namespace

base::result<transcript_findings, transcript_fault> verify_transcript(std::string_view json,
                                                                      std::span<const verifying_key> trusted) {
  // A message may be one that was refused for what it is, and have no canonical form; the rest has.
  const auto root = raw::value_at(json, 0);
  const auto messages = root ? raw::find_member(json, *root, "messages") : std::nullopt;
  if (!messages)
    return elsewhere("the text is no transcript: it has no messages");
  const auto [begin, end] = messages->value;
  const auto rest = canonical_json(std::string(json.substr(0, begin)).append("[]").append(json.substr(end)));
  if (!rest)
    return elsewhere("the text is no JSON that could be verified: " + rest.error());
  return verification(json.substr(begin, end - begin), *rest, trusted).run();
}

} // namespace mpac::security
