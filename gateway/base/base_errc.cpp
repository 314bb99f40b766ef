#include "gateway/base/base_errc.h"

#include <array>

namespace carport {

namespace {
constexpr std::array kEntries{
    ErrorEntry{int(BaseErrc::invalidArgument), ErrorKind::invalid, "A value is not acceptable"},
    ErrorEntry{int(BaseErrc::queueFull), ErrorKind::full, "A queue inside Carport is full; try again in a moment"},
    ErrorEntry{int(BaseErrc::alreadyRunning), ErrorKind::conflict, "Another Carport uses this data folder"},
    ErrorEntry{int(BaseErrc::ioFailed), ErrorKind::io, "A file could not be read or written"},
    ErrorEntry{int(BaseErrc::internal), ErrorKind::internal, "Carport made a mistake; please report it"},
    ErrorEntry{int(BaseErrc::cancelled), ErrorKind::cancelled, "It was taken back before it was done"},
};
constexpr ErrorDomain kDomain{"base", kEntries};
}  // namespace

const ErrorDomain& errorDomain(BaseErrc) {
  return kDomain;
}

}  // namespace carport
