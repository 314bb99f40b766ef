#include "ui/models/base_map_reader.h"

#include "ui/models/base_map_errc.h"

#include <QtEndian>

#include <algorithm>
#include <bit>
#include <cmath>

namespace carport::ui {
namespace {

constexpr std::size_t kLinePoints = 128;  // a line's piece: short enough that its box says whether it is in sight

BaseMap::Run appendRun(std::vector<BaseMap::Point>& all, const QPointF* points, std::size_t count) {
  BaseMap::Run run{std::uint32_t(all.size()), std::uint32_t(count), {}};
  QPointF low = points[0];
  QPointF high = points[0];
  for (std::size_t n = 0; n < count; ++n) {
    low = {std::min(low.x(), points[n].x()), std::min(low.y(), points[n].y())};
    high = {std::max(high.x(), points[n].x()), std::max(high.y(), points[n].y())};
    all.push_back({float(points[n].x()), float(points[n].y())});
  }
  run.bounds = QRectF(low, high);
  return run;
}

}  // namespace

std::uint8_t BaseMapReader::byte() {
  if (!left(1)) {
    m_failed = true;
    return 0;
  }
  return std::uint8_t(m_bytes[m_at++]);
}

std::uint64_t BaseMapReader::varint() {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 63; shift += 7) {
    const std::uint8_t next = byte();
    value |= std::uint64_t(next & 0x7F) << shift;
    if ((next & 0x80) == 0) return value;
  }
  m_failed = true;
  return 0;
}

std::int64_t BaseMapReader::signedVarint() {
  const std::uint64_t value = varint();
  return (value & 1) != 0 ? -std::int64_t(value >> 1) - 1 : std::int64_t(value >> 1);
}

double BaseMapReader::real() {
  if (!left(sizeof(double))) {
    m_failed = true;
    return 0;
  }
  const auto bits = qFromLittleEndian<quint64>(m_bytes.data() + m_at);
  m_at += sizeof(double);
  return std::bit_cast<double>(bits);
}

QString BaseMapReader::text() {
  const std::uint64_t length = varint();
  if (!left(length)) {
    m_failed = true;
    return {};
  }
  const QString value = QString::fromUtf8(m_bytes.sliced(m_at, qsizetype(length)));
  m_at += qsizetype(length);
  return value;
}

Result<BaseMap> BaseMapReader::read() {
  if (!readHeader()) return fail(BaseMapErrc::notABaseMap);
  BaseMap map;
  const bool read = readArcs() && readRings(map) && readLabels(map);
  if (m_failed) return fail(BaseMapErrc::truncated);
  if (!read) return fail(BaseMapErrc::inconsistent);
  addLines(map);
  return map;
}

bool BaseMapReader::readHeader() {
  if (!m_bytes.startsWith("CPM1")) return false;
  m_at = 4;
  for (double* value : {&m_scale[0], &m_scale[1], &m_translate[0], &m_translate[1]}) *value = real();
  return !m_failed && std::isfinite(m_scale[0] + m_scale[1] + m_translate[0] + m_translate[1]);
}

bool BaseMapReader::readArcs() {
  const std::uint64_t count = varint();
  if (count > kMaxArcs) return false;
  std::uint64_t points = 0;
  for (std::uint64_t n = 0; n < count && !m_failed; ++n) {
    Arc arc;
    arc.kind = byte() == 0 ? BaseMap::LineKind::coast : BaseMap::LineKind::border;
    const std::uint64_t length = varint();
    points += length;
    // Every point takes at least two bytes, so a length that lies is found before memory is taken for it.
    if (length < 2 || points > kMaxPoints || !left(length * 2)) return false;
    arc.points.reserve(length);
    std::int64_t column = 0;
    std::int64_t row = 0;
    for (std::uint64_t p = 0; p < length; ++p) {
      column += signedVarint();
      row += signedVarint();
      const double longitude = double(column) * m_scale[0] + m_translate[0];
      const double latitude = double(row) * m_scale[1] + m_translate[1];
      arc.points.push_back(toWorld({latitude, longitude}));
    }
    m_arcs.push_back(std::move(arc));
  }
  return !m_failed;
}

bool BaseMapReader::readRings(BaseMap& map) {
  const std::uint64_t count = varint();
  if (count > kMaxRings) return false;
  for (std::uint64_t n = 0; n < count; ++n) {
    if (!readRing(map)) return false;
  }
  return true;
}

bool BaseMapReader::readRing(BaseMap& map) {
  const std::uint64_t arcs = varint();
  if (!left(arcs)) return false;
  std::vector<QPointF> ring;
  for (std::uint64_t n = 0; n < arcs; ++n) {
    const std::int64_t index = signedVarint();
    const bool backwards = index < 0;
    const auto number = std::size_t(backwards ? -(index + 1) : index);
    if (number >= m_arcs.size()) return false;
    std::vector<QPointF> points = m_arcs[number].points;
    if (backwards) std::reverse(points.begin(), points.end());
    // An arc begins where the one before ended, perhaps a turn around the globe away.
    const double shift = ring.empty() ? 0 : std::round(ring.back().x() - points.front().x());
    for (std::size_t p = ring.empty() ? 0 : 1; p < points.size(); ++p) ring.push_back(points[p] + QPointF(shift, 0));
  }
  if (m_failed) return false;
  // Rocks that the source's grid has squeezed to nothing are no land.
  if (ring.size() < 3) return true;
  addRing(map, std::move(ring));
  return true;
}

void BaseMapReader::addRing(BaseMap& map, std::vector<QPointF> ring) const {
  // Antarctica goes once around the globe: close it along the map's southern edge instead of with a streak across the
  // map.
  const double turn = ring.back().x() - ring.front().x();
  if (std::abs(turn) > 0.5) {
    const double edge = ring.front().y() > 0.5 ? 1.0 : 0.0;
    ring.emplace_back(ring.back().x(), edge);
    ring.emplace_back(ring.front().x(), edge);
  }
  map.m_land.push_back(appendRun(map.m_points, ring.data(), ring.size()));
}

void BaseMapReader::addLines(BaseMap& map) const {
  // What runs along the 180th meridian is where the source was cut, not a coast.
  const auto onSeam = [](QPointF point) { return std::abs(point.x() - std::round(point.x())) < 1e-7; };
  for (const Arc& arc : m_arcs) {
    std::size_t first = 0;
    for (std::size_t last = 1; last < arc.points.size(); ++last) {
      const bool seam = onSeam(arc.points[last]) && onSeam(arc.points[last - 1]);
      const bool full = last - first + 1 >= kLinePoints;
      const bool end = last + 1 == arc.points.size();
      if (!seam && !full && !end) continue;
      const std::size_t count = (seam ? last - 1 : last) - first + 1;
      if (count >= 2) map.m_lines.push_back({appendRun(map.m_points, arc.points.data() + first, count), arc.kind});
      first = last;
    }
  }
}

bool BaseMapReader::readLabels(BaseMap& map) {
  const std::uint64_t count = varint();
  if (count > kMaxLabels) return false;
  for (std::uint64_t n = 0; n < count && !m_failed; ++n) {
    BaseMap::Label label;
    label.water = byte() != 0;
    const double longitude = double(signedVarint()) / 1000;
    const double latitude = double(signedVarint()) / 1000;
    label.place = toWorld({latitude, longitude});
    label.size = double(varint()) / 1e6;
    label.name = text();
    map.m_labels.push_back(std::move(label));
  }
  return !m_failed;
}

}  // namespace carport::ui
