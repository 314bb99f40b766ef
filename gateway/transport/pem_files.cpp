#include "gateway/transport/pem_files.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <fstream>
#include <system_error>
#include <utility>

namespace carport {

namespace {

namespace fs = std::filesystem;

/// Like databases do: whoever may read the key may pretend to be its owner.
Result<void> checkIsPrivate([[maybe_unused]] const fs::path& file, [[maybe_unused]] std::string_view what) {
#ifndef _WIN32  // where permissions are lists that the standard library does not see
  std::error_code ec;
  const auto permissions = fs::status(file, ec).permissions();
  constexpr auto kForbidden = fs::perms::others_all | fs::perms::group_write;
  if (!ec && (permissions & kForbidden) != fs::perms::none) {
    return fail(TransportErrc::exposedKey,
                fmt::format("{} {} may be used by other accounts (mode {:o}). Take that away: chmod 600 {}", what,
                            file.string(), static_cast<unsigned>(permissions & fs::perms::mask), file.string()));
  }
#endif
  return {};
}

std::string textOf(BIO* bio) {
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(bio, &bytes);
  return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

std::string opensslReason() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? "no reason given" : reason;
}

int noPassphrase(char*, int, int, void* asked) {
  if (asked != nullptr) *static_cast<bool*>(asked) = true;
  return -1;
}

Result<std::string> readPemFile(const fs::path& file, TransportErrc errc, std::string_view what) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || fs::is_directory(file, ignored)) {
    return fail(errc, fmt::format("{} {} cannot be read. Check its name and that this account may read it", what,
                                  file.string()));
  }
  std::string text(kMaxPemFileBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > kMaxPemFileBytes) {
    return fail(errc, fmt::format("{} {} is larger than 1 MiB; that cannot be right", what, file.string()));
  }
  return text;
}

std::vector<X509Ptr> parseCertificates(const std::string& text) {
  const BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  std::vector<X509Ptr> certificates;
  while (X509Ptr next{PEM_read_bio_X509(bio.get(), nullptr, noPassphrase, nullptr)}) {
    certificates.push_back(std::move(next));
  }
  const auto code = ERR_peek_last_error();
  const bool atEnd = ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (!atEnd) certificates.clear();
  return certificates;
}

Result<std::vector<X509Ptr>> readCertificates(const fs::path& file, TransportErrc errc, std::string_view what) {
  const auto text = readPemFile(file, errc, what);
  if (!text) return failFrom(text);
  auto certificates = parseCertificates(*text);
  if (certificates.empty()) {
    return fail(
        errc, fmt::format("{} {} is no certificate in PEM (a text that begins with -----BEGIN CERTIFICATE-----)", what,
                          file.string()));
  }
  return certificates;
}

Result<KeyPtr> readPrivateKey(const fs::path& file, TransportErrc errc, std::string_view what) {
  const auto text = readPemFile(file, errc, what);
  if (!text) return failFrom(text);
  if (const auto isPrivate = checkIsPrivate(file, what); !isPrivate) return failFrom(isPrivate);
  const BioPtr bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  bool asked = false;
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassphrase, &asked));
  if (key) return key;
  ERR_clear_error();
  if (asked) {
    return fail(errc, fmt::format("{} {} is protected by a passphrase, for which nobody can be asked. Write it "
                                  "without one: openssl pkey -in {} -out FILE",
                                  what, file.string(), file.string()));
  }
  return fail(errc, fmt::format("{} {} is no private key in PEM (a text that begins with -----BEGIN PRIVATE "
                                "KEY-----)",
                                what, file.string()));
}

std::string toPem(const X509& certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  return PEM_write_bio_X509(bio.get(), &certificate) == 1 ? textOf(bio.get()) : std::string();
}

std::string toPem(const EVP_PKEY& key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  const bool written = PEM_write_bio_PrivateKey(bio.get(), &key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
  return written ? textOf(bio.get()) : std::string();
}

}  // namespace carport
