#include "gateway/storage/storage_errc.h"

#include <array>

namespace carport {

namespace {
constexpr std::array kEntries{
    ErrorEntry{int(StorageErrc::notFound), ErrorKind::notFound, "There is no such entry in the data folder"},
    ErrorEntry{int(StorageErrc::exists), ErrorKind::conflict, "That entry exists already"},
    ErrorEntry{int(StorageErrc::readOnly), ErrorKind::io, "The data folder cannot be written; check its permissions"},
    ErrorEntry{int(StorageErrc::diskFull), ErrorKind::full, "The disk is full; free some space"},
    ErrorEntry{int(StorageErrc::corrupted), ErrorKind::corrupted, "Stored data is damaged"},
    ErrorEntry{int(StorageErrc::newerVersion), ErrorKind::newerVersion,
               "The data folder was written by a newer Carport; use that version or a newer one"},
    ErrorEntry{int(StorageErrc::ioFailed), ErrorKind::io, "A file of the data folder could not be read or written"},
    ErrorEntry{int(StorageErrc::queueFull), ErrorKind::full, "Too much is waiting for the disk; try again in a moment"},
    ErrorEntry{int(StorageErrc::closed), ErrorKind::unavailable, "The data folder is being closed"},
};
constexpr ErrorDomain kDomain{"storage", kEntries};
}  // namespace

const ErrorDomain& errorDomain(StorageErrc) {
  return kDomain;
}

}  // namespace carport
