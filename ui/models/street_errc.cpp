#include "ui/models/street_errc.h"

#include <array>

namespace carport::ui {
namespace {

constexpr std::array kStreetEntries{
    ErrorEntry{int(StreetErrc::cannotRead), ErrorKind::io, "The file cannot be read"},
    ErrorEntry{int(StreetErrc::notAnExtract), ErrorKind::invalid,
               "This is no OpenStreetMap extract. Street maps come from files that end in .osm.pbf"},
    ErrorEntry{int(StreetErrc::damagedExtract), ErrorKind::corrupted,
               "The extract is damaged or incomplete. Download it once more and add it again"},
    ErrorEntry{int(StreetErrc::nothingInIt), ErrorKind::invalid, "There are no streets in the extract"},
    ErrorEntry{int(StreetErrc::tooLarge), ErrorKind::tooLarge,
               "The extract is too large. Take one of a smaller region, for example of one city or county"},
    ErrorEntry{int(StreetErrc::cannotWrite), ErrorKind::io, "The street map cannot be stored"},
    ErrorEntry{int(StreetErrc::cancelled), ErrorKind::cancelled, "The import was cancelled"},
    ErrorEntry{int(StreetErrc::tooManyMaps), ErrorKind::limit,
               "There are as many street maps as Carport shows. Remove one first"},
    ErrorEntry{int(StreetErrc::notAnIndex), ErrorKind::corrupted, "The file is not a street map of Carport"},
    ErrorEntry{int(StreetErrc::newerVersion), ErrorKind::newerVersion,
               "The street map was made by a newer Carport. Add the extract again"},
    ErrorEntry{int(StreetErrc::damagedIndex), ErrorKind::corrupted,
               "The street map is damaged. Add the extract again"},
    ErrorEntry{int(StreetErrc::olderVersion), ErrorKind::invalid,
               "The street map was made by an older Carport. Add the extract again"},
};
constexpr ErrorDomain kStreetDomain{"streets", kStreetEntries};

}  // namespace

const ErrorDomain& errorDomain(StreetErrc) {
  return kStreetDomain;
}

}  // namespace carport::ui
