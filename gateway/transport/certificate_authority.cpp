#include "gateway/transport/certificate_authority.h"

#include "gateway/transport/certificate_draft.h"
#include "gateway/transport/peer_certificate.h"
#include "gateway/transport/pem_files.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <utility>

namespace carport {

namespace {

tl::unexpected<Error> cannotMake() {
  return fail(TransportErrc::tlsUnavailable,
              fmt::format("The certificate cannot be made on this machine: {}", opensslReason()));
}

Result<KeyPtr> newKey() {
  KeyPtr key(EVP_EC_gen("P-256"));
  if (!key) return cannotMake();
  return key;
}

Result<IssuedCertificate> inPem(const X509& certificate, const EVP_PKEY* key) {
  IssuedCertificate issued{toPem(certificate), key == nullptr ? std::string() : toPem(*key)};
  if (issued.certificate.empty() || (key != nullptr && issued.key.empty())) return cannotMake();
  return issued;
}

Result<void> checkLife(std::chrono::days life) {
  if (life >= std::chrono::days(1) && life <= CertificateAuthority::kMaxLife) return {};
  return fail(TransportErrc::badName,
              fmt::format("A certificate lives for 1 to {} days", CertificateAuthority::kMaxLife.count()));
}

/// Which keys others may bring: OpenSSL's level 2, as in TLS (tls_context.cpp).
constexpr int kLeastSecurityBits = 112;

Result<X509RequestPtr> parseRequest(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(std::min(pem.size(), kMaxPemFileBytes))));
  X509RequestPtr request(PEM_read_bio_X509_REQ(bio.get(), nullptr, noPassphrase, nullptr));
  EVP_PKEY* key = request ? X509_REQ_get0_pubkey(request.get()) : nullptr;
  // Its own signature shows that whoever asks has the key.
  const bool holds = key != nullptr && X509_REQ_verify(request.get(), key) == 1;
  ERR_clear_error();
  if (!holds) {
    return fail(TransportErrc::badRequest,
                "This is no request for a certificate in PEM (a text that begins with -----BEGIN CERTIFICATE "
                "REQUEST-----), or its signature does not hold");
  }
  if (EVP_PKEY_get_security_bits(key) < kLeastSecurityBits) {
    return fail(TransportErrc::badRequest, "The request's key is too weak: RSA keys have 2048 bits or more");
  }
  return request;
}

}  // namespace

Result<IssuedCertificate> CertificateAuthority::make(std::string_view name, std::chrono::days life) {
  if (const auto allowed = checkLife(life); !allowed) return failFrom(allowed);
  if (name.empty() || name.size() > CertificateDraft::kMaxCommonNameBytes) {
    return fail(TransportErrc::badName,
                fmt::format("An authority has a name of 1 to {} bytes", CertificateDraft::kMaxCommonNameBytes));
  }
  const auto key = newKey();
  if (!key) return failFrom(key);
  const TimePoint now = SystemClock().now();
  CertificateDraft draft(**key);
  draft.setCommonName(name);
  draft.setLife(now - kClockAllowance, now + life);
  // Below it there are certificates of servers and clients alone, no further authorities.
  draft.extend(NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  draft.extend(NID_key_usage, "critical,keyCertSign,cRLSign");
  const X509Ptr made = draft.signBySelf(**key);
  if (!made) return cannotMake();
  return inPem(*made, key->get());
}

Result<CertificateAuthority> CertificateAuthority::of(const IssuedCertificate& made) {
  auto certificates = parseCertificates(made.certificate);
  const BioPtr bio(BIO_new_mem_buf(made.key.data(), static_cast<int>(made.key.size())));
  KeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, noPassphrase, nullptr));
  if (certificates.empty() || !key) return cannotMake();
  return CertificateAuthority(std::move(certificates.front()), std::move(key));
}

Result<CertificateAuthority> CertificateAuthority::load(const std::filesystem::path& certificate,
                                                        const std::filesystem::path& key) {
  auto certificates = readCertificates(certificate, TransportErrc::badAuthority, "The authority");
  if (!certificates) return failFrom(certificates);
  auto itsKey = readPrivateKey(key, TransportErrc::badAuthority, "The authority's key");
  if (!itsKey) return failFrom(itsKey);
  auto& own = certificates->front();
  const bool fits = X509_check_private_key(own.get(), itsKey->get()) == 1;
  ERR_clear_error();
  if (!fits) {
    return fail(TransportErrc::badAuthority,
                fmt::format("The key {} is not the one of the authority {}", key.string(), certificate.string()));
  }
  if (X509_check_ca(own.get()) != 1) {
    return fail(TransportErrc::badAuthority,
                fmt::format("{} is no authority: it may not sign certificates", certificate.string()));
  }
  CertificateAuthority loaded(std::move(own), std::move(*itsKey));
  if (loaded.validUntil() <= SystemClock().now()) {
    return fail(TransportErrc::badAuthority,
                fmt::format("The authority {} has ended. Make a new one, and give it to everybody who has this one",
                            certificate.string()));
  }
  return loaded;
}

TimePoint CertificateAuthority::validUntil() const {
  return endOf(*m_certificate).value_or(TimePoint{});
}

Result<X509Ptr> CertificateAuthority::sign(CertificateDraft& draft, std::chrono::days life) const {
  if (const auto allowed = checkLife(life); !allowed) return failFrom(allowed);
  const TimePoint now = SystemClock().now();
  draft.setLife(now - kClockAllowance, std::min<TimePoint>(validUntil(), now + life));
  draft.extend(NID_basic_constraints, "critical,CA:FALSE");
  draft.extend(NID_key_usage, "critical,digitalSignature");
  X509Ptr made = draft.sign(*m_certificate, *m_key);
  if (!made) return cannotMake();
  return made;
}

Result<IssuedCertificate> CertificateAuthority::issueServer(const std::vector<std::string>& names,
                                                            std::chrono::days life) const {
  if (names.empty() || names.size() > kMaxNames) {
    return fail(TransportErrc::badName, fmt::format("A server has 1 to {} names", kMaxNames));
  }
  const auto key = newKey();
  if (!key) return failFrom(key);
  CertificateDraft draft(**key);
  draft.setCommonName(names.front());
  if (const auto named = draft.setServerNames(names); !named) return failFrom(named);
  draft.extend(NID_ext_key_usage, "serverAuth");
  const auto made = sign(draft, life);
  if (!made) return failFrom(made);
  return inPem(**made, key->get());
}

Result<X509Ptr> CertificateAuthority::signClient(std::string_view id, EVP_PKEY& publicKey,
                                                 std::chrono::days life) const {
  CertificateDraft draft(publicKey);
  draft.setCommonName(id);
  draft.setUri(std::string(kPrincipalPrefix) + std::string(id));
  draft.extend(NID_ext_key_usage, "clientAuth");
  return sign(draft, life);
}

Result<IssuedCertificate> CertificateAuthority::issueClient(std::string_view id, std::chrono::days life) const {
  const auto key = newKey();
  if (!key) return failFrom(key);
  const auto made = signClient(id, **key, life);
  if (!made) return failFrom(made);
  return inPem(**made, key->get());
}

Result<IssuedCertificate> CertificateAuthority::signClientRequest(std::string_view id, const std::string& request,
                                                                  std::chrono::days life) const {
  const auto asked = parseRequest(request);
  if (!asked) return failFrom(asked);
  const auto made = signClient(id, *X509_REQ_get0_pubkey(asked->get()), life);
  if (!made) return failFrom(made);
  return inPem(**made, nullptr);
}

}  // namespace carport
