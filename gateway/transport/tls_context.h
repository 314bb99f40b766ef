#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/transport/openssl_handles.h"
#include "gateway/transport/tls_files.h"

#include <filesystem>
#include <memory>

namespace carport {

/// What TLS connections are made from: certificate, key, who may sign clients' certificates, and how strict one is (TLS
/// 1.2 and 1.3, forward secrecy, no compression, no renegotiation, resumption by tickets that end with this object).
/// Never changes; connections keep what they were made from. Any thread.
class TlsContext {
 public:
  /// How long a session may be resumed.
  static constexpr std::chrono::seconds kSessionLife = std::chrono::hours(2);

  /// Reads the files. A failure's sentence names the file, what is wrong with it, and what to do.
  static Result<std::shared_ptr<const TlsContext>> load(const TlsFiles& files);

  /// For those who connect: as strict, and a server must prove to be who it is by a certificate that leads to one of
  /// the authorities in this file (PEM), or where that is empty to one that this computer knows.
  static Result<std::shared_ptr<const TlsContext>> forClients(const std::filesystem::path& authority);

  /// For SSL_new(), which counts references by itself.
  SSL_CTX* native() const { return m_context.get(); }
  /// When the first of the server's certificates ends; for clients, never.
  TimePoint validUntil() const { return m_validUntil; }

 private:
  TlsContext(SslContextPtr context, TimePoint validUntil) : m_context(std::move(context)), m_validUntil(validUntil) {}

  SslContextPtr m_context;
  TimePoint m_validUntil;
};

}  // namespace carport
