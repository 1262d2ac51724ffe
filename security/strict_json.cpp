#include "security/strict_json.hpp"

#include <rapidjson/encodedstream.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>

namespace mpac::security {
namespace {

constexpr std::size_t deepest = 16;
// Iterative: a text of a million brackets must not become a million stack frames.
constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag;

/// Builds the tree; each handler says whether to go on.
class builder {
public:
  bool Null() { return put({nullptr}); }
  bool Bool(bool b) { return put({b}); }
  bool Int(int i) { return put({static_cast<double>(i)}); }
  bool Uint(unsigned i) { return put({static_cast<double>(i)}); }
  bool Int64(std::int64_t i) { return put({static_cast<double>(i)}); }
  bool Uint64(std::uint64_t i) { return put({static_cast<double>(i)}); }
  bool Double(double d) { return put({d}); }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
  bool String(const char* text, rapidjson::SizeType length, bool) {
    return holds_no_nul(text, length) && put({std::string(text, length)});
  }
  bool Key(const char* text, rapidjson::SizeType length, bool) {
    if (!holds_no_nul(text, length))
      return false;
    open_.back().name.assign(text, length);
    if (open_.back().object.contains(open_.back().name))
      return give_up("a name is given twice in one object");
    return true;
  }
  bool StartObject() { return begin(false); }
  bool StartArray() { return begin(true); }
  bool EndObject(rapidjson::SizeType) {
    json_value made{std::move(open_.back().object)};
    open_.pop_back();
    return put(std::move(made));
  }
  bool EndArray(rapidjson::SizeType) {
    json_value made{std::move(open_.back().list)};
    open_.pop_back();
    return put(std::move(made));
  }

  [[nodiscard]] json_value& root() { return root_; }
  [[nodiscard]] const char* why() const { return why_; }

private:
  struct level {
    bool is_list;
    json_object object{};
    json_list list{};
    std::string name{};
  };

  bool give_up(const char* why) {
    why_ = why;
    return false;
  }

  bool holds_no_nul(const char* text, std::size_t length) {
    return std::find(text, text + length, '\0') == text + length || give_up("a text holds a NUL");
  }

  bool begin(bool is_list) {
    if (open_.size() == deepest)
      return give_up("nested too deeply");
    open_.push_back({is_list});
    return true;
  }

  bool put(json_value made) {
    if (open_.empty())
      root_ = std::move(made);
    else if (open_.back().is_list)
      open_.back().list.push_back(std::move(made));
    else
      open_.back().object.emplace(std::move(open_.back().name), std::move(made));
    return true;
  }

  std::vector<level> open_;
  json_value root_{nullptr};
  const char* why_ = "";
};

text_fault fault_at(std::string_view text, std::size_t offset, std::string what) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line_start = before.rfind('\n');
  return {std::move(what), 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n')),
          static_cast<int>(before.size() - (line_start == std::string_view::npos ? 0 : line_start + 1)) + 1};
}

} // namespace

const json_value* find(const json_object& in, std::string_view name) {
  const auto found = in.find(name);
  return found == in.end() ? nullptr : &found->second;
}

const std::string* find_text(const json_object& in, std::string_view name) {
  const auto* value = find(in, name);
  return value ? value->text() : nullptr;
}

std::optional<std::vector<std::string>> texts_of(const json_value& value) {
  if (!value.list())
    return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& each : *value.list()) {
    if (!each.text())
      return std::nullopt;
    texts.push_back(*each.text());
  }
  return texts;
}

base::result<json_object, text_fault> read_json_object(std::string_view text) {
  // The parser would take the first for the end of the text, and skip the second.
  if (const auto nul = text.find('\0'); nul != std::string_view::npos)
    return base::fail(fault_at(text, nul, "holds a NUL"));
  if (text.starts_with("\xef\xbb\xbf"))
    return base::fail(fault_at(text, 0, "begins with a byte order mark"));
  rapidjson::MemoryStream bytes(text.data(), text.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(bytes);
  rapidjson::Reader reader;
  builder into;
  const auto done = reader.Parse<flags>(stream, into);
  if (done.IsError())
    return base::fail(fault_at(
        text, done.Offset(),
        done.Code() == rapidjson::kParseErrorTermination ? into.why() : rapidjson::GetParseError_En(done.Code())));
  if (!into.root().object())
    return base::fail(fault_at(text, 0, "must be a JSON object"));
  return std::get<json_object>(std::move(into.root().value));
}

} // namespace mpac::security
