#include "gateway/transport/certificate_draft.h"

#include "gateway/transport/certificate_authority.h"
#include "gateway/transport/transport_errc.h"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <memory>
#include <utility>

namespace carport {

namespace {

using GeneralNamePtr = std::unique_ptr<GENERAL_NAME, OpensslFree<GENERAL_NAME_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, OpensslFree<X509_EXTENSION_free>>;
using OctetsPtr = std::unique_ptr<ASN1_OCTET_STRING, OpensslFree<ASN1_OCTET_STRING_free>>;

constexpr long kVersion3 = 2;     // it counts from 0
constexpr int kSerialBits = 127;  // RFC 5280 §4.1.2.2: positive, at most 20 octets; random, so that none comes twice
constexpr std::size_t kMaxDnsBytes = 253;

/// Letters, digits and hyphens between dots; a star for the first part (RFC 6125 §6.4.3).
bool isDnsName(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  };
  return !name.empty() && name.size() <= kMaxDnsBytes && name.front() != '.' && name.front() != '-' &&
         name.find("..") == std::string_view::npos && std::all_of(name.begin(), name.end(), fits);
}

GeneralNamePtr textName(int type, const std::string& text) {
  GeneralNamePtr name(GENERAL_NAME_new());
  ASN1_IA5STRING* value = ASN1_IA5STRING_new();
  if (!name || value == nullptr || ASN1_STRING_set(value, text.data(), static_cast<int>(text.size())) != 1) {
    ASN1_IA5STRING_free(value);
    return nullptr;
  }
  GENERAL_NAME_set0_value(name.get(), type, value);
  return name;
}

/// Has nothing in it that no address has: OpenSSL takes blanks, signs, and a colon alone.
bool mayBeAddress(const std::string& text) {
  return text != ":" && text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string::npos;
}

GeneralNamePtr serverName(const std::string& text) {
  if (OctetsPtr address{mayBeAddress(text) ? a2i_IPADDRESS(text.c_str()) : nullptr}) {
    GeneralNamePtr name(GENERAL_NAME_new());
    if (name) GENERAL_NAME_set0_value(name.get(), GEN_IPADD, address.release());
    return name;
  }
  return isDnsName(text) ? textName(GEN_DNS, text) : nullptr;
}

bool append(GENERAL_NAMES* names, GeneralNamePtr name) {
  if (names == nullptr || !name || sk_GENERAL_NAME_push(names, name.get()) == 0) return false;
  name.release();
  return true;
}

}  // namespace

bool isServerName(const std::string& name) {
  const GeneralNamePtr made = serverName(name);
  ERR_clear_error();
  return made != nullptr;
}

CertificateDraft::CertificateDraft(EVP_PKEY& publicKey) : m_certificate(X509_new()) {
  const BignumPtr serial(BN_new());
  check(m_certificate && serial && BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1);
  if (m_failed) return;
  check(X509_set_version(m_certificate.get(), kVersion3) == 1);
  check(BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(m_certificate.get())) != nullptr);
  check(X509_set_pubkey(m_certificate.get(), &publicKey) == 1);
}

void CertificateDraft::setCommonName(std::string_view name) {
  if (m_failed || name.empty() || name.size() > kMaxCommonNameBytes) return;
  check(X509_NAME_add_entry_by_NID(X509_get_subject_name(m_certificate.get()), NID_commonName, MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name.data()), static_cast<int>(name.size()),
                                   -1, 0) == 1);
}

void CertificateDraft::setLife(TimePoint from, TimePoint until) {
  if (m_failed) return;
  const auto seconds = [](TimePoint time) {
    return static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
  };
  check(ASN1_TIME_set(X509_getm_notBefore(m_certificate.get()), seconds(from)) != nullptr);
  check(ASN1_TIME_set(X509_getm_notAfter(m_certificate.get()), seconds(until)) != nullptr);
}

Result<void> CertificateDraft::setServerNames(const std::vector<std::string>& names) {
  const GeneralNamesPtr all(sk_GENERAL_NAME_new_null());
  for (const auto& text : names) {
    auto name = serverName(text);
    ERR_clear_error();
    if (!name) {
      return fail(TransportErrc::badName,
                  fmt::format("“{}” is neither a name in the network (fleet.example) nor an address", text));
    }
    check(append(all.get(), std::move(name)));
  }
  add(all.get());
  return {};
}

void CertificateDraft::setUri(const std::string& uri) {
  const GeneralNamesPtr all(sk_GENERAL_NAME_new_null());
  check(append(all.get(), textName(GEN_URI, uri)));
  add(all.get());
}

void CertificateDraft::add(GENERAL_NAMES* names) {
  if (m_failed) return;
  check(X509_add1_ext_i2d(m_certificate.get(), NID_subject_alt_name, names, 0, 0) == 1);
}

void CertificateDraft::extend(int kind, const char* value) {
  if (m_failed) return;
  X509V3_CTX context{};
  X509V3_set_ctx(&context, m_certificate.get(), m_certificate.get(), nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value));
  check(extension && X509_add_ext(m_certificate.get(), extension.get(), -1) == 1);
}

X509Ptr CertificateDraft::sign(const X509& authority, EVP_PKEY& key) {
  extend(NID_subject_key_identifier, "hash");
  if (m_failed) return nullptr;
  check(X509_set_issuer_name(m_certificate.get(), X509_get_subject_name(&authority)) == 1);
  // What tells two authorities of the same name apart (RFC 5280 §4.2.1.1).
  if (const ASN1_OCTET_STRING* id = X509_get0_subject_key_id(const_cast<X509*>(&authority))) {
    std::unique_ptr<AUTHORITY_KEYID, OpensslFree<AUTHORITY_KEYID_free>> issuer(AUTHORITY_KEYID_new());
    check(issuer != nullptr && (issuer->keyid = ASN1_OCTET_STRING_dup(id)) != nullptr);
    check(!m_failed && X509_add1_ext_i2d(m_certificate.get(), NID_authority_key_identifier, issuer.get(), 0, 0) == 1);
  }
  check(!m_failed && X509_sign(m_certificate.get(), &key, EVP_sha256()) > 0);
  return m_failed ? nullptr : std::move(m_certificate);
}

}  // namespace carport
