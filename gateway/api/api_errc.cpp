#include "gateway/api/api_errc.h"

#include <array>

namespace carport::api {

namespace {
constexpr std::array kEntries{
    ErrorEntry{int(ApiErrc::badJson), ErrorKind::invalid, "This is not JSON"},
    ErrorEntry{int(ApiErrc::missingField), ErrorKind::invalid, "A field is missing"},
    ErrorEntry{int(ApiErrc::badField), ErrorKind::invalid, "A field has a value that it cannot have"},
    ErrorEntry{int(ApiErrc::badSelector), ErrorKind::invalid,
               "Write *, self, principal:ID, group:ID, role:NAME, type:NAME, attribute:NAME=VALUE, organisation:ID or "
               "topic:FILTER"},
    ErrorEntry{int(ApiErrc::badFrame), ErrorKind::invalid, "The live frame is damaged"},
    ErrorEntry{int(ApiErrc::badFilter), ErrorKind::invalid, "This is not a condition on messages"},
};
constexpr ErrorDomain kDomain{"api", kEntries};
}  // namespace

const ErrorDomain& errorDomain(ApiErrc) {
  return kDomain;
}

}  // namespace carport::api
