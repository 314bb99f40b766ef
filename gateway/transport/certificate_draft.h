#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "gateway/transport/openssl_handles.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// A certificate (X.509 version 3, RFC 5280) on its way: filled in, then signed. Whatever OpenSSL cannot do is told by
/// sign() alone. Owner: CertificateAuthority; one thread.
class CertificateDraft {
 public:
  /// RFC 5280 appendix A.1, ub-common-name; here in bytes, which is never more.
  static constexpr std::size_t kMaxCommonNameBytes = 64;

  /// Of this key, with a random serial number.
  explicit CertificateDraft(EVP_PKEY& publicKey);

  /// A name that is too long is left out: the alternative names are what counts.
  void setCommonName(std::string_view name);
  void setLife(TimePoint from, TimePoint until);
  /// Alternative names of a server: DNS names, and IP addresses as text. Fails with a sentence about the first that is
  /// neither.
  Result<void> setServerNames(const std::vector<std::string>& names);
  /// One alternative name that is a URI, in ASCII.
  void setUri(const std::string& uri);
  /// An extension as openssl's configuration files write it; `value` never comes from outside.
  void extend(int kind, const char* value);

  /// Signed by `authority` with its key; null where something failed.
  X509Ptr sign(const X509& authority, EVP_PKEY& key);
  /// Signed with its own key, as an authority is.
  X509Ptr signBySelf(EVP_PKEY& key) { return sign(*m_certificate, key); }

 private:
  void check(bool done) { m_failed = m_failed || !done; }
  void add(GENERAL_NAMES* names);

  X509Ptr m_certificate;
  bool m_failed = false;
};

}  // namespace carport
