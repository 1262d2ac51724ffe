#include "tests/support/json.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <charconv>
#include <utility>

namespace mpac::tests {
namespace {

rapidjson::GenericStringRef<char> ref(std::string_view text) {
  return {text.data(), static_cast<rapidjson::SizeType>(text.size())};
}

/// The first step of a path and what is left of it.
std::pair<std::string_view, std::string_view> step(std::string_view path) {
  const auto dot = path.find('.');
  return dot == std::string_view::npos ? std::pair{path, std::string_view{}}
                                       : std::pair{path.substr(0, dot), path.substr(dot + 1)};
}

} // namespace

json_document parse_json(std::string_view text) {
  json_document parsed;
  parsed.Parse(text.data(), text.size());
  if (parsed.HasParseError())
    throw unreadable("not JSON at byte " + std::to_string(parsed.GetErrorOffset()) + ": " + std::string(text));
  return parsed;
}

const json_value* find(const json_value& root, std::string_view path) {
  const json_value* at = &root;
  while (!path.empty()) {
    const auto [name, rest] = step(path);
    path = rest;
    if (at->IsObject()) {
      const auto member = at->FindMember(json_value(ref(name)));
      if (member == at->MemberEnd())
        return nullptr;
      at = &member->value;
    } else if (at->IsArray()) {
      rapidjson::SizeType index = 0;
      const auto read = std::from_chars(name.data(), name.data() + name.size(), index);
      if (read.ec != std::errc{} || index >= at->Size())
        return nullptr;
      at = &(*at)[index];
    } else {
      return nullptr;
    }
  }
  return at;
}

std::string text_at(const json_value& root, std::string_view path) {
  const auto* found = find(root, path);
  return found && found->IsString() ? std::string(found->GetString(), found->GetStringLength()) : std::string{};
}

std::int64_t number_at(const json_value& root, std::string_view path) {
  const auto* found = find(root, path);
  return found && found->IsInt64() ? found->GetInt64() : -1;
}

void put(json_document& root, std::string_view path, const json_value& value) {
  auto& memory = root.GetAllocator();
  json_value* at = &root;
  while (true) {
    const auto [name, rest] = step(path);
    auto member = at->FindMember(json_value(ref(name)));
    if (member == at->MemberEnd()) {
      at->AddMember(json_value(name.data(), static_cast<rapidjson::SizeType>(name.size()), memory),
                    json_value(rapidjson::kObjectType), memory);
      member = at->FindMember(json_value(ref(name)));
    }
    if (rest.empty()) {
      member->value.CopyFrom(value, memory);
      return;
    }
    if (!member->value.IsObject())
      member->value.SetObject();
    at = &member->value;
    path = rest;
  }
}

void remove(json_document& root, std::string_view path) {
  json_value* at = &root;
  while (true) {
    const auto [name, rest] = step(path);
    if (!at->IsObject())
      return;
    const auto member = at->FindMember(json_value(ref(name)));
    if (member == at->MemberEnd())
      return;
    if (rest.empty()) {
      at->RemoveMember(member);
      return;
    }
    at = &member->value;
    path = rest;
  }
}

std::string to_text(const json_value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

} // namespace mpac::tests
