#pragma once

#include "gateway/domain/credentials.h"
#include "gateway/domain/registry_store.h"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// What is wrong with a line of a list of cars.
struct ImportMistake {
  std::size_t line = 0;
  std::string reason;  ///< a sentence for a person, without a final full stop
};

/// A secret that was made because the list gave none.
struct MadeSecret {
  std::string id;
  std::string secret;
};

/// A list of cars, read and checked. Only where there are no mistakes it may be stored.
struct CarImport {
  std::vector<PrincipalRecord> cars;  ///< for RegistryStore::importPrincipals
  std::vector<MadeSecret> made;
  std::vector<ImportMistake> mistakes;  ///< at most kMaxImportMistakes, then one that says so
};

inline constexpr std::size_t kMaxImportRows = 200'000;
inline constexpr std::size_t kMaxImportBytes = 64 * 1024 * 1024;
inline constexpr std::size_t kMaxImportMistakes = 100;

/// A car of a list; an empty name or password was not given.
struct CarToImport {
  std::size_t line = 0;  ///< where it is in the list, from 1
  std::string id;
  std::string name;
  std::string password;
};

/// Whether a car of this id is in the registry with a secret of its own.
using KnownCar = std::function<bool(std::string_view id)>;

/// Reads CSV with a header of the columns `id`, `name`, `password` in any order, the last two optional. A car without a
/// password gets a made secret; one for which `isKnown` says that it has a secret already keeps it. Checks every line
/// and hashes the secrets; initCryptography() first.
CarImport readCarImport(std::string_view csv, const SecretKey& key, const KnownCar& isKnown);
/// The same for a list that came in another form.
CarImport checkCarImport(std::span<const CarToImport> cars, const SecretKey& key, const KnownCar& isKnown);

}  // namespace carport
