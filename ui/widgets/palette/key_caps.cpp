#include "ui/widgets/palette/key_caps.h"

#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QFontMetrics>
#include <QPainter>
#include <QStringList>

#include <algorithm>
#include <vector>

namespace carport::ui {
namespace {

struct KeyCap {
  QString text;
  bool isCap;  ///< otherwise what stands between ways to do the same
  int width;
};

/// A plus is between keys, and a key itself at the end: "Ctrl++".
QStringList keysOf(const QString& chord) {
  QStringList keys;
  qsizetype from = 0;
  for (qsizetype at = chord.indexOf(QLatin1Char('+')); at >= 0; at = chord.indexOf(QLatin1Char('+'), at + 1)) {
    if (at == from) continue;
    keys << chord.mid(from, at - from);
    from = at + 1;
  }
  if (from < chord.size()) keys << chord.mid(from);
  return keys;
}

std::vector<KeyCap> capsOf(const QString& keys) {
  const QFontMetrics metrics(textFont(TextSize::small));
  std::vector<KeyCap> caps;
  for (const QString& chord : keys.split(QStringLiteral(", "))) {
    if (!caps.empty()) caps.push_back({QStringLiteral(","), false, metrics.horizontalAdvance(QLatin1Char(','))});
    for (const QString& key : keysOf(chord)) {
      const int width = metrics.horizontalAdvance(key) + 2 * space::kTight + 2;
      caps.push_back({key, true, std::max(width, metrics.height() + space::kTight)});
    }
  }
  return caps;
}

}  // namespace

int keyCapsWidth(const QString& keys) {
  int width = 0;
  for (const KeyCap& cap : capsOf(keys)) width += cap.width + space::kTight;
  return std::max(0, width - space::kTight);
}

void paintKeyCaps(QPainter& painter, const Theme& theme, const QString& keys, const QRect& room) {
  const QFont font = textFont(TextSize::small);
  const int height = QFontMetrics(font).height() + space::kTight;
  painter.save();
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(font);
  int x = room.left();
  for (const KeyCap& cap : capsOf(keys)) {
    const QRectF box(x + 0.5, room.center().y() - height / 2 + 0.5, cap.width - 1, height - 1);
    if (cap.isCap) {
      painter.setPen(theme.lineStrong);
      painter.setBrush(theme.surface);
      painter.drawRoundedRect(box, space::kTight, space::kTight);
    }
    painter.setPen(theme.textMuted);
    painter.drawText(box, Qt::AlignCenter, cap.text);
    x += cap.width + space::kTight;
  }
  painter.restore();
}

}  // namespace carport::ui
