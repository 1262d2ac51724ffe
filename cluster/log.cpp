#include "cluster/log.hpp"

#include "base/clock.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <stdexcept>
#include <string>

namespace mpac::cluster {
namespace {

spdlog::level::level_enum level_of(config::log_level level) {
  switch (level) {
  case config::log_level::trace:
    return spdlog::level::trace;
  case config::log_level::debug:
    return spdlog::level::debug;
  case config::log_level::info:
    return spdlog::level::info;
  case config::log_level::warn:
    return spdlog::level::warn;
  case config::log_level::error:
    return spdlog::level::err;
  }
  return spdlog::level::info;
}

spdlog::sink_ptr sink_of(const config::log_settings& how) {
  if (how.file.empty())
    return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  try {
    return std::make_shared<spdlog::sinks::basic_file_sink_mt>(how.file);
  } catch (const spdlog::spdlog_ex& why) {
    throw std::runtime_error("log.file: " + std::string(why.what()));
  }
}

void put(rapidjson::Writer<rapidjson::StringBuffer>& out, std::string_view name, std::string_view value) {
  out.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
  out.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

std::string json_line(spdlog::level::level_enum level, std::string_view part, std::string_view sentence,
                      log::values with) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> out(buffer);
  const auto name = spdlog::level::to_string_view(level);
  out.StartObject();
  put(out, "ts", base::to_rfc3339(base::now()));
  put(out, "level", {name.data(), name.size()});
  put(out, "component", part);
  put(out, "msg", sentence);
  for (const auto& [key, value] : with)
    put(out, key, value);
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

// Values come from outside: a line stays one line.
void append_printable(std::string& line, std::string_view text) {
  for (const char c : text)
    line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
}

std::string text_line(std::string_view part, std::string_view sentence, log::values with) {
  std::string line;
  line.append(part).append(": ");
  append_printable(line, sentence);
  for (const auto& [key, value] : with) {
    line.append(" ").append(key).append("=");
    append_printable(line, value);
  }
  return line;
}

} // namespace

struct log::impl {
  explicit impl(const config::log_settings& how)
      : sink(sink_of(how)), logger("mpac", sink), auditor("mpac", sink), json(how.format == config::log_format::json) {
    sink->set_pattern(json ? "%v" : "%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
    logger.set_level(level_of(how.level));
    logger.flush_on(spdlog::level::info);
    auditor.set_level(spdlog::level::info);
    auditor.flush_on(spdlog::level::info);
  }

  void write(spdlog::logger& by, spdlog::level::level_enum level, std::string_view part, std::string_view sentence,
             values with) {
    if (by.should_log(level))
      by.log(level, json ? json_line(level, part, sentence, with) : text_line(part, sentence, with));
  }
  void write(spdlog::level::level_enum level, std::string_view part, std::string_view sentence, values with) {
    write(logger, level, part, sentence, with);
  }

  const spdlog::sink_ptr sink;
  spdlog::logger logger;
  spdlog::logger auditor; // into the same, and nobody sets its level
  bool json;
};

log::log(const config::log_settings& how) : impl_(std::make_unique<impl>(how)) {}
log::~log() = default;

void log::debug(std::string_view part, std::string_view sentence, values with) {
  impl_->write(spdlog::level::debug, part, sentence, with);
}
void log::info(std::string_view part, std::string_view sentence, values with) {
  impl_->write(spdlog::level::info, part, sentence, with);
}
void log::warn(std::string_view part, std::string_view sentence, values with) {
  impl_->write(spdlog::level::warn, part, sentence, with);
}
void log::error(std::string_view part, std::string_view sentence, values with) {
  impl_->write(spdlog::level::err, part, sentence, with);
}

void log::audit(std::string_view part, std::string_view sentence, values with) {
  impl_->write(impl_->auditor, spdlog::level::info, part, sentence, with);
}

void log::set_level(config::log_level least) {
  impl_->logger.set_level(level_of(least));
}

} // namespace mpac::cluster
