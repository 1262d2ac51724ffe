// One session and those who talk in it, without actors and sockets: what the micro-benchmarks drive.
#pragma once

#include "protocol/admission.hpp"
#include "protocol/living.hpp"
#include "protocol/wire/decoder.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mpac::bench {

/// Time stands still here, so nothing expires. For one thread.
class house {
public:
  /// `size` participants have said HELLO; the first is an owner.
  explicit house(std::size_t size);

  /// A participant's message as it would come in, with the next message id and Lamport value. `payload` is JSON.
  [[nodiscard]] protocol::frame_ptr letter(std::size_t who, std::string_view type, std::string_view payload);
  [[nodiscard]] protocol::frame_ptr announce(std::size_t who, std::string_view intent, std::string_view file);
  [[nodiscard]] protocol::frame_ptr commit(std::size_t who, std::string_view operation, std::string_view intent,
                                           std::string_view file);
  [[nodiscard]] protocol::frame_ptr withdraw(std::size_t who, std::string_view intent);

  /// Opens a letter, which has to be a good one.
  [[nodiscard]] protocol::envelope open(const protocol::frame_ptr& frame);

  /// Admits and lives one message; `keep` gets what was decided. False when the door did not let it in.
  template <class Keep>
  bool hear(std::size_t who, protocol::envelope&& message, const protocol::frame_ptr& frame, Keep&& keep) {
    auto verdict = doors_[who].admit(std::move(message), frame, now_);
    const auto* let_in = std::get_if<protocol::admitted>(&verdict);
    if (let_in)
      protocol::live(facts_, *let_in, keep);
    return let_in != nullptr;
  }

  /// Lets the conflicts rule that a decision puts a question before, and lives that; `keep` gets what was decided.
  template <class Keep>
  void deliberate(const protocol::decision& made, Keep&& keep) {
    for (const auto& question : made.consultations) {
      const protocol::dispute room(*facts_.conflicts().find(question->conflict_id));
      protocol::live(facts_, protocol::decide(facts_, room.consider(question), now_), keep);
    }
  }

  /// Opens and lives one message that has to be accepted, and gives what was decided last.
  protocol::decision live(std::size_t who, const protocol::frame_ptr& frame);

  /// `count` live intents, each on a file of its own, held in turns by the participants from `first` on.
  void fill(std::size_t count, std::size_t first = 0);
  /// `count` intents that come and go again.
  void age(std::size_t count);

  [[nodiscard]] const protocol::session& facts() const noexcept { return facts_; }
  [[nodiscard]] std::size_t size() const noexcept { return doors_.size(); }
  /// What the first participant was told when it joined.
  [[nodiscard]] const protocol::frame_ptr& welcome() const noexcept { return welcome_; }

private:
  base::instant now_;
  protocol::session facts_;
  std::shared_ptr<const protocol::admission_terms> terms_;
  std::vector<protocol::admission> doors_;
  std::vector<std::uint64_t> lamports_;
  std::uint64_t messages_ = 0;
  protocol::decoder decoder_;
  protocol::frame_ptr welcome_;
};

} // namespace mpac::bench
