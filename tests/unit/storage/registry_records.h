#pragma once

#include "gateway/domain/registry_store.h"
#include "gateway/storage/storage_errc.h"

#include <string>

namespace carport::test {

/// A principal as a registry's tests add it; a device has a secret.
inline PrincipalRecord principal(const std::string& id, api::PrincipalType type) {
  PrincipalRecord record;
  record.principal.id = id;
  record.principal.type = type;
  if (type == api::PrincipalType::device) record.secret = DeviceSecret{{1, 2, 3}, {4, 5, 6}};
  return record;
}
inline PrincipalRecord device(const std::string& id) {
  return principal(id, api::PrincipalType::device);
}
inline PrincipalRecord group(const std::string& id) {
  return principal(id, api::PrincipalType::group);
}

template <class T>
bool failsWith(const Result<T>& result, StorageErrc code) {
  return !result && result.error().is(code);
}

}  // namespace carport::test
