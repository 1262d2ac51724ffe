// A transcript with a log, in its parts: told as the hub does it, and to be tampered with.
#pragma once

#include "protocol/wire/transcript_encoder.hpp"
#include "security/envelope_signature.hpp"
#include "security/key_generation.hpp"
#include "security/log_record_text.hpp"
#include "security/transcript_verifier.hpp"

#include <span>
#include <string>
#include <vector>

namespace mpac::security::tests {

inline signing_key made_key(const std::string& name) {
  const auto pair =
      generate_key({key_type::ed25519, name, base::instant{std::chrono::hours{24 * 20000}}, std::chrono::days{10}})
          .value();
  return signing_key::of(pair.private_key_pem, pair.certificate_pem).value();
}

inline const signing_key& hub() {
  static const auto key = made_key("hub");
  return key;
}
inline const signing_key& alice() {
  static const auto key = made_key("alice");
  return key;
}
/// Her second key.
inline const signing_key& new_alice() {
  static const auto key = made_key("alice again");
  return key;
}

/// A transcript in its parts, in the order in which it was chained.
struct told {
  struct line {
    std::string message;
    log_entry entry;
  };
  std::vector<line> lines;
  chain_head begin{0, genesis("s")}, end = begin, redacted = begin;
  std::string head, certificates;

  void say(const std::string& message) {
    const auto digest = entry_digest(message);
    end = extended(end, digest);
    lines.push_back({message, {end.entries, digest, end.head, {}}});
  }
  /// Tells the message of this place without its secret, as the hub does, or as somebody who does as if.
  void redact(std::size_t place) {
    auto& [message, entry] = lines[place];
    if (const auto at = message.find("secret"); at != std::string::npos)
      message.replace(at, 6, "(redacted)");
    entry.redacted = entry_digest(message);
    redacted = one_more_redacted(redacted, entry.index, *entry.redacted);
  }
  void sign() {
    head = signed_head({"s", begin, end, redacted}, hub());
    certificates = to_json_string(hub().certificate_chain());
  }
  /// All links anew, as somebody does who changes what was said and knows how it is chained.
  void link_again() {
    auto at = begin;
    for (auto& [message, entry] : lines) {
      entry.digest = entry_digest(message);
      at = extended(at, entry.digest);
      entry.index = at.entries;
      entry.link = at.head;
    }
    end = at;
  }

  /// As JSON, in the order of `places`.
  [[nodiscard]] std::string text(const std::vector<std::size_t>& places) const {
    std::string messages, entries;
    for (const auto place : places) {
      messages += (messages.empty() ? "" : ",\n ") + lines[place].message;
      entries += (entries.empty() ? "" : ", ") + to_json(lines[place].entry);
    }
    return "{\"session_id\":\"s\",\"messages\":[ " + messages + "],\"log_chain\":{\"mechanism\":\"" +
           std::string(log_mechanism) + "\",\"begins_behind\":" + to_json(begin) + ",\"entries\":[" + entries +
           "],\"head\":" + head + ",\"coordinator_certificates\":[" + certificates + "]}}\n";
  }
  /// As it is exported.
  [[nodiscard]] std::vector<std::size_t> places() const {
    std::vector<protocol::transcript_entry> sorted;
    for (std::size_t i = 0; i < lines.size(); ++i)
      sorted.push_back({i, protocol::frame::of(lines[i].message), 0, {}, {}});
    protocol::sort_transcript(sorted);
    std::vector<std::size_t> all;
    for (const auto& each : sorted)
      all.push_back(each.sequence);
    return all;
  }
  [[nodiscard]] std::string text() const { return text(places()); }
};

inline std::string watermark(int lamport) {
  return R"("watermark":{"kind":"lamport_clock","value":)" + std::to_string(lamport) + "}";
}

/// Not signed.
inline std::string raw_from(const std::string& who, int number, int lamport, const std::string& type = "HEARTBEAT",
                            const std::string& more = "") {
  return R"({"message_type":")" + type + R"(","message_id":"a)" + std::to_string(number) +
         R"(", "sender":{"principal_id":")" + who + R"(","sender_instance_id":"i"},)" + watermark(lamport) +
         R"(,"payload":{"summary":"secret")" + more + "}}";
}

inline std::string from_alice(int number, int lamport, const signing_key& by = alice()) {
  return sign_envelope(raw_from("agent:alice", number, lamport), by).value();
}

inline std::string hello_of(const std::string& who, int number, int lamport, const signing_key& key,
                            const signing_key& by) {
  const auto credential =
      R"(,"credential":{"type":"x509_chain","value":)" + to_json_string(key.certificate_chain()) + "}";
  return sign_envelope(raw_from(who, number, lamport, "HELLO", credential), by).value();
}

inline std::string rotation(int number, int lamport, const signing_key& to, const signing_key& by) {
  const auto extensions =
      R"(,"extensions":{"key_rotation":{"certificate_chain":)" + to_json_string(to.certificate_chain()) + "}}";
  return sign_envelope(raw_from("agent:alice", number, lamport, "HEARTBEAT", extensions), by).value();
}

inline std::string from_hub(int lamport, const std::string& extensions = "",
                            const std::string& type = "COORDINATOR_STATUS") {
  return sign_envelope(R"({"message_type":")" + type +
                           R"(","sender":{"principal_id":"service:coordinator-s","sender_instance_id":"c"},)" +
                           watermark(lamport) + extensions + "}",
                       hub())
      .value();
}

inline std::string refusal_of(const std::string& message, int lamport,
                              const std::string& code = "AUTHORIZATION_FAILED") {
  return from_hub(lamport, R"(,"payload":{"error_code":")" + code + R"(","refers_to":")" + message + "\"}",
                  "PROTOCOL_ERROR");
}

/// Twelve entries: statuses with checkpoints, a message that has no canonical form and is refused, and alice, who
/// changes her key.
inline told good() {
  told it;
  it.say(hello_of("agent:alice", 0, 1, alice(), alice()));
  it.say(from_hub(3));
  it.say(from_alice(1, 2)); // before the hub's in the transcript
  it.say(from_alice(2, 5));
  it.say(from_hub(6, R"(,"extensions":{"mpac_cluster.log_checkpoint":)" + to_json(it.end) + "}"));
  it.say(R"({"message_id":"twice","message_id":"twice","watermark":{"kind":"lamport_clock","value":6}})");
  it.say(refusal_of("twice", 8));
  it.say(from_hub(9));
  it.say(rotation(3, 7, new_alice(), alice()));
  it.say(from_hub(10, R"(,"extensions":{"mpac_cluster.log_checkpoint":)" + to_json(it.end) + "}"));
  it.say(from_alice(4, 12, new_alice()));
  it.say(from_hub(13));
  it.sign();
  return it;
}

/// "12: what is wrong", or "good".
inline std::string verdict(const std::string& text, std::span<const verifying_key> trusted = {}) {
  const auto found = verify_transcript(text, trusted);
  if (found)
    return "good";
  const auto fault = found.error();
  return (fault.entry ? std::to_string(*fault.entry) + ": " : "") + fault.what;
}

inline bool names(const std::string& said, std::uint64_t entry) {
  return said.starts_with(std::to_string(entry) + ": ");
}

} // namespace mpac::security::tests
