#include "gateway/transport/certificate_summary.h"

#include "gateway/transport/certificate_names.h"
#include "gateway/transport/peer_certificate.h"
#include "gateway/transport/pem_files.h"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace carport {

namespace {

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
  eachAlternativeName(certificate, [&names](const GENERAL_NAME& entry) {
    if (entry.type == GEN_DNS || entry.type == GEN_URI) names.push_back(textOf(entry.d.ia5));
    if (entry.type == GEN_IPADD) names.push_back(addressOf(entry.d.ip));
  });
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
