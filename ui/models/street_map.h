#pragma once

#include "gateway/base/result.h"
#include "ui/models/street_map_format.h"
#include "ui/models/street_map_info.h"

#include <QCache>

#include <memory>
#include <vector>

namespace carport::ui {

/// An imported street map, its tiles read when they are asked for and kept while there is room. One thread at a time;
/// who needs it on two opens it twice.
class StreetMap {
 public:
  /// Most memory that decoded tiles take; the longest unused goes first.
  static constexpr int kMaxCachedKilobytes = 64 * 1024;

  /// Reads header and directory of an index file.
  static Result<std::unique_ptr<StreetMap>> open(const QString& file);

  const StreetMapInfo& info() const { return m_info; }
  /// Where it tells land from sea.
  const StreetBox& ground() const { return m_header.ground; }
  const StreetBox& bounds() const { return m_header.bounds; }

  /// The numbers of the tiles that have something in `box`.
  std::vector<std::size_t> tilesIn(StreetLevel level, const StreetBox& box) const;
  /// One of them, from the cache or the file; StreetErrc::damagedIndex or cannotRead.
  Result<std::shared_ptr<const StreetTile>> tile(std::size_t number);

 private:
  StreetMap() = default;

  StreetMapInfo m_info;
  StreetMapHeader m_header;
  std::vector<StreetTileEntry> m_tiles;
  QCache<std::size_t, std::shared_ptr<const StreetTile>> m_cache{kMaxCachedKilobytes};
};

}  // namespace carport::ui
