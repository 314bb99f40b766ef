#include "ui/widgets/car/day_bar.h"

#include "ui/models/car_words.h"
#include "ui/models/phrases.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QDateTime>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace carport::ui {

namespace {
constexpr int kBarHeight = 20;
constexpr Milliseconds kKeyStep = std::chrono::minutes(5);

QString clockOf(TimePoint time) {
  return QDateTime::fromMSecsSinceEpoch(toMs(time)).toString(QStringLiteral("HH:mm"));
}
}  // namespace

DayBar::DayBar(QWidget* parent) : QWidget(parent) {
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("The day: driving, idling, parked, silent"));
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

QSize DayBar::sizeHint() const {
  return {200, kBarHeight + space::kTight + QFontMetrics(textFont(TextSize::small)).height()};
}

void DayBar::setDay(const TimeRange& day, std::vector<DaySpan> spans, TimePoint now) {
  if (m_day != day) m_cursor = {};
  m_day = day;
  m_spans = std::move(spans);
  m_now = now;
  update();
}

void DayBar::setMoment(std::optional<TimePoint> moment) {
  if (moment == m_moment) return;
  // Where the keyboard was is of no meaning once time goes on by itself.
  if (!moment || (m_moment && m_cursor == *m_moment)) m_cursor = {};
  m_moment = moment;
  update();
}

double DayBar::xOf(TimePoint moment) const {
  if (m_day.isEmpty()) return 0;
  return double((moment - m_day.from).count()) / double(m_day.length().count()) * width();
}

TimePoint DayBar::momentAt(double x) const {
  const double share = std::clamp(x / std::max(1, width()), 0.0, 1.0);
  return m_day.from + Milliseconds(static_cast<std::int64_t>(share * double(m_day.length().count())));
}

QString DayBar::describe(TimePoint moment) const {
  const auto span = std::find_if(m_spans.begin(), m_spans.end(), [&](const DaySpan& candidate) {
    return candidate.range.from <= moment && moment < candidate.range.to;
  });
  if (span == m_spans.end()) return {};
  return tr("%1, %2 to %3 (%4)")
      .arg(phrases::activity(span->activity), clockOf(span->range.from), clockOf(span->range.to),
           twoUnits(span->range.length()));
}

void DayBar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const Theme& theme = themeOf(*this);
  const QRectF bar(0, 0, width(), kBarHeight);
  QPainterPath outline;
  outline.addRoundedRect(bar, size::kRadius, size::kRadius);
  painter.setClipPath(outline);
  painter.fillRect(bar, theme.sunken);
  for (const DaySpan& span : m_spans) {
    const double from = xOf(span.range.from);
    // At least one pixel: a short drive must not vanish.
    const QRectF part(from, 0, std::max(1.0, xOf(span.range.to) - from), kBarHeight);
    if (span.activity == api::Activity::silent) {
      painter.fillRect(part, QBrush(theme.state.silent, Qt::BDiagPattern));
      continue;
    }
    // Standing is lower than driving, so that colour is not alone.
    const bool drives = span.activity == api::Activity::driving;
    const double height = drives ? kBarHeight : kBarHeight * 0.5;
    painter.fillRect(QRectF(part.left(), kBarHeight - height, part.width(), height), theme.stateColour(span.activity));
  }
  painter.setClipping(false);
  paintHours(painter);
  if (m_moment) paintMark(painter, *m_moment, theme.accent);
  if (toMs(m_cursor) != 0 && m_cursor != m_moment) paintMark(painter, m_cursor, theme.text);
  if (hasFocus()) {
    painter.setPen(QPen(theme.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(bar.adjusted(1, 1, -1, -1), size::kRadius, size::kRadius);
  }
}

void DayBar::paintMark(QPainter& painter, TimePoint moment, const QColor& colour) const {
  if (!m_day.contains(moment)) return;
  painter.setPen(QPen(colour, 2));
  painter.drawLine(QPointF(xOf(moment), 0), QPointF(xOf(moment), kBarHeight));
}

void DayBar::paintHours(QPainter& painter) const {
  if (m_day.isEmpty()) return;
  const Theme& theme = themeOf(*this);
  painter.setFont(textFont(TextSize::small));
  const QFontMetrics metrics(painter.font());
  // As many hours as have room beside each other; the first and the last stand within the bar.
  const double room = 1.5 * metrics.horizontalAdvance(QStringLiteral("00:00")) + space::kInside;
  const double perHour = width() / 24.0;
  const int step = perHour * 3 >= room ? 3 : perHour * 6 >= room ? 6 : 12;
  for (int hour = 0; hour <= 24; hour += step) {
    // Hours of the clock: on two days of the year they are not where a ruler would put them.
    const QDateTime midnight = QDateTime::fromMSecsSinceEpoch(toMs(m_day.from));
    const QDateTime at =
        hour == 24 ? QDateTime::fromMSecsSinceEpoch(toMs(m_day.to)) : QDateTime(midnight.date(), QTime(hour, 0));
    const double x = xOf(fromMs(at.toMSecsSinceEpoch()));
    const QString word = QStringLiteral("%1:00").arg(hour, 2, 10, QLatin1Char('0'));
    const double wide = metrics.horizontalAdvance(word);
    const double left = std::clamp(x - wide / 2, 0.0, std::max(0.0, width() - wide));
    painter.setPen(theme.textMuted);
    painter.drawText(QPointF(left, kBarHeight + space::kTight + metrics.ascent()), word);
  }
}

void DayBar::setCursorMoment(TimePoint moment) {
  m_cursor = std::clamp(moment, m_day.from, std::min(m_day.to, std::max(m_now, m_day.from)));
  setAccessibleDescription(tr("%1: %2").arg(clockOf(m_cursor), describe(m_cursor)));
  update();
}

void DayBar::mouseMoveEvent(QMouseEvent* event) {
  const TimePoint moment = momentAt(event->position().x());
  const QString what = describe(moment);
  const QString clock = clockOf(moment);
  QToolTip::showText(event->globalPosition().toPoint(), what.isEmpty() ? clock : clock + u'\n' + what, this);
}

void DayBar::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton || m_day.isEmpty()) return QWidget::mousePressEvent(event);
  setCursorMoment(momentAt(event->position().x()));
  emit momentChosen(m_cursor);
}

void DayBar::keyPressEvent(QKeyEvent* event) {
  const TimePoint start = m_moment && m_day.contains(*m_moment) ? *m_moment : std::min(m_now, m_day.to);
  const TimePoint from = toMs(m_cursor) == 0 ? start : m_cursor;
  switch (event->key()) {
    case Qt::Key_Left:
      return setCursorMoment(from - kKeyStep);
    case Qt::Key_Right:
      return setCursorMoment(from + kKeyStep);
    case Qt::Key_Home:
      return setCursorMoment(m_day.from);
    case Qt::Key_End:
      return setCursorMoment(m_day.to);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
      setCursorMoment(from);
      emit momentChosen(m_cursor);
      return;
    default:
      QWidget::keyPressEvent(event);
  }
}

bool DayBar::event(QEvent* event) {
  if (event->type() == QEvent::FontChange || event->type() == QEvent::PaletteChange) {
    updateGeometry();
    update();
  }
  return QWidget::event(event);
}

}  // namespace carport::ui
