#pragma once

#include "gateway/domain/car_import.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace carport {

/// Takes the cars of a list one after the other and finds out what each would change. One list; one thread.
class ImportPlanner {
 public:
  explicit ImportPlanner(const ImportContext& context) : m_context(context) {}

  void add(const CarToImport& car);
  void refuse(std::size_t line, std::string reason);
  /// False where there is too much of anything to read on.
  bool goesOn(std::size_t line);
  CarImport finish() { return std::move(m_import); }

 private:
  /// Empty where nothing is wrong with what the list itself says.
  std::string mistakeIn(const CarToImport& car) const;
  /// The car as it is, or as it would be made; none where it is refused.
  std::optional<PrincipalRecord> startingFrom(const CarToImport& car);
  std::string mistakeInGroups(const std::vector<std::string>& groups, const api::Principal& car) const;
  /// False where it is refused.
  bool takeSecret(const CarToImport& wanted, const std::optional<DeviceSecret>& kept, PrincipalRecord& car,
                  ImportChange& change);
  void take(PrincipalRecord car, ImportChange change);

  const ImportContext& m_context;
  std::unordered_map<std::string, std::size_t> m_lines;  // of the ids met so far
  CarImport m_import;
};

}  // namespace carport
