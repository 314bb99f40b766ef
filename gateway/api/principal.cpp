#include "gateway/api/principal.h"

#include <algorithm>

namespace carport::api {

bool isValidPrincipalId(std::string_view id) {
  if (id.empty() || id.size() > kMaxPrincipalIdBytes || id.front() == '.') return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-@").find(c) != std::string_view::npos;
  });
}

bool Principal::setOrganisation(std::string_view organisation) {
  if (!idIsIn(id, organisation) || organisation.size() > kMaxOrganisationIdBytes) return false;
  organisationBytes = static_cast<std::uint8_t>(organisation.size());
  return true;
}

}  // namespace carport::api
