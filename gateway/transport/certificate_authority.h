#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/transport/openssl_handles.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

class CertificateDraft;

/// A certificate and its key, in PEM.
struct IssuedCertificate {
  std::string certificate;
  std::string key;  ///< empty where it belongs to whoever asked
};

/// Whether a server's certificate can have this name: one in the network ("fleet.example"), or an IP address.
bool isServerName(const std::string& name);

/// The gateway's own certificate authority: it signs the gateway's certificate, which cars and portals then know by the
/// authority's, and clients' certificates. Keys are elliptic (P-256); certificates as RFC 5280 has them. A value; one
/// thread at a time.
class CertificateAuthority {
 public:
  /// Longest life that can be asked for; nothing lives longer than the authority that signed it.
  static constexpr std::chrono::days kMaxLife{3650};
  /// Certificates hold from a little earlier on, because clocks differ.
  static constexpr std::chrono::hours kClockAllowance{1};
  static constexpr std::size_t kMaxNames = 100;

  /// A new authority, by the name that people see, at most 64 bytes.
  static Result<IssuedCertificate> make(std::string_view name, std::chrono::days life);
  /// One that make() has just made.
  static Result<CertificateAuthority> of(const IssuedCertificate& made);
  /// One that was made before. Fails with a sentence where the files are none, or do not belong together.
  static Result<CertificateAuthority> load(const std::filesystem::path& certificate, const std::filesystem::path& key);

  /// For a server with these names: DNS names, and IP addresses as text. At least one.
  Result<IssuedCertificate> issueServer(const std::vector<std::string>& names, std::chrono::days life) const;
  /// For the principal with this id: `carport:ID` is its alternative name (peer_certificate.h), the id its common name.
  Result<IssuedCertificate> issueClient(std::string_view id, std::chrono::days life) const;
  /// The same for somebody who made a key and has it: `request` is a signing request in PEM (RFC 2986), of which the
  /// key alone is taken.
  Result<IssuedCertificate> signClientRequest(std::string_view id, const std::string& request,
                                              std::chrono::days life) const;

  TimePoint validUntil() const;

 private:
  CertificateAuthority(X509Ptr certificate, KeyPtr key)
      : m_certificate(std::move(certificate)), m_key(std::move(key)) {}
  /// Signs it for so long, or as long as the authority itself lives.
  Result<X509Ptr> sign(CertificateDraft& draft, std::chrono::days life) const;
  Result<X509Ptr> signClient(std::string_view id, EVP_PKEY& publicKey, std::chrono::days life) const;

  X509Ptr m_certificate;
  KeyPtr m_key;
};

}  // namespace carport
