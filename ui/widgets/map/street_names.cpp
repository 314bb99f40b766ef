// Names on a street map: which of them, where, and how they are written along a street.
#include "ui/models/street_geometry.h"
#include "ui/widgets/map/label_image.h"
#include "ui/widgets/map/street_painter.h"

#include <QFontMetricsF>
#include <QHash>
#include <QPainter>
#include <QPainterPath>
#include <QTransform>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace carport::ui {
namespace {

constexpr double kStreetNamesFromZoom = 13.5;
constexpr double kNameHaloPx = 1.6;
constexpr double kStreetNameGapPx = 5;
constexpr double kRepeatPx = 420;       // a long street has its name again after so much
constexpr double kSharpestTurn = 0.42;  // radians between two letters
constexpr double kMostTurned = 1.2;     // radians from the first letter to the last
constexpr std::size_t kMaxStreetNames = 600;
constexpr std::size_t kMaxJoinedPoints = 4'000;
constexpr std::size_t kMaxStreetPieces = 500;  // of one name; joining them takes the square of it

/// From which zoom on a class of street is named.
double namedFromZoom(StreetKind kind) {
  if (kind >= StreetKind::primary) return kStreetNamesFromZoom;
  if (kind >= StreetKind::tertiary) return 14;
  if (kind == StreetKind::residential) return 14.8;
  return kind == StreetKind::path ? 17 : 16;
}

/// How many people a place has at least that is named at a zoom.
double leastWeight(double zoom) {
  return zoom >= 14.5 ? 0 : zoom >= 13 ? 250 : 300'000 / std::pow(2.3, zoom - kStreetsFromZoom);
}

/// A name at a point, or along a line.
struct PointName {
  QString text;
  StreetKind kind;
  std::uint32_t size;
  StreetPoint place;
};

struct StreetNameLines {
  StreetKind kind = StreetKind::path;
  std::vector<StreetRing> lines;
};

/// Pieces of one street put together where one ends and another begins, so that there is room for its name.
std::vector<StreetRing> joinedStreet(std::vector<StreetRing> pieces) {
  std::vector<StreetRing> joined;
  while (!pieces.empty()) {
    StreetRing line = std::move(pieces.back());
    pieces.pop_back();
    for (bool grown = true; grown && line.size() < kMaxJoinedPoints;) {
      grown = false;
      for (auto piece = pieces.begin(); piece != pieces.end(); ++piece) {
        const bool atEnd = piece->front() == line.back() || piece->back() == line.back();
        const bool atStart = piece->front() == line.front() || piece->back() == line.front();
        if (!atEnd && !atStart) continue;
        StreetPoint meeting = atEnd ? line.back() : line.front();
        if (!atEnd) std::reverse(line.begin(), line.end());
        if (!(piece->front() == meeting)) std::reverse(piece->begin(), piece->end());
        line.insert(line.end(), piece->begin() + 1, piece->end());
        pieces.erase(piece);
        grown = true;
        break;
      }
    }
    joined.push_back(std::move(line));
  }
  return joined;
}

/// A line that one can walk along in pixels.
class Walk {
 public:
  explicit Walk(std::vector<QPointF> points) : m_points(std::move(points)), m_lengths{0} {
    for (std::size_t n = 1; n < m_points.size(); ++n) {
      const QPointF step = m_points[n] - m_points[n - 1];
      m_lengths.push_back(m_lengths.back() + std::hypot(step.x(), step.y()));
    }
  }

  double length() const { return m_lengths.back(); }
  QPointF at(double along) const {
    const auto after = std::upper_bound(m_lengths.begin(), m_lengths.end(), along);
    const auto n = std::clamp<std::size_t>(std::size_t(after - m_lengths.begin()), 1, m_points.size() - 1);
    const double piece = m_lengths[n] - m_lengths[n - 1];
    const double part = piece > 0 ? std::clamp((along - m_lengths[n - 1]) / piece, 0.0, 1.0) : 0;
    return m_points[n - 1] + (m_points[n] - m_points[n - 1]) * part;
  }

 private:
  std::vector<QPointF> m_points;
  std::vector<double> m_lengths;
};

class NamePainter {
 public:
  NamePainter(QPainter& painter, const MapViewport& viewport, const BaseMapLook& look, double ratio,
              Declutter& declutter)
      : m_painter(painter),
        m_look(look),
        m_ratio(ratio),
        m_declutter(declutter),
        m_project(viewport),
        m_zoom(viewport.zoom()),
        m_metrics(look.smallFont) {
    m_strong = look.smallFont;
    m_strong.setWeight(QFont::DemiBold);
    m_large = look.largeFont;
    m_large.setWeight(QFont::DemiBold);
  }

  void paintPoint(const PointName& name) {
    const MapColours& map = m_look.theme.map;
    LabelStyle style{m_look.smallFont, map.label, map.halo};
    if (name.kind == StreetKind::placeName) {
      style.font = name.size >= 15'000 || m_zoom < 11 ? m_large : m_strong;
      style.colour = m_look.theme.streets.label;
    }
    if (name.kind == StreetKind::waterName) style = {m_look.smallFont, map.waterLabel, map.water};
    if (name.kind == StreetKind::greenName) style.colour = m_look.theme.streets.greenLabel;
    const QSizeF room = labelSize(name.text, style);
    const bool isArea = name.kind == StreetKind::waterName || name.kind == StreetKind::greenName;
    if (isArea && room.width() > m_project.pixels(name.size) * 1.5) return;
    const QPointF centre = m_project.pixel(name.place);
    const QRectF box(centre - QPointF(room.width() / 2, room.height() / 2), room);
    if (!m_declutter.place(
            box.adjusted(-kStreetNameGapPx, -kStreetNameGapPx / 2, kStreetNameGapPx, kStreetNameGapPx / 2)))
      return;
    m_painter.drawImage(QPointF(std::round(box.x() * m_ratio) / m_ratio, std::round(box.y() * m_ratio) / m_ratio),
                        labelImage(name.text, style, m_ratio));
  }

  /// Writes a street's name in the middle of each of its lines that has room, and again along long ones.
  bool paintStreet(const QString& text, const StreetNameLines& street) {
    const double width = m_metrics.horizontalAdvance(text);
    bool written = false;
    for (const StreetRing& line : joinedStreet(street.lines)) {
      std::vector<QPointF> points;
      for (const StreetPoint point : line) points.push_back(m_project.pixel(point));
      if (points.back().x() < points.front().x()) std::reverse(points.begin(), points.end());
      const Walk walk(std::move(points));
      if (walk.length() < width + 2 * kStreetNameGapPx) continue;
      const int times = std::max(1, int(walk.length() / std::max(kRepeatPx, 2.5 * width)));
      for (int n = 0; n < times; ++n) {
        const double middle = walk.length() * (n + 0.5) / times;
        const double play = walk.length() / times / 2 - width / 2 - kStreetNameGapPx;
        for (const double off : {0.0, -0.5, 0.5, -0.9, 0.9}) {
          if (!writeAlong(text, walk, middle + off * play - width / 2)) continue;
          written = true;
          break;
        }
      }
    }
    return written;
  }

 private:
  struct Letter {
    int at;
    QPointF centre;
    double angle;
    double width;
  };

  bool writeAlong(const QString& text, const Walk& walk, double start) {
    std::vector<Letter> letters;
    double from = start;
    for (int n = 0; n < text.size(); ++n) {
      const int units = text[n].isHighSurrogate() && n + 1 < text.size() ? 2 : 1;
      const double to = start + m_metrics.horizontalAdvance(text.left(n + units));
      const QPointF a = walk.at(from), b = walk.at(to);
      const double angle = std::atan2(b.y() - a.y(), b.x() - a.x());
      if (!letters.empty()) {
        const double turned = std::remainder(angle - letters.back().angle, 2 * std::numbers::pi);
        const double all = std::remainder(angle - letters.front().angle, 2 * std::numbers::pi);
        if (std::abs(turned) > kSharpestTurn || std::abs(all) > kMostTurned) return false;
      }
      letters.push_back({n, (a + b) / 2, angle, to - from});
      from = to;
      n += units - 1;
    }
    // On a street that turns back, a name would stand on its head.
    if (letters.empty() || std::cos(letters[letters.size() / 2].angle) < -0.05) return false;
    if (!takeRoom(letters)) return false;
    draw(text, letters);
    return true;
  }

  bool takeRoom(const std::vector<Letter>& letters) {
    std::vector<QRectF> boxes;
    for (const Letter& letter : letters) {
      const double half = m_metrics.height() / 2 + 1;
      const double c = std::abs(std::cos(letter.angle)), s = std::abs(std::sin(letter.angle));
      const double w = (letter.width / 2 + kStreetNameGapPx / 2) * c + half * s;
      const double h = (letter.width / 2 + kStreetNameGapPx / 2) * s + half * c;
      boxes.emplace_back(letter.centre - QPointF(w, h), QSizeF(2 * w, 2 * h));
      if (!m_declutter.isFree(boxes.back())) return false;
    }
    const QRectF picture(QPointF(), QSizeF(m_painter.window().size()));
    if (!picture.intersects(boxes.front()) && !picture.intersects(boxes.back())) return false;
    for (const QRectF& box : boxes) m_declutter.block(box);
    return true;
  }

  void draw(const QString& text, const std::vector<Letter>& letters) {
    QPainterPath outline;
    for (const Letter& letter : letters) {
      const int units = text[letter.at].isHighSurrogate() ? 2 : 1;
      const QTransform turn =
          QTransform::fromTranslate(letter.centre.x(), letter.centre.y()).rotateRadians(letter.angle);
      outline.addPath(turn.map(glyph(text.mid(letter.at, units))));
    }
    const QColor& halo = m_look.theme.map.halo;
    m_painter.strokePath(outline, QPen(halo, 2 * kNameHaloPx, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    m_painter.fillPath(outline, m_look.theme.streets.label);
  }

  /// A letter around its middle.
  const QPainterPath& glyph(const QString& letter) {
    auto found = m_glyphs.find(letter);
    if (found == m_glyphs.end()) {
      QPainterPath path;
      const double baseline = (m_metrics.ascent() - m_metrics.descent()) / 2;
      path.addText({-m_metrics.horizontalAdvance(letter) / 2, baseline}, m_look.smallFont, letter);
      path.setFillRule(Qt::WindingFill);
      found = m_glyphs.insert(letter, path);
    }
    return *found;
  }

  QPainter& m_painter;
  const BaseMapLook& m_look;
  double m_ratio;
  Declutter& m_declutter;
  StreetProjector m_project;
  double m_zoom;
  QFontMetricsF m_metrics;
  QFont m_strong;
  QFont m_large;
  QHash<QString, QPainterPath> m_glyphs;
};

/// What could be named in the picture, before it is known what has room.
struct NameCandidates {
  std::vector<PointName> points;
  QHash<QString, StreetNameLines> streets;
};

NameCandidates candidatesOf(const StreetScene& scene, const MapViewport& viewport) {
  NameCandidates found;
  const double zoom = viewport.zoom();
  const StreetBox view = StreetProjector(viewport).view(0);
  for (const auto& tile : scene.tiles) {
    for (const StreetTile::Feature& feature : tile->features) {
      if (feature.name == 0 || !feature.box.intersects(view)) continue;
      const QString& name = tile->names[int(feature.name)];
      if (isNameOnly(feature.kind)) {
        const bool small = feature.kind == StreetKind::placeName && feature.size < leastWeight(zoom);
        const bool early = feature.kind == StreetKind::stationName && zoom < kStreetNamesFromZoom;
        if (!small && !early) found.points.push_back({name, feature.kind, feature.size, tile->ring(feature.first)[0]});
      } else if (isStreet(feature.kind) && zoom >= namedFromZoom(feature.kind)) {
        StreetNameLines& street = found.streets[name];
        street.kind = std::max(street.kind, feature.kind);
        const auto line = tile->ring(feature.first);
        if (line.size() >= 2 && street.lines.size() < kMaxStreetPieces)
          street.lines.emplace_back(line.begin(), line.end());
      }
    }
  }
  return found;
}

/// Places by people first, then stations, then waters and greens by size.
bool isMoreImportant(const PointName& a, const PointName& b) {
  const auto rank = [](StreetKind kind) {
    return kind == StreetKind::placeName ? 0 : kind == StreetKind::stationName ? 1 : 2;
  };
  if (rank(a.kind) != rank(b.kind)) return rank(a.kind) < rank(b.kind);
  return a.size != b.size ? a.size > b.size : a.text < b.text;
}

}  // namespace

void paintStreetNames(QPainter& painter, const StreetScene& scene, const MapViewport& viewport, const BaseMapLook& look,
                      qreal devicePixelRatio, Declutter& declutter) {
  if (scene.tiles.empty()) return;
  NameCandidates candidates = candidatesOf(scene, viewport);
  std::sort(candidates.points.begin(), candidates.points.end(), isMoreImportant);
  std::vector<QString> streets(candidates.streets.keyBegin(), candidates.streets.keyEnd());
  std::sort(streets.begin(), streets.end(), [&](const QString& a, const QString& b) {
    const StreetKind ka = candidates.streets[a].kind, kb = candidates.streets[b].kind;
    return ka != kb ? ka > kb : a < b;
  });
  NamePainter names(painter, viewport, look, devicePixelRatio, declutter);
  for (const PointName& name : candidates.points) names.paintPoint(name);
  std::size_t written = 0;
  for (const QString& name : streets) {
    if (written == kMaxStreetNames) break;
    if (names.paintStreet(name, candidates.streets[name])) ++written;
  }
}

}  // namespace carport::ui
