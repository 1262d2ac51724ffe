#include "protocol/workspace/file_table.hpp"

#include "protocol/workspace/path_rules.hpp"
#include "protocol/workspace/served_size.hpp"
#include "protocol/workspace/unicode_text.hpp"

#include <optional>
#include <utility>

namespace mpac::protocol {

namespace {

/// What is wrong with a path and its content, whatever else is shared.
std::optional<file_problem> fault_of(std::string_view path, std::string_view content) {
  const auto malformed = [&](std::string_view clause) {
    return malformed_file{std::string(path),
                          "The file " + quoted_for_people(path) + " cannot be shared: " + std::string(clause) + "."};
  };
  if (const auto fault = path_fault(path))
    return malformed("its path " + std::string(*fault));
  if (!is_utf8(content))
    return malformed("its content is not UTF-8");
  if (const auto size = served_size(path, content); size > max_served_bytes)
    return malformed("it would take a message of " + std::to_string(size) + " bytes, and the largest is " +
                     std::to_string(max_served_bytes));
  return std::nullopt;
}

malformed_file listing_too_long(std::string_view path, std::size_t size) {
  return {std::string(path), "The file " + quoted_for_people(path) + " cannot be shared: the list of all files would " +
                                 "take a message of " + std::to_string(size) + " bytes, and the largest is " +
                                 std::to_string(max_served_bytes) + "."};
}

} // namespace

error_code code_of(const file_problem& problem) {
  return std::holds_alternative<stale_file>(problem) ? error_code::stale_state_ref : error_code::malformed_message;
}

std::string describe(const file_problem& problem) {
  if (const auto* malformed = std::get_if<malformed_file>(&problem))
    return malformed->why;
  const auto& stale = std::get<stale_file>(problem);
  return "The file " + quoted_for_people(stale.path) + " is in state " + stale.expected + ", not " +
         quoted_for_people(stale.given) + "; read it again.";
}

const file_table::files_by_path& file_table::files() const noexcept {
  static const files_by_path none;
  return contents_ ? contents_->files : none;
}

const workspace_file* file_table::find(std::string_view path) const noexcept {
  const auto& all = files();
  const auto found = all.find(path);
  return found == all.end() ? nullptr : &found->second;
}

std::size_t file_table::listing_size() const noexcept {
  return empty_listing_size + (contents_ ? contents_->entries_size : 0);
}

base::result<file_plan, file_problem> file_table::check(const std::map<std::string, file_change>& changes) const {
  std::size_t listing = listing_size();
  for (const auto& [path, change] : changes) {
    if (auto fault = fault_of(path, change.content))
      return base::fail(std::move(*fault));
    if (find(path))
      continue;
    listing += listing_entry_size(path);
    if (listing > max_served_bytes)
      return base::fail(file_problem{listing_too_long(path, listing)});
  }
  for (const auto& [path, change] : changes) {
    const workspace_file* current = find(path);
    if (current && current->state_ref() != change.state_ref_before)
      return base::fail(file_problem{stale_file{path, current->state_ref(), change.state_ref_before}});
  }
  file_plan plan;
  plan.reserve(changes.size());
  for (const auto& [path, change] : changes)
    plan.push_back({path, workspace_file::of(change.content)});
  return plan;
}

base::result<void, file_problem> file_table::check_shareable(std::string_view path, std::string_view content) const {
  if (auto fault = fault_of(path, content))
    return base::fail(std::move(*fault));
  const std::size_t listing = listing_size() + (find(path) ? 0 : listing_entry_size(path));
  if (listing > max_served_bytes)
    return base::fail(file_problem{listing_too_long(path, listing)});
  return {};
}

void file_table::put(std::string path, workspace_file file) {
  if (!contents_)
    contents_ = new contents;
  else if (contents_->use_count() > 1)
    contents_ = new contents(*contents_); // somebody else's copy keeps what it had
  const auto [place, is_new] = contents_->files.insert_or_assign(std::move(path), std::move(file));
  if (is_new)
    contents_->entries_size += listing_entry_size(place->first);
}

} // namespace mpac::protocol
