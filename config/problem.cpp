#include "config/problem.hpp"

namespace mpac::config {

std::string to_string(const problem& one) {
  std::string text = one.where.source;
  if (one.where.line > 0)
    text += ':' + std::to_string(one.where.line) + ':' + std::to_string(one.where.column);
  if (!text.empty())
    text += ": ";
  if (!one.key.empty())
    text += one.key + ": ";
  text += one.message;
  if (!one.nearest.empty())
    text += "; did you mean \"" + one.nearest + "\"?";
  return text;
}

} // namespace mpac::config
