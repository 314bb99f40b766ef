#pragma once

#include "gateway/api/attributes.h"
#include "gateway/domain/credentials.h"
#include "gateway/domain/registry_store.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

inline constexpr std::size_t kMaxImportRows = 200'000;
inline constexpr std::size_t kMaxImportBytes = 64 * 1024 * 1024;
/// Of the lines that are refused, and of the cars that change, so many are told; the rest is only counted.
inline constexpr std::size_t kMaxImportMistakes = 100;
inline constexpr std::size_t kMaxImportChanges = 500;
/// Longest text of a field in a change that is told; what is longer is cut.
inline constexpr std::size_t kMaxChangeTextBytes = 256;

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

/// One field of a car that the list changes. Of secrets nothing is told but that they change.
struct FieldChange {
  std::string field;  ///< "name", "groups", "attributes" or "secret"
  std::string before, after;
};

/// What the list does to one car.
struct ImportChange {
  std::size_t line = 0;
  std::string id;
  bool isNew = false;
  std::vector<FieldChange> fields;  ///< of a new car: what it gets
};

/// A list of cars, read and checked against the registry. Only where there are no mistakes it may be stored.
struct CarImport {
  std::vector<PrincipalRecord> cars;  ///< those that change, for RegistryStore::importPrincipals
  std::vector<MadeSecret> made;
  std::vector<ImportMistake> mistakes;  ///< in the order of the list, at most kMaxImportMistakes
  std::vector<ImportChange> changes;    ///< in the order of the list, at most kMaxImportChanges
  std::size_t created = 0, updated = 0, unchanged = 0, refused = 0;  ///< lines of each kind

  std::size_t taken() const { return created + updated + unchanged; }
};

/// A car of a list. What was not given stays as it is.
struct CarToImport {
  std::size_t line = 0;  ///< where it is in the list, from 1
  std::string id;
  std::string name;      ///< empty: not given
  std::string password;  ///< empty: not given
  std::optional<std::vector<std::string>> groups;
  std::optional<std::vector<api::Attributes::Pair>> attributes;
};

/// Whose list it is, and what is there already.
struct ImportContext {
  const SecretKey& key;
  /// The record of whoever has an id; none: nobody has it. Absent: nobody is there.
  std::function<std::optional<PrincipalRecord>(std::string_view id)> find{};
  /// The organisation whose ids begin as this one does; empty: the house. Absent: there are none.
  std::function<std::string(std::string_view id)> organisationOf{};
  /// Whether whoever imports may administer a car, or would if it were there. Absent: any.
  std::function<bool(const api::Principal& car)> mayAdminister{};
  /// The organisation of whoever imports; empty: the house.
  std::string organisation{};
  bool isDryRun = false;  ///< then no secrets are made
};

/// Reads CSV with a header of the columns `id`, `name`, `password` (or `secret`), `groups` (parted by `;`) and
/// `attributes` (`NAME=TEXT`, parted by `;`) in any order, all but the first optional. A car without a secret gets a
/// made one. Checks every line and hashes the secrets; initCryptography() first.
CarImport readCarImport(std::string_view csv, const ImportContext& context);
/// The same for JSON: `{"cars":[{"id","name"?,"secret"?,"groups"?:[],"attributes"?:{}}…]}`; lines are places in the
/// list, from 1.
CarImport readCarImportJson(std::string_view json, const ImportContext& context);
/// The same for a list that came in another form.
CarImport checkCarImport(std::span<const CarToImport> cars, const ImportContext& context);

}  // namespace carport
