// Message templates: envelopes written once for an agent, with blanks that are filled in for each sending.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mpac::bench::swarm {

/// What an agent sends. The value is part of each message id.
enum class kind : std::uint8_t {
  hello,
  announce,
  commit,
  withdraw,
  intent,
  operation,
  acknowledge,
  resolve,
  resolution
};

/// A number that names one thing of a run: a message, an intent or an operation.
struct name {
  std::uint32_t session = 0;     ///< below 2^16
  std::uint32_t participant = 0; ///< below 2^12
  kind what = kind::hello;
  std::uint64_t sequence = 0; ///< below 2^56; rises by one with each message of an agent
};

/// Bytes of a UUID's text.
inline constexpr std::size_t name_size = 36;

/// Writes a name as UUID text: `tag` (the run) first, then session, participant, kind and sequence.
void write_name(char* to, std::uint32_t tag, const name& n) noexcept;

/// Reads what `write_name` wrote; nothing when `text` is no name of run `tag`.
std::optional<name> read_name(std::string_view text, std::uint32_t tag) noexcept;

/// The beginning of every envelope of the swarm; the message id follows. This is how a relayed one is known at once.
inline constexpr std::string_view envelope_start = R"({"protocol":"MPAC","version":"0.1.13","message_id":")";

/// Who writes.
struct author {
  std::uint32_t tag = 0; ///< of the run
  std::uint32_t session = 0;
  std::uint32_t participant = 0;
  std::string session_id;
};

/// What is written into a letter's blanks.
struct filling {
  std::uint64_t sequence = 0; ///< of the message
  std::uint64_t intent = 0;   ///< sequence of the intent's name
  std::uint64_t operation = 0;
  std::uint32_t part = 0;   ///< which of the agent's own files
  std::uint64_t before = 0; ///< state refs, counted
  std::uint64_t after = 0;
  std::uint64_t lamport = 0;
  std::string_view timestamp = {}; ///< 24 bytes, RFC 3339 with milliseconds and Z
  std::string_view conflict = {};  ///< id, for what is said of a conflict
};

/// Which files an announce names, and what a HELLO asks for.
struct variation {
  bool common = false;                   ///< the announce also names the file that everybody in the session works on
  std::uint32_t owner = 0;               ///< whose file it is, if not the author's own
  bool others_file = false;              ///< it is `owner`'s
  std::string_view role = "contributor"; ///< that a HELLO asks for
  std::string credential = {};           ///< a HELLO's, as identities write it
};

/// One template.
class letter {
public:
  letter() = default;
  letter(const author& who, kind what, const variation& how = {});

  /// Appends the filled letter to `out`.
  void fill(std::string& out, const filling& with) const;

private:
  struct blank {
    enum class meaning : std::uint8_t { message, intent, operation, timestamp, part, before, after } what;
    std::uint32_t at;
  };
  letter& text(std::string_view s);
  letter& leave(blank::meaning what);
  void payload(const author& who, kind what, const variation& how);

  std::uint32_t tag_ = 0;
  name name_;
  std::string text_; // up to the Lamport value
  std::string tail_; // what follows it; a conflict's id and the end come behind that
  std::array<blank, 8> blanks_{};
  std::uint8_t used_ = 0;
};

} // namespace mpac::bench::swarm
