#include "gateway/transport/peer_certificate.h"

#include "gateway/transport/certificate_names.h"

#include <openssl/asn1.h>

#include <chrono>
#include <ctime>
#include <string>
#include <vector>

namespace carport {

namespace {

/// Empty where it is too long or holds what no name holds.
std::string nameOf(const ASN1_STRING* value) {
  auto text = textOf(value);
  const bool fits = text.size() <= kMaxCertificateNameBytes && text.find('\0') == std::string::npos;
  return fits ? text : std::string();
}

/// The ids behind "carport:" among the alternative names.
std::vector<std::string> alternativeNames(const X509& certificate) {
  std::vector<std::string> names;
  eachAlternativeName(certificate, [&names](const GENERAL_NAME& entry) {
    if (entry.type != GEN_URI && entry.type != GEN_DNS) return;
    const auto text = nameOf(entry.d.ia5);
    if (text.starts_with(kPrincipalPrefix)) names.push_back(text.substr(kPrincipalPrefix.size()));
  });
  return names;
}

std::vector<std::string> commonNames(const X509& certificate) {
  std::vector<std::string> names;
  const X509_NAME* subject = X509_get_subject_name(&certificate);
  for (int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1); at >= 0;
       at = X509_NAME_get_index_by_NID(subject, NID_commonName, at)) {
    names.push_back(nameOf(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
  }
  return names;
}

}  // namespace

PeerCertificate describe(const X509& certificate) {
  auto names = alternativeNames(certificate);
  if (names.empty()) names = commonNames(certificate);
  PeerCertificate peer;
  if (names.size() == 1) peer.name = std::move(names.front());
  peer.validUntil = endOf(certificate).value_or(TimePoint{});
  return peer;
}

std::optional<TimePoint> endOf(const X509& certificate) {
  std::tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &time) != 1) return std::nullopt;
  const auto day = std::chrono::year(time.tm_year + 1900) / std::chrono::month(static_cast<unsigned>(time.tm_mon + 1)) /
                   std::chrono::day(static_cast<unsigned>(time.tm_mday));
  return std::chrono::sys_days(day) + std::chrono::hours(time.tm_hour) + std::chrono::minutes(time.tm_min) +
         std::chrono::seconds(time.tm_sec);
}

}  // namespace carport
