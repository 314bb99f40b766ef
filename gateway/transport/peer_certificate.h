#pragma once

#include "gateway/base/clock.h"
#include "gateway/transport/byte_channel.h"
#include "gateway/transport/openssl_handles.h"

#include <optional>

namespace carport {

/// Before the principal's id in a subject alternative name, where that says it instead of the common name.
inline constexpr std::string_view kPrincipalPrefix = "carport:";
/// A longer name is none.
inline constexpr std::size_t kMaxCertificateNameBytes = 256;

/// What a certificate says about whom it belongs to: `carport:ID` as URI or DNS name among its subject alternative
/// names (RFC 5280 §4.2.1.6), else its common name. The name is empty where there is none, or more than one.
PeerCertificate describe(const X509& certificate);

/// When the certificate ends; none where it says nonsense.
std::optional<TimePoint> endOf(const X509& certificate);

}  // namespace carport
