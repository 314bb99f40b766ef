#include "gateway/simulator/sim_errc.h"

#include <array>

namespace carport::sim {

namespace {
constexpr std::array kEntries{
    ErrorEntry{int(SimErrc::badOptions), ErrorKind::invalid, "The fleet's options do not fit together"},
    ErrorEntry{int(SimErrc::badRecording), ErrorKind::invalid, "The file is not a recording that can be replayed"},
    ErrorEntry{int(SimErrc::badCredentials), ErrorKind::invalid, "The file with the cars' passwords cannot be used"},
    ErrorEntry{int(SimErrc::provisioningRefused), ErrorKind::denied, "The gateway did not accept the new cars"},
    ErrorEntry{int(SimErrc::unreachable), ErrorKind::unavailable, "The gateway cannot be reached"},
    ErrorEntry{int(SimErrc::fileFailed), ErrorKind::io, "A file could not be read or written"},
    ErrorEntry{int(SimErrc::badStreets), ErrorKind::invalid, "The extract has no streets that cars can drive on"},
};
constexpr ErrorDomain kDomain{"simulator", kEntries};
}  // namespace

const ErrorDomain& errorDomain(SimErrc) {
  return kDomain;
}

}  // namespace carport::sim
