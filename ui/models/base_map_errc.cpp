#include "ui/models/base_map_errc.h"

#include <array>

namespace carport::ui {
namespace {

constexpr std::array kEntries{
    ErrorEntry{int(BaseMapErrc::notABaseMap), ErrorKind::corrupted, "The world map is not a base map of Carport"},
    ErrorEntry{int(BaseMapErrc::truncated), ErrorKind::corrupted, "The world map ends too early"},
    ErrorEntry{int(BaseMapErrc::inconsistent), ErrorKind::corrupted, "The world map contradicts itself"},
};
constexpr ErrorDomain kDomain{"base map", kEntries};

}  // namespace

const ErrorDomain& errorDomain(BaseMapErrc) {
  return kDomain;
}

}  // namespace carport::ui
