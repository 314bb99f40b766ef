#pragma once

#include "gateway/transport/openssl_handles.h"

#include <openssl/pem.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace carport::test {

/// A certificate and its key, in PEM.
struct IssuedCertificate {
  std::string certificate;
  std::string key;

  /// Writes both; the key as only its owner may read it.
  void writeTo(const std::filesystem::path& certificateFile, const std::filesystem::path& keyFile) const {
    std::ofstream(certificateFile) << certificate;
    std::ofstream(keyFile) << key;
    using std::filesystem::perms;
    std::filesystem::permissions(keyFile, perms::owner_read | perms::owner_write);
  }
};

/// What is asked of an authority.
struct CertificateWish {
  std::vector<std::string> commonNames;
  std::string alternativeNames;  ///< as openssl writes them: "URI:carport:car-1,DNS:localhost"; empty: none
  long endsInSeconds = 10 * 86'400;
};

/// A certificate authority for tests.
class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name) : m_key(newKey()), m_certificate(X509_new()) {
    fill(m_certificate.get(), m_key.get(), {{name}, {}, 10 * 86'400});
    X509_set_issuer_name(m_certificate.get(), X509_get_subject_name(m_certificate.get()));
    extend(m_certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(m_certificate.get(), m_key.get(), EVP_sha256());
  }

  IssuedCertificate issue(const CertificateWish& wish) const {
    const KeyPtr key = newKey();
    const X509Ptr certificate(X509_new());
    fill(certificate.get(), key.get(), wish);
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(m_certificate.get()));
    if (!wish.alternativeNames.empty()) extend(certificate.get(), NID_subject_alt_name, wish.alternativeNames);
    X509_sign(certificate.get(), m_key.get(), EVP_sha256());
    return {pemOf(certificate.get()), pemOf(key.get())};
  }
  /// A server's, for this machine.
  IssuedCertificate issueServer(const std::string& name, long endsInSeconds = 60 * 86'400) const {
    return issue({{name}, "DNS:localhost,IP:127.0.0.1", endsInSeconds});
  }

  std::string pem() const { return pemOf(m_certificate.get()); }

  static KeyPtr newKey() { return KeyPtr(EVP_EC_gen("P-256")); }
  static std::string pemOf(EVP_PKEY* key) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return textOf(bio.get());
  }
  /// A request for a certificate of `key`, in PEM; `signer` is the same key where the request is honest.
  static std::string requestFor(EVP_PKEY* key, EVP_PKEY* signer) {
    const X509RequestPtr request(X509_REQ_new());
    X509_REQ_set_pubkey(request.get(), key);
    X509_REQ_sign(request.get(), signer, EVP_sha256());
    const BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509_REQ(bio.get(), request.get());
    return textOf(bio.get());
  }

 private:
  static std::string pemOf(X509* certificate) {
    const BioPtr bio(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(bio.get(), certificate);
    return textOf(bio.get());
  }
  static std::string textOf(BIO* bio) {
    char* bytes = nullptr;
    const auto size = BIO_get_mem_data(bio, &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }
  static void extend(X509* certificate, int kind, const std::string& value) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }
  static void fill(X509* certificate, EVP_PKEY* key, const CertificateWish& wish) {
    static long serial = 0;
    X509_set_version(certificate, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -86'400);
    X509_gmtime_adj(X509_getm_notAfter(certificate), wish.endsInSeconds);
    for (const auto& name : wish.commonNames) {
      X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    }
    X509_set_pubkey(certificate, key);
  }

  KeyPtr m_key;
  X509Ptr m_certificate;
};

}  // namespace carport::test
