#include "gateway/api/organisation.h"

#include <algorithm>

namespace carport::api {

bool isValidOrganisationId(std::string_view id) {
  if (id.empty() || id.size() > kMaxOrganisationIdBytes || id.front() == '-' || id.back() == '-') return false;
  return std::all_of(id.begin(), id.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

bool isValidRoleId(std::string_view id) {
  if (id.empty() || id.size() > kMaxRoleIdBytes || id.front() == '.' || id == "none") return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

bool isBuiltInRole(std::string_view id) {
  return id == kAdministratorRole || id == kOperatorRole || id == kViewerRole;
}

bool idIsIn(std::string_view id, std::string_view organisation) {
  if (organisation.empty()) return true;
  return id.size() > organisation.size() + 1 && id.starts_with(organisation) && id[organisation.size()] == '.';
}

}  // namespace carport::api
