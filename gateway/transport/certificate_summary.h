#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace carport {

/// What the first certificate of a file says, for people.
struct CertificateSummary {
  std::string subject;             ///< its common name
  std::string issuer;              ///< that of who signed it
  std::vector<std::string> names;  ///< DNS names, addresses and URIs that it is for
  TimePoint validUntil{};
  std::string fingerprint;  ///< SHA-256 of the whole, as "AB:CD:…"
};

/// Fails with a sentence where the file is no certificate in PEM.
Result<CertificateSummary> summarise(const std::filesystem::path& file);

}  // namespace carport
