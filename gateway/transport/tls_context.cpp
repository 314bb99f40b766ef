#include "gateway/transport/tls_context.h"

#include "gateway/transport/peer_certificate.h"
#include "gateway/transport/pem_files.h"
#include "gateway/transport/transport_errc.h"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

namespace {

/// TLS 1.2: forward secrecy and authenticated encryption alone. TLS 1.3 has nothing else.
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!PSK:!SRP";
constexpr const char* kSuites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
/// OpenSSL's level 2: 112 bits of security, so RSA keys of 2048 bits and more, no SHA-1.
constexpr int kSecurityLevel = 2;
constexpr std::string_view kSessionContext = "carport";

Result<void> applyPolicy(SSL_CTX* context) {
  SSL_CTX_set_security_level(context, kSecurityLevel);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // Quiet connections hold no record buffers; one read takes as many records as have come.
  SSL_CTX_set_mode(context,
                   SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // The certificates of tls-cert are sent, not what clients' authorities would add to them.
  SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
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
  auto key = readPrivateKey(files.key, TransportErrc::badKey, "The TLS key");
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

Result<void> trust(SSL_CTX* context, const std::filesystem::path& authority) {
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  if (authority.empty()) {
    if (SSL_CTX_set_default_verify_paths(context) == 1) return {};
    return fail(TransportErrc::badAuthority,
                "This computer's list of authorities cannot be used; name one yourself: " + opensslReason());
  }
  auto known = readCertificates(authority, TransportErrc::badAuthority, "The authority");
  if (!known) return failFrom(known);
  for (const auto& certificate : *known) {
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate.get()) == 1) continue;
    return fail(TransportErrc::badAuthority,
                fmt::format("The authority {} cannot be used: {}", authority.string(), opensslReason()));
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::forClients(const std::filesystem::path& authority) {
  ERR_clear_error();
  SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  if (!context) return fail(TransportErrc::tlsUnavailable, "TLS cannot be set up here: " + opensslReason());
  if (const auto done = applyPolicy(context.get()); !done) return failFrom(done);
  if (const auto done = trust(context.get(), authority); !done) return failFrom(done);
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(context), TimePoint::max()));
}

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
