// The bodies of the admin API's answers, as JSON.
#pragma once

#include "cluster/admin_api.hpp"
#include "cluster/admin_desk.hpp"
#include "config/problem.hpp"
#include "net/http_house.hpp"
#include "protocol/pending_claims.hpp"
#include "protocol/refusal.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mpac::cluster {

/// 200 when all checks have passed and there is one, else 503; `verbose` lists them.
[[nodiscard]] net::http_answer answer_ready(const std::vector<readiness_check>& checks, bool verbose);

/// A page of at most `limit` rows; one row more tells that there is a next page.
[[nodiscard]] net::http_answer answer_list(std::vector<listed_session> rows, std::size_t limit);

/// One row, with this status.
[[nodiscard]] net::http_answer answer_row(unsigned status, const listed_session& row);
/// The row of a session that was made, with what its maker should know.
[[nodiscard]] net::http_answer answer_made(const listed_session& row, const std::vector<std::string_view>& warnings);

/// What became of a claim, as it was decided.
[[nodiscard]] net::http_answer answer_claim(const protocol::claim_record& claim);
/// Why a claim was not decided: 404 where there is none, 409 where it is decided already or the session has ended, 403
/// where whoever was named may not decide.
[[nodiscard]] net::http_answer answer_unsettled(const protocol::refusal& why, bool is_decided);

/// 400 for text that is no JSON object, otherwise 422 with every bad key.
[[nodiscard]] net::http_answer answer_problems(const config::problems& found);

[[nodiscard]] net::http_answer answer_files(const protocol::file_table& files);
/// The file's text, its state ref as ETag; 404 when there is no such file.
[[nodiscard]] net::http_answer answer_file(const protocol::file_table& files, std::string_view path);

/// Where a copy of the store lies, and its size.
[[nodiscard]] net::http_answer answer_backup(const std::filesystem::path& where, std::uint64_t bytes);

/// JSON of this status.
[[nodiscard]] net::http_answer answer_json(unsigned status, std::string body);

} // namespace mpac::cluster
