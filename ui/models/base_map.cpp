#include "ui/models/base_map.h"

#include "ui/models/base_map_errc.h"
#include "ui/models/base_map_reader.h"

#include <QtEndian>

#include <cmath>

namespace carport::ui {
namespace {

/// Largest unpacked file that is accepted: qUncompress takes as much memory as the first four bytes ask for.
constexpr quint32 kMaxPlainBytes = 32U * 1024 * 1024;

/// Whether a ray from the point to the right crosses the closed outline an odd number of times.
bool crossesOddly(const BaseMap::Point* points, std::size_t count, double x, double y) {
  bool odd = false;
  for (std::size_t n = 0, before = count - 1; n < count; before = n++) {
    const BaseMap::Point& a = points[n];
    const BaseMap::Point& b = points[before];
    if ((double(a.y) > y) == (double(b.y) > y)) continue;
    const double crossing = double(a.x) + (y - double(a.y)) / double(b.y - a.y) * double(b.x - a.x);
    if (x < crossing) odd = !odd;
  }
  return odd;
}

}  // namespace

Result<BaseMap> BaseMap::decode(const QByteArray& file) {
  if (file.size() < 8 || qFromBigEndian<quint32>(file.constData()) > kMaxPlainBytes)
    return fail(BaseMapErrc::notABaseMap);
  const QByteArray plain = qUncompress(file);
  if (plain.isEmpty()) return fail(BaseMapErrc::notABaseMap);
  return BaseMapReader(plain).read();
}

bool BaseMap::isLand(QPointF world) const {
  bool land = false;
  for (const Run& ring : m_land) {
    // A ring that crosses the 180th meridian holds the place once more around the globe.
    for (double x = world.x() + std::ceil(ring.bounds.left() - world.x()); x <= ring.bounds.right(); x += 1) {
      if (world.y() < ring.bounds.top() || world.y() > ring.bounds.bottom()) continue;
      if (crossesOddly(&m_points[ring.first], ring.count, x, world.y())) land = !land;
    }
  }
  return land;
}

}  // namespace carport::ui
