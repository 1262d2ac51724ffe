#include "protocol/wire/transcript_encoder.hpp"

#include "protocol/session.hpp"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <optional>
#include <tuple>

namespace mpac::protocol {
namespace {

const rapidjson::Value* member(const rapidjson::Value* of, const char* name) {
  if (!of || !of->IsObject())
    return nullptr;
  const auto found = of->FindMember(name);
  return found == of->MemberEnd() ? nullptr : &found->value;
}

std::string text_of(const rapidjson::Value* value) {
  return value && value->IsString() ? std::string(value->GetString(), value->GetStringLength()) : std::string{};
}

/// Any kind of watermark has its place if it tells a Lamport value (SPEC 12.3, 12.4).
std::optional<std::uint64_t> lamport_in(const rapidjson::Value* watermark) {
  const bool is_baseline = text_of(member(watermark, "kind")) == to_word(watermark_kind::lamport_clock);
  const auto* value = member(watermark, is_baseline ? "value" : "lamport_value");
  return value && value->IsUint64() && value->GetUint64() <= largest_counter ? std::optional(value->GetUint64())
                                                                             : std::nullopt;
}

} // namespace

void transcript_order::place(transcript_entry& entry) {
  const auto text = entry.frame->payload();
  rapidjson::Document said;
  // Without recursion: nobody's nesting is deeper than our stack.
  said.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  const rapidjson::Value* root = said.HasParseError() ? nullptr : &said;
  const auto* sender = member(root, "sender");
  entry.principal_id = text_of(member(sender, "principal_id"));
  entry.sender_instance_id = text_of(member(sender, "sender_instance_id"));
  entry.lamport = lamport_in(member(root, "watermark")).value_or(highest_);
  highest_ = std::max(highest_, entry.lamport);
}

void sort_transcript(std::vector<transcript_entry>& entries) {
  transcript_order order;
  for (auto& entry : entries)
    order.place(entry);
  std::stable_sort(entries.begin(), entries.end(), [](const transcript_entry& a, const transcript_entry& b) {
    return std::tie(a.lamport, a.principal_id, a.sender_instance_id) <
           std::tie(b.lamport, b.principal_id, b.sender_instance_id);
  });
}

std::string transcript_head(const session& facts, base::instant now) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> out(buffer);
  const auto text = [&](std::string_view value) {
    out.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  };
  const auto put = [&](const char* name, std::string_view value) {
    out.Key(name);
    text(value);
  };
  const auto put_all = [&](const char* name, const std::vector<std::string>& values) {
    out.Key(name);
    out.StartArray();
    for (const auto& value : values)
      text(value);
    out.EndArray();
  };
  out.StartObject();
  put("session_id", facts.origin().id.str());
  put("protocol_version", facts.policy().protocol_version);
  put("exported_at", base::to_rfc3339(now));
  put("security_profile", to_word(facts.policy().security_profile));
  out.Key("participants"); // principal objects (SPEC 10.1)
  out.StartArray();
  for (const auto& who : facts.people()) {
    out.StartObject();
    put("principal_id", who.principal_id.str());
    put("principal_type", to_word(who.type));
    put("display_name", who.display_name);
    put_all("roles", who.roles);
    put_all("capabilities", who.capabilities);
    out.EndObject();
  }
  out.EndArray();
  // The object goes on in the pieces that follow.
  return std::string(buffer.GetString(), buffer.GetSize()) + ",\"messages\":[";
}

std::string transcript_end(std::string_view final_snapshot) {
  return "]" + transcript_last(final_snapshot);
}

std::string transcript_last(std::string_view final_snapshot) {
  return ",\"final_snapshot\":" + std::string(final_snapshot) + "}";
}

} // namespace mpac::protocol
