#include "security/pem_blocks.hpp"

#include "security/freed_by.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <memory>
#include <optional>

namespace mpac::security {
namespace {

constexpr std::string_view begin = "-----BEGIN ", end = "-----END ", dashes = "-----";

void free_bytes(void* bytes) {
  OPENSSL_free(bytes);
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r";
  const auto first = text.find_first_not_of(blank);
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// What is wrong with the block, if anything.
std::optional<std::string> decode(std::string_view block, pem_block& into) {
  const std::unique_ptr<BIO, freed_by<BIO_free_all>> from(
      BIO_new_mem_buf(block.data(), static_cast<int>(block.size())));
  char *label = nullptr, *header = nullptr;
  unsigned char* data = nullptr;
  long length = 0;
  const bool read = from && PEM_read_bio(from.get(), &label, &header, &data, &length) == 1;
  ERR_clear_error();
  const std::unique_ptr<void, freed_by<free_bytes>> label_owner(label), header_owner(header), data_owner(data);
  if (!read)
    return "a block does not decode";
  if (header[0] != '\0')
    return "a block carries headers: keys must not be encrypted here";
  into.label = label;
  into.der.assign(reinterpret_cast<const char*>(data), static_cast<std::size_t>(length));
  return std::nullopt;
}

} // namespace

base::result<std::vector<pem_block>, text_fault> read_pem_blocks(std::string_view text, std::size_t most) {
  std::vector<pem_block> blocks;
  pem_block next;
  std::optional<std::size_t> began;
  int line_number = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto line_end = std::min(text.find('\n', at), text.size());
    const auto line = trimmed(text.substr(at, line_end - at));
    ++line_number;
    if (line.starts_with(begin) && line.ends_with(dashes)) {
      if (began)
        return base::fail(text_fault{"a block begins in another", line_number});
      if (blocks.size() == most)
        return base::fail(text_fault{"there are more than " + std::to_string(most) + " blocks", line_number});
      began = at;
      next.line = line_number;
    } else if (began && line.starts_with(end)) {
      if (auto wrong = decode(text.substr(*began, std::min(line_end + 1, text.size()) - *began), next))
        return base::fail(text_fault{*std::move(wrong), next.line});
      blocks.push_back(std::move(next));
      next = {};
      began.reset();
    } else if (!began && line.starts_with("kid:")) {
      next.key_id = trimmed(line.substr(4));
    }
    at = line_end + 1;
  }
  if (began)
    return base::fail(text_fault{"a block does not end", next.line});
  return blocks;
}

} // namespace mpac::security
