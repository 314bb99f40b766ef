#include "gateway/transport/transport_errc.h"

#include <array>

namespace carport {

namespace {
constexpr std::array kEntries{
    ErrorEntry{int(TransportErrc::addressInUse), ErrorKind::conflict, "Another program uses this port"},
    ErrorEntry{int(TransportErrc::notPermitted), ErrorKind::denied, "This account may not listen on this port"},
    ErrorEntry{int(TransportErrc::badHost), ErrorKind::invalid, "This machine has no such address"},
    ErrorEntry{int(TransportErrc::cannotListen), ErrorKind::io, "The port cannot be opened"},
};
constexpr ErrorDomain kDomain{"transport", kEntries};
}  // namespace

const ErrorDomain& errorDomain(TransportErrc) {
  return kDomain;
}

}  // namespace carport
