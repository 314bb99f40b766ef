#include "gateway/transport/certificate_summary.h"

#include "gateway/transport/peer_certificate.h"
#include "gateway/transport/pem_files.h"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace carport {

namespace {

std::string textOf(const ASN1_STRING* value) {
  unsigned char* utf8 = nullptr;
  const int size = value == nullptr ? -1 : ASN1_STRING_to_UTF8(&utf8, value);
  if (size < 0) return {};
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return text;
}

std::string commonName(const X509_NAME* name) {
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  return at < 0 ? std::string() : textOf(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

std::string addressOf(const ASN1_OCTET_STRING* octets) {
  namespace ip = boost::asio::ip;
  const auto* bytes = ASN1_STRING_get0_data(octets);
  const auto size = static_cast<std::size_t>(ASN1_STRING_length(octets));
  ip::address_v4::bytes_type four{};
  ip::address_v6::bytes_type sixteen{};
  if (size == four.size()) {
    std::copy_n(bytes, size, four.begin());
    return ip::address_v4(four).to_string();
  }
  if (size != sixteen.size()) return {};
  std::copy_n(bytes, size, sixteen.begin());
  return ip::address_v6(sixteen).to_string();
}

std::vector<std::string> alternativeNames(const X509& certificate) {
  std::vector<std::string> names;
  const GeneralNamesPtr all(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const GENERAL_NAME* entry = sk_GENERAL_NAME_value(all.get(), i);
    if (entry->type == GEN_DNS || entry->type == GEN_URI) names.push_back(textOf(entry->d.ia5));
    if (entry->type == GEN_IPADD) names.push_back(addressOf(entry->d.ip));
  }
  return names;
}

std::string fingerprintOf(const X509& certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  std::string text;
  if (X509_digest(&certificate, EVP_sha256(), digest.data(), &size) != 1) return text;
  for (std::size_t i = 0; i < size; ++i) text += fmt::format("{}{:02X}", i == 0 ? "" : ":", digest[i]);
  return text;
}

}  // namespace

Result<CertificateSummary> summarise(const std::filesystem::path& file) {
  const auto all = readCertificates(file, TransportErrc::badCertificate, "The certificate");
  if (!all) return failFrom(all);
  const X509& first = *all->front();
  return CertificateSummary{commonName(X509_get_subject_name(&first)), commonName(X509_get_issuer_name(&first)),
                            alternativeNames(first), endOf(first).value_or(TimePoint{}), fingerprintOf(first)};
}

}  // namespace carport
