#pragma once

#include "gateway/base/result.h"
#include "ui/models/base_map.h"
#include "ui/models/projection.h"

#include <QByteArrayView>

#include <vector>

namespace carport::ui {

/// Reads the unpacked bytes of a baked map once, front to back. Every read is checked: past the end m_failed is set and
/// zero comes back, so that loops end.
class BaseMapReader {
 public:
  /// Upper bounds on counts in a file, checked before memory is taken: an order of magnitude above the real map.
  static constexpr std::uint64_t kMaxArcs = 100'000;
  static constexpr std::uint64_t kMaxPoints = 8'000'000;
  static constexpr std::uint64_t kMaxRings = 100'000;
  static constexpr std::uint64_t kMaxLabels = 10'000;

  explicit BaseMapReader(QByteArrayView bytes) : m_bytes(bytes) {}
  Result<BaseMap> read();

 private:
  /// One arc on the world square, x running on across the 180th meridian.
  struct Arc {
    std::vector<QPointF> points;
    BaseMap::LineKind kind;
  };

  bool readHeader();
  bool readArcs();
  bool readRings(BaseMap& map);
  bool readRing(BaseMap& map);
  bool readLabels(BaseMap& map);
  void addLines(BaseMap& map) const;
  void addRing(BaseMap& map, std::vector<QPointF> ring) const;

  std::uint8_t byte();
  std::uint64_t varint();
  std::int64_t signedVarint();
  double real();
  QString text();
  bool left(std::uint64_t bytes) const { return bytes <= std::uint64_t(m_bytes.size() - m_at); }

  QByteArrayView m_bytes;
  qsizetype m_at = 0;
  bool m_failed = false;
  double m_scale[2] = {};
  double m_translate[2] = {};
  std::vector<Arc> m_arcs;
};

}  // namespace carport::ui
