#include "ui/widgets/car/connection_bar.h"

#include "ui/models/car_words.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QDateTime>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>

namespace carport::ui {

namespace {
constexpr int kConnectionBarHeight = 12;

QString hourOf(TimePoint time) {
  return QDateTime::fromMSecsSinceEpoch(toMs(time)).toString(QStringLiteral("HH:mm"));
}
}  // namespace

ConnectionBar::ConnectionBar(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("The day: connected and not"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize ConnectionBar::sizeHint() const {
  return {200, kConnectionBarHeight + space::kTight + QFontMetrics(textFont(TextSize::small)).height()};
}

void ConnectionBar::setDay(const TimeRange& day, std::vector<TimeRange> spans, TimePoint now) {
  m_day = day;
  m_stretches.clear();
  TimePoint at = day.from;
  const TimePoint known = std::clamp(now, day.from, day.to);
  for (const TimeRange& span : spans) {
    if (at < span.from) m_stretches.push_back({{at, span.from}, false});
    m_stretches.push_back({span, true});
    at = span.to;
  }
  if (at < known) m_stretches.push_back({{at, known}, false});
  m_pointed = std::min(m_pointed, int(m_stretches.size()) - 1);
  update();
}

double ConnectionBar::xOf(TimePoint moment) const {
  return m_day.isEmpty() ? 0 : double((moment - m_day.from).count()) / double(m_day.length().count()) * width();
}

const ConnectionBar::Stretch* ConnectionBar::stretchAt(TimePoint moment) const {
  const auto it = std::find_if(m_stretches.begin(), m_stretches.end(),
                               [&](const Stretch& stretch) { return stretch.range.contains(moment); });
  return it == m_stretches.end() ? nullptr : &*it;
}

QString ConnectionBar::describe(const Stretch& stretch) const {
  return (stretch.isConnected ? tr("Connected, %1 to %2 (%3)") : tr("Not connected, %1 to %2 (%3)"))
      .arg(hourOf(stretch.range.from), hourOf(stretch.range.to), twoUnits(stretch.range.length()));
}

QString ConnectionBar::describe(TimePoint moment) const {
  const Stretch* stretch = stretchAt(moment);
  return stretch == nullptr ? QString() : describe(*stretch);
}

void ConnectionBar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const Theme& theme = themeOf(*this);
  const QRectF bar(0, 0, width(), kConnectionBarHeight);
  QPainterPath outline;
  outline.addRoundedRect(bar, size::kRadius, size::kRadius);
  painter.setClipPath(outline);
  painter.fillRect(bar, theme.sunken);
  for (const Stretch& stretch : m_stretches) {
    const double from = xOf(stretch.range.from);
    // At least one pixel: a short connection must not vanish.
    const QRectF part(from, 0, std::max(1.0, xOf(stretch.range.to) - from), kConnectionBarHeight);
    painter.fillRect(part,
                     stretch.isConnected ? QBrush(theme.state.driving) : QBrush(theme.state.silent, Qt::BDiagPattern));
  }
  painter.setClipping(false);
  if (m_pointed >= 0) {
    const TimeRange& pointed = m_stretches[std::size_t(m_pointed)].range;
    painter.setPen(QPen(theme.text, 2));
    painter.drawRect(QRectF(QPointF(xOf(pointed.from), 1), QPointF(xOf(pointed.to), kConnectionBarHeight - 1)));
  }
  if (hasFocus()) {
    painter.setPen(QPen(theme.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(bar.adjusted(1, 1, -1, -1), size::kRadius, size::kRadius);
  }
  painter.setFont(textFont(TextSize::small));
  painter.setPen(theme.textMuted);
  const QRectF below(0, kConnectionBarHeight + space::kTight, width(), height() - kConnectionBarHeight - space::kTight);
  painter.drawText(below, Qt::AlignLeft | Qt::AlignTop, QStringLiteral("00:00"));
  painter.drawText(below, Qt::AlignHCenter | Qt::AlignTop, QStringLiteral("12:00"));
  painter.drawText(below, Qt::AlignRight | Qt::AlignTop, QStringLiteral("24:00"));
}

void ConnectionBar::mouseMoveEvent(QMouseEvent* event) {
  const double share = std::clamp(event->position().x() / std::max(1, width()), 0.0, 1.0);
  const TimePoint moment = m_day.from + Milliseconds(std::int64_t(share * double(m_day.length().count())));
  QToolTip::showText(event->globalPosition().toPoint(), describe(moment), this);
}

void ConnectionBar::point(int stretch) {
  if (m_stretches.empty()) return;
  m_pointed = std::clamp(stretch, 0, int(m_stretches.size()) - 1);
  const QString words = describe(m_stretches[std::size_t(m_pointed)]);
  setAccessibleDescription(words);
  setToolTip(words);
  update();
}

void ConnectionBar::keyPressEvent(QKeyEvent* event) {
  const int last = int(m_stretches.size()) - 1;
  switch (event->key()) {
    case Qt::Key_Left:
      return point(m_pointed < 0 ? last : m_pointed - 1);
    case Qt::Key_Right:
      return point(m_pointed + 1);
    case Qt::Key_Home:
      return point(0);
    case Qt::Key_End:
      return point(last);
    default:
      QWidget::keyPressEvent(event);
  }
}

bool ConnectionBar::event(QEvent* event) {
  if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange) {
    updateGeometry();
    update();
  }
  return QWidget::event(event);
}

}  // namespace carport::ui
