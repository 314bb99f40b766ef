#include "ui/models/street_tile.h"

#include "ui/models/street_errc.h"

#include <utility>

namespace carport::ui {
namespace {

void appendStreetVarint(QByteArray& to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) to.append(char(value | 0x80));
  to.append(char(value));
}

void appendStreetSigned(QByteArray& to, std::int64_t value) {
  appendStreetVarint(to, (std::uint64_t(value) << 1) ^ std::uint64_t(value >> 63));
}

/// Takes bytes apart; past the end it fails for good and gives zeros, so that loops end.
class StreetTileReader {
 public:
  StreetTileReader(QByteArrayView bytes, int shift) : m_bytes(bytes), m_shift(shift) {}

  bool read(StreetTile& tile) {
    readNames(tile);
    const std::uint64_t count = varint();
    if (!left(count * 5)) return false;
    tile.features.reserve(count);
    for (std::uint64_t n = 0; n < count && !m_failed; ++n) readFeature(tile);
    return !m_failed && m_at == m_bytes.size();
  }

 private:
  void readNames(StreetTile& tile) {
    tile.names << QString();
    const std::uint64_t count = varint();
    if (!left(count * 2)) return;
    tile.names.reserve(qsizetype(count) + 1);
    for (std::uint64_t n = 0; n < count && !m_failed; ++n) {
      const std::uint64_t length = varint();
      // No name is number 0 and stands in no list.
      m_failed = m_failed || length == 0;
      if (!left(length)) return;
      tile.names << QString::fromUtf8(m_bytes.sliced(m_at, qsizetype(length)));
      m_at += qsizetype(length);
    }
  }

  void readFeature(StreetTile& tile) {
    StreetTile::Feature feature{};
    const auto kind = std::uint8_t(byte());
    feature.kind = StreetKind(kind);
    feature.flags = byte();
    const std::uint64_t name = varint();
    feature.size = std::uint32_t(varint());
    const std::uint64_t rings = varint();
    feature.first = std::uint32_t(tile.ringEnds.size());
    m_failed = m_failed || !isStreetKind(kind) || name >= std::uint64_t(tile.names.size()) || rings == 0;
    if (m_failed || !left(rings)) return;
    feature.name = std::uint32_t(name);
    feature.rings = std::uint32_t(rings);
    for (std::uint64_t n = 0; n < rings && !m_failed; ++n) readRing(tile, feature.box);
    if (!m_failed) tile.features.push_back(feature);
  }

  void readRing(StreetTile& tile, StreetBox& box) {
    const std::uint64_t count = varint();
    // Each point takes at least two bytes, so a count that lies is found before memory is taken for it.
    if (count == 0 || count > std::uint64_t(m_bytes.size()) || !left(count * 2)) {
      m_failed = true;
      return;
    }
    const std::int64_t most = kStreetWorld >> m_shift;
    for (std::uint64_t n = 0; n < count; ++n) {
      m_x += signedVarint();
      m_y += signedVarint();
      if (m_x < 0 || m_x > most || m_y < 0 || m_y > most) {
        m_failed = true;
        return;
      }
      const StreetPoint point{std::int32_t(m_x << m_shift), std::int32_t(m_y << m_shift)};
      tile.points.push_back(point);
      box.add(point);
    }
    tile.ringEnds.push_back(std::uint32_t(tile.points.size()));
  }

  std::uint8_t byte() { return left(1) ? std::uint8_t(m_bytes[m_at++]) : std::uint8_t(0); }

  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      const std::uint8_t next = byte();
      value |= std::uint64_t(next & 0x7F) << shift;
      if ((next & 0x80) == 0) return value;
    }
    m_failed = true;
    return 0;
  }

  std::int64_t signedVarint() {
    const std::uint64_t value = varint();
    return std::int64_t(value >> 1) ^ -std::int64_t(value & 1);
  }

  /// Whether so many bytes are left; fails where not.
  bool left(std::uint64_t bytes) {
    if (bytes > std::uint64_t(m_bytes.size() - m_at)) m_failed = true;
    return !m_failed;
  }

  QByteArrayView m_bytes;
  int m_shift;
  qsizetype m_at = 0;
  bool m_failed = false;
  std::int64_t m_x = 0;
  std::int64_t m_y = 0;
};

}  // namespace

std::uint32_t StreetTileWriter::nameNumber(const QString& name) {
  if (name.isEmpty()) return 0;
  const auto found = m_numbers.constFind(name);
  if (found != m_numbers.constEnd()) return *found;
  m_names << name;
  m_nameBytes += name.size() * qsizetype(sizeof(QChar));
  const auto number = std::uint32_t(m_names.size());
  m_numbers.insert(name, number);
  return number;
}

void StreetTileWriter::add(const StreetFeature& feature) {
  m_features.append(char(feature.kind));
  m_features.append(char(feature.flags));
  appendStreetVarint(m_features, nameNumber(feature.name));
  appendStreetVarint(m_features, feature.size);
  appendStreetVarint(m_features, feature.rings.size());
  const auto step = [this](std::int32_t at) { return (at + ((1 << m_shift) >> 1)) >> m_shift; };
  for (const StreetRing& ring : feature.rings) {
    appendStreetVarint(m_features, ring.size());
    for (const StreetPoint point : ring) {
      const StreetPoint now{step(point.x), step(point.y)};
      appendStreetSigned(m_features, std::int64_t(now.x) - m_last.x);
      appendStreetSigned(m_features, std::int64_t(now.y) - m_last.y);
      m_last = now;
      m_box.add({now.x << m_shift, now.y << m_shift});
    }
  }
  ++m_count;
}

QByteArray StreetTileWriter::take() {
  QByteArray bytes;
  appendStreetVarint(bytes, std::uint64_t(m_names.size()));
  for (const QString& name : m_names) {
    const QByteArray utf8 = name.toUtf8();
    appendStreetVarint(bytes, std::uint64_t(utf8.size()));
    bytes.append(utf8);
  }
  appendStreetVarint(bytes, m_count);
  bytes.append(std::exchange(m_features, {}));
  return bytes;
}

Result<StreetTile> decodeStreetTile(QByteArrayView bytes, StreetLevel level) {
  StreetTile tile;
  if (!StreetTileReader(bytes, shapeOf(level).coarseness).read(tile)) return fail(StreetErrc::damagedIndex);
  return tile;
}

}  // namespace carport::ui
