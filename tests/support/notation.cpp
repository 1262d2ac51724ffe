#include "tests/support/notation.hpp"

#include <cctype>
#include <utility>

namespace mpac::tests {
namespace {

// Inside a value these stand for `*`, `-` and `$name`; no message has such a string.
constexpr char mark = '\x01';

/// Turns relaxed values into JSON text.
class value_reader {
public:
  explicit value_reader(std::string_view text) : text_(text) {}

  [[nodiscard]] bool at_end() {
    skip_space();
    return at_ >= text_.size();
  }

  /// Up to white space or `=`.
  std::string name() {
    skip_space();
    const auto begin = at_;
    while (at_ < text_.size() && text_[at_] != '=' && !is_space(text_[at_]))
      ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  bool take(char wanted) {
    if (at_ >= text_.size() || text_[at_] != wanted)
      return false;
    ++at_;
    return true;
  }

  std::string value() {
    skip_space();
    if (at_ >= text_.size())
      throw unreadable("a value is missing at the end of: " + std::string(text_));
    switch (text_[at_]) {
    case '"':
      return quoted();
    case '[':
      return enclosed('[', ']', false);
    case '{':
      return enclosed('{', '}', true);
    default:
      return bare(" \t,]}");
    }
  }

private:
  static bool is_space(char c) { return c == ' ' || c == '\t'; }
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_]))
      ++at_;
  }

  std::string quoted() {
    const auto begin = at_++;
    while (at_ < text_.size() && text_[at_] != '"')
      at_ += text_[at_] == '\\' ? 2 : 1;
    if (at_ >= text_.size())
      throw unreadable("a string does not end: " + std::string(text_.substr(begin)));
    ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string enclosed(char open, char close, bool has_names) {
    std::string out(1, open);
    ++at_;
    for (bool first = true;; first = false) {
      skip_space();
      if (take(close))
        return out + close;
      if (!first) {
        if (!take(','))
          throw unreadable("expected ',' or '" + std::string(1, close) + "' in: " + std::string(text_));
        out += ',';
        skip_space();
      }
      if (has_names) {
        out += text_[at_] == '"' ? quoted() : bare(":");
        skip_space();
        if (!take(':'))
          throw unreadable("expected ':' in: " + std::string(text_));
        out += ':';
      }
      out += value();
    }
  }

  std::string bare(std::string_view ends) {
    const auto begin = at_;
    while (at_ < text_.size() && ends.find(text_[at_]) == std::string_view::npos)
      ++at_;
    const std::string word(text_.substr(begin, at_ - begin));
    if (word.empty())
      throw unreadable("a value is missing in: " + std::string(text_));
    if (word == "*" || word == "-" || word.front() == '$')
      return "\"\\u0001" + word + "\"";
    json_document parsed;
    parsed.Parse(word.data(), word.size());
    if (!parsed.HasParseError())
      return word; // a number, true, false or null
    return to_text(json_value(word.data(), static_cast<rapidjson::SizeType>(word.size())));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string_view marked(const json_value& pattern) {
  if (!pattern.IsString() || pattern.GetStringLength() < 2 || pattern.GetString()[0] != mark)
    return {};
  return {pattern.GetString() + 1, pattern.GetStringLength() - 1};
}

/// `[a.py, b.py]` as the file_set it means.
void spell_out_scope(json_document& payload) {
  const auto* scope = find(payload, "scope");
  if (!scope || !scope->IsArray())
    return;
  json_document whole;
  whole.SetObject();
  put(whole, "kind", json_value("file_set"));
  put(whole, "resources", *scope);
  put(payload, "scope", whole);
}

std::string shown(const json_value* found) {
  return found ? to_text(*found) : "nothing";
}

} // namespace

json_document read_value(std::string_view text) {
  return parse_json(value_reader(text).value());
}

notation read_notation(std::string_view line) {
  value_reader in(line);
  notation out;
  out.payload.SetObject();
  out.envelope.SetObject();
  if (!in.at_end())
    out.type = in.name();
  while (!in.at_end()) {
    const auto name = in.name();
    if (name.empty() || !in.take('='))
      throw unreadable("expected name=value at '" + name + "' in: " + std::string(line));
    const auto value = parse_json(in.value());
    if (name.front() == '@')
      put(out.envelope, std::string_view(name).substr(1), value);
    else
      put(out.payload, name, value);
  }
  spell_out_scope(out.payload);
  return out;
}

bool is_absent(const json_value& pattern) {
  return marked(pattern) == "-";
}

void fill(json_value& value, const bindings& bound, json_document::AllocatorType& memory) {
  if (value.IsObject())
    for (auto& member : value.GetObject())
      fill(member.value, bound, memory);
  else if (value.IsArray())
    for (auto& entry : value.GetArray())
      fill(entry, bound, memory);
  else if (const auto name = marked(value); !name.empty() && name.front() == '$') {
    const auto known = bound.find(name);
    if (known == bound.end())
      throw unreadable(std::string(name) + " has not been heard yet");
    value.CopyFrom(parse_json(known->second), memory);
  }
}

bool matches(const json_value& pattern, const json_value* found, bindings& bound, std::string& why,
             const std::string& place) {
  const auto differs = [&](const std::string& wanted) {
    why = place + ": expected " + wanted + ", found " + shown(found);
    return false;
  };
  const auto special = marked(pattern);
  if (special == "-")
    return !found || differs("nothing");
  if (!found)
    return differs(special.empty() ? to_text(pattern) : std::string(special));
  if (special == "*")
    return true;
  if (!special.empty()) {
    const auto [known, is_new] = bound.try_emplace(std::string(special), to_text(*found));
    return is_new || known->second == to_text(*found) || differs(known->second);
  }
  if (pattern.IsObject()) {
    if (!found->IsObject())
      return differs("an object");
    for (const auto& member : pattern.GetObject()) {
      const std::string name(member.name.GetString(), member.name.GetStringLength());
      const auto inner = found->FindMember(member.name);
      if (!matches(member.value, inner == found->MemberEnd() ? nullptr : &inner->value, bound, why,
                   place.empty() ? name : place + "." + name))
        return false;
    }
    return true;
  }
  if (pattern.IsArray()) {
    if (!found->IsArray() || found->Size() != pattern.Size())
      return differs("a list of " + std::to_string(pattern.Size()));
    for (rapidjson::SizeType i = 0; i < pattern.Size(); ++i)
      if (!matches(pattern[i], &(*found)[i], bound, why, place + "[" + std::to_string(i) + "]"))
        return false;
    return true;
  }
  if (pattern.IsNumber() && found->IsNumber())
    return pattern.GetDouble() == found->GetDouble() || differs(to_text(pattern));
  return pattern == *found || differs(to_text(pattern));
}

} // namespace mpac::tests
