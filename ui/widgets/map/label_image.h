#pragma once

#include <QColor>
#include <QFont>
#include <QHash>
#include <QImage>
#include <QString>

namespace carport::ui {

/// How a label on the map is written.
struct LabelStyle {
  QFont font;
  QColor colour;
  QColor halo;

  bool operator==(const LabelStyle&) const = default;
};

/// `text` with a halo, on transparent ground, its device pixel ratio set. May be called on any thread.
QImage labelImage(const QString& text, const LabelStyle& style, qreal devicePixelRatio);
/// A name as it is written on the map: at most kMaxNameChars, with dots where it was longer.
inline constexpr qsizetype kMaxNameChars = 32;
QString shortName(const QString& name);
/// Room that labelImage takes, in device-independent pixels.
QSizeF labelSize(const QString& text, const LabelStyle& style);

/// Labels that were drawn before, so that a name costs one copy a frame. Forgets everything when the style changes or
/// the limit is reached. One thread at a time.
class LabelCache {
 public:
  static constexpr qsizetype kMaxLabels = 4'000;

  const QImage& label(const QString& text, const LabelStyle& style, qreal devicePixelRatio);

 private:
  QHash<QString, QImage> m_images;
  LabelStyle m_style;
  qreal m_ratio = 0;
};

}  // namespace carport::ui
