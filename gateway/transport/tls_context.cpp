#include "gateway/transport/tls_context.h"

#include "gateway/transport/peer_certificate.h"
#include "gateway/transport/transport_errc.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

namespace {

namespace fs = std::filesystem;

/// TLS 1.2: forward secrecy and authenticated encryption alone. TLS 1.3 has nothing else.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!PSK:!SRP";
constexpr const char* kSuites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
/// OpenSSL's level 2: 112 bits of security, so RSA keys of 2048 bits and more, no SHA-1.
constexpr int kSecurityLevel = 2;
constexpr std::string_view kSessionContext = "carport";

std::string opensslReason() {
  const auto code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = ERR_reason_error_string(code);
  return reason == nullptr ? "no reason given" : reason;
}

Result<std::string> readFile(const fs::path& file, TransportErrc errc, std::string_view what) {
  std::error_code ignored;
  std::ifstream stream(file, std::ios::binary);
  if (!stream || fs::is_directory(file, ignored)) {
    return fail(errc, fmt::format("{} {} cannot be read. Check its name and that this account may read it", what,
                                  file.string()));
  }
  std::string text(TlsContext::kMaxFileBytes + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > TlsContext::kMaxFileBytes) {
    return fail(errc, fmt::format("{} {} is larger than 1 MiB; that cannot be right", what, file.string()));
  }
  return text;
}

Result<std::vector<X509Ptr>> readCertificates(const fs::path& file, TransportErrc errc, std::string_view what) {
  const auto text = readFile(file, errc, what);
  if (!text) return failFrom(text);
  const BioPtr bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  std::vector<X509Ptr> certificates;
  while (X509Ptr next{PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)}) {
    certificates.push_back(std::move(next));
  }
  const auto code = ERR_peek_last_error();
  const bool atEnd = ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  if (certificates.empty() || !atEnd) {
    return fail(
        errc, fmt::format("{} {} is no certificate in PEM (a text that begins with -----BEGIN CERTIFICATE-----)", what,
                          file.string()));
  }
  return certificates;
}

/// Like databases do: whoever may read the key may pretend to be this server.
Result<void> checkKeyIsPrivate([[maybe_unused]] const fs::path& file) {
#ifndef _WIN32  // where permissions are lists that the standard library does not see
  std::error_code ec;
  const auto permissions = fs::status(file, ec).permissions();
  constexpr auto kForbidden = fs::perms::others_all | fs::perms::group_write;
  if (!ec && (permissions & kForbidden) != fs::perms::none) {
    return fail(TransportErrc::exposedKey,
                fmt::format("The TLS key {} may be used by other accounts (mode {:o}). Take that away: chmod 600 {}",
                            file.string(), static_cast<unsigned>(permissions & fs::perms::mask), file.string()));
  }
#endif
  return {};
}

Result<KeyPtr> readKey(const fs::path& file) {
  const auto text = readFile(file, TransportErrc::badKey, "The TLS key");
  if (!text) return failFrom(text);
  if (const auto isPrivate = checkKeyIsPrivate(file); !isPrivate) return failFrom(isPrivate);
  const BioPtr bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  bool asked = false;  // a server cannot ask anybody for a passphrase
  const auto noPassphrase = [](char*, int, int, void* wasAsked) {
    *static_cast<bool*>(wasAsked) = true;
    return -1;
  };
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassphrase, &asked));
  if (key) return key;
  ERR_clear_error();
  if (asked) {
    return fail(TransportErrc::badKey,
                fmt::format("The TLS key {} is protected by a passphrase, for which nobody can be asked. Write it "
                            "without one: openssl pkey -in {} -out FILE",
                            file.string(), file.string()));
  }
  return fail(TransportErrc::badKey,
              fmt::format("The TLS key {} is no private key in PEM (a text that begins with -----BEGIN PRIVATE "
                          "KEY-----)",
                          file.string()));
}

Result<void> applyPolicy(SSL_CTX* context) {
  SSL_CTX_set_security_level(context, kSecurityLevel);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Quiet connections hold no record buffers; one read takes as many records as have come.
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);
  // Sessions are resumed by tickets, which the clients keep, so that the server need not.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(context, static_cast<long>(TlsContext::kSessionLife.count()));
  const auto* id = reinterpret_cast<const unsigned char*>(kSessionContext.data());
  const bool done = SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
                    SSL_CTX_set_cipher_list(context, kCiphers) == 1 &&
                    SSL_CTX_set_ciphersuites(context, kSuites) == 1 && SSL_CTX_set_num_tickets(context, 1) == 1 &&
                    SSL_CTX_set_session_id_context(context, id, static_cast<unsigned>(kSessionContext.size())) == 1;
  if (done) return {};
  return fail(TransportErrc::tlsUnavailable, fmt::format("TLS cannot be set up here: {}", opensslReason()));
}

Result<TimePoint> useCertificate(SSL_CTX* context, const TlsFiles& files) {
  auto chain = readCertificates(files.certificate, TransportErrc::badCertificate, "The TLS certificate");
  if (!chain) return failFrom(chain);
  auto key = readKey(files.key);
  if (!key) return failFrom(key);
  TimePoint until = TimePoint::max();
  for (const auto& certificate : *chain) until = std::min(until, endOf(*certificate).value_or(TimePoint{}));
  if (SSL_CTX_use_certificate(context, chain->front().get()) != 1) {
    return fail(TransportErrc::badCertificate,
                fmt::format("The TLS certificate {} cannot be used: {}", files.certificate.string(), opensslReason()));
  }
  if (X509_check_private_key(chain->front().get(), key->get()) != 1) {
    ERR_clear_error();
    return fail(TransportErrc::badKey, fmt::format("The TLS key {} is not the one of the certificate {}",
                                                   files.key.string(), files.certificate.string()));
  }
  if (SSL_CTX_use_PrivateKey(context, key->get()) != 1) {
    return fail(TransportErrc::badKey,
                fmt::format("The TLS key {} cannot be used: {}", files.key.string(), opensslReason()));
  }
  for (auto next = std::next(chain->begin()); next != chain->end(); ++next) {
    if (SSL_CTX_add1_chain_cert(context, next->get()) == 1) continue;
    return fail(TransportErrc::badCertificate, fmt::format("A certificate after the first in {} cannot be used: {}",
                                                           files.certificate.string(), opensslReason()));
  }
  return until;
}

Result<void> useClientCa(SSL_CTX* context, const TlsFiles& files) {
  if (files.clientCertificates == ClientCertificates::none) return {};
  auto authorities = readCertificates(files.clientCa, TransportErrc::badClientCa, "The clients' authority");
  if (!authorities) return failFrom(authorities);
  for (const auto& authority : *authorities) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get()) == 1 &&
        SSL_CTX_add_client_CA(context, authority.get()) == 1) {
      continue;
    }
    return fail(TransportErrc::badClientCa,
                fmt::format("The clients' authority {} cannot be used: {}", files.clientCa.string(), opensslReason()));
  }
  const bool required = files.clientCertificates == ClientCertificates::required;
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  return {};
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::load(const TlsFiles& files) {
  ERR_clear_error();
  SslContextPtr context(SSL_CTX_new(TLS_server_method()));
  if (!context) return fail(TransportErrc::tlsUnavailable, "TLS cannot be set up here: " + opensslReason());
  if (const auto done = applyPolicy(context.get()); !done) return failFrom(done);
  const auto until = useCertificate(context.get(), files);
  if (!until) return failFrom(until);
  if (const auto done = useClientCa(context.get(), files); !done) return failFrom(done);
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(context), *until));
}

}  // namespace carport
