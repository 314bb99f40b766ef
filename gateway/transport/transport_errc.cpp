#include "gateway/transport/transport_errc.h"

#include <array>

namespace carport {

namespace {
constexpr std::array kEntries{
    ErrorEntry{int(TransportErrc::addressInUse), ErrorKind::conflict, "Another program uses this port"},
    ErrorEntry{int(TransportErrc::notPermitted), ErrorKind::denied, "This account may not listen on this port"},
    ErrorEntry{int(TransportErrc::badHost), ErrorKind::invalid, "This machine has no such address"},
    ErrorEntry{int(TransportErrc::cannotListen), ErrorKind::io, "The port cannot be opened"},
    ErrorEntry{int(TransportErrc::badCertificate), ErrorKind::invalid, "The TLS certificate cannot be used"},
    ErrorEntry{int(TransportErrc::badKey), ErrorKind::invalid, "The TLS key cannot be used"},
    ErrorEntry{int(TransportErrc::exposedKey), ErrorKind::invalid, "Others may read the TLS key"},
    ErrorEntry{int(TransportErrc::badClientCa), ErrorKind::invalid,
               "The certificates that clients are checked against cannot be used"},
    ErrorEntry{int(TransportErrc::tlsUnavailable), ErrorKind::internal, "TLS cannot be set up"},
    ErrorEntry{int(TransportErrc::badAuthority), ErrorKind::invalid, "The authority cannot sign certificates"},
    ErrorEntry{int(TransportErrc::badName), ErrorKind::invalid, "This name cannot stand in a certificate"},
    ErrorEntry{int(TransportErrc::badRequest), ErrorKind::invalid, "This is no request for a certificate"},
};
constexpr ErrorDomain kDomain{"transport", kEntries};
}  // namespace

const ErrorDomain& errorDomain(TransportErrc) {
  return kDomain;
}

}  // namespace carport
