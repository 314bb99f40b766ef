#pragma once

#include "gateway/base/result.h"
#include "gateway/storage/backup_checksum.h"

#include <filesystem>

namespace carport {

/// Packs a backup's folder into a tar archive (POSIX.1-1988 ustar; sizes from 8 GiB on in base 256), the manifest
/// first. Any tar can unpack it. It is on the disk when this returns.
Result<void> packArchive(const std::filesystem::path& backup, const std::filesystem::path& archive,
                         const BytesMoved& moved = {});

/// Unpacks such an archive into a folder, which is made. Only files that belong into a backup are taken. What has
/// become of their bytes shows when they are compared with the manifest.
Result<void> unpackArchive(const std::filesystem::path& archive, const std::filesystem::path& backup);

}  // namespace carport
