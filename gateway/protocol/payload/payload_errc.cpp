#include "gateway/protocol/payload/payload_errc.h"

#include <array>

namespace carport::payload {

namespace {
constexpr std::array kEntries{
    ErrorEntry{int(PayloadErrc::badJson), ErrorKind::invalid, "The payload is not valid JSON"},
    ErrorEntry{int(PayloadErrc::wrongShape), ErrorKind::invalid,
               "The payload is not a JSON object or an array of objects"},
    ErrorEntry{int(PayloadErrc::tooLarge), ErrorKind::tooLarge, "The payload is larger than the gateway accepts"},
    ErrorEntry{int(PayloadErrc::tooManyRows), ErrorKind::tooLarge,
               "The payload has more objects than the gateway accepts"},
    ErrorEntry{int(PayloadErrc::nothingUsable), ErrorKind::invalid, "Nothing in the payload could be used"},
    ErrorEntry{int(PayloadErrc::badField), ErrorKind::invalid, "A field of the payload is not valid"},
    ErrorEntry{int(PayloadErrc::badCbor), ErrorKind::invalid, "The payload is not valid CBOR"},
    ErrorEntry{int(PayloadErrc::badGzip), ErrorKind::invalid, "The payload is not valid gzip"},
};
constexpr ErrorDomain kDomain{"payload", kEntries};
}  // namespace

const ErrorDomain& errorDomain(PayloadErrc) {
  return kDomain;
}

}  // namespace carport::payload
