#pragma once

#include "gateway/base/result.h"
#include "ui/models/street_map_format.h"
#include "ui/models/street_source.h"

#include <QString>

#include <functional>
#include <map>
#include <tuple>
#include <vector>

namespace carport::ui {

/// Sorts what an extract has into the levels and tiles of an index, simplified for each, and writes the file. A plain
/// object for one thread.
class StreetMapWriter : public StreetSink {
 public:
  /// Most bytes of an index, all of which are in memory until it is written.
  static constexpr qint64 kMaxIndexBytes = 1024LL * 1024 * 1024;

  void take(StreetFeature feature) override;
  void takeCoast(StreetRing line) override;

  /// Whether kMaxIndexBytes is reached; what comes then is left out.
  bool isFull() const { return m_bytes > kMaxIndexBytes; }
  bool hasStreets() const { return m_streets > 0; }

  /// Makes the sea and writes `file`, whole or not at all. `head`: what the extract says of itself. `goOn` is asked now
  /// and then; false cancels.
  Result<void> write(const QString& file, const QString& name, quint64 sourceBytes, qint64 sourceTimeMs,
                     const StreetExtractHead& head, const std::function<bool()>& goOn);

 private:
  using Key = std::tuple<StreetLevel, std::uint32_t, std::uint32_t, std::uint32_t>;  ///< level, zoom, x, y

  void addTo(StreetLevel level, const StreetFeature& feature);
  void addSimplified(StreetLevel level, const StreetFeature& feature);
  void addSea(const StreetBox& ground);

  std::map<Key, StreetTileWriter> m_tiles;
  std::vector<StreetRing> m_coast;
  StreetBox m_bounds;
  qint64 m_bytes = 0;
  std::uint32_t m_streets = 0;
  std::uint32_t m_buildings = 0;
};

}  // namespace carport::ui
