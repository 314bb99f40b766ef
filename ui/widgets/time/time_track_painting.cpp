// How the slider of the time machine looks.
#include "ui/models/time_machine.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"
#include "ui/widgets/time/time_track.h"

#include <QDateTime>
#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace carport::ui {

namespace {
constexpr int kTrackMarkPx = 90;  ///< between two marks of time at least
constexpr double kTrackBarsTop = 6;
constexpr double kTrackBarsHeight = 22;
constexpr double kTrackGround = kTrackBarsTop + kTrackBarsHeight;
constexpr double kTrackEventPx = 6;
constexpr double kTrackKnobPx = 6;
constexpr double kTrackLeastBarPx = 2;

/// Whole hours and days of the computer's time zone, not of UTC.
std::int64_t trackLocalFloor(TimePoint time, Milliseconds step) {
  const std::int64_t offset = QDateTime::fromMSecsSinceEpoch(toMs(time)).offsetFromUtc() * std::int64_t{1000};
  const std::int64_t local = toMs(time) + offset;
  return local - local % step.count() - offset;
}
}  // namespace

QString timeMark(TimePoint time, Milliseconds step) {
  const QDateTime local = QDateTime::fromMSecsSinceEpoch(toMs(time));
  const QLocale locale;
  const bool isMidnight = local.time() == QTime(0, 0);
  if (step >= std::chrono::hours(24 * 300)) return locale.toString(local, QStringLiteral("yyyy"));
  if (step >= std::chrono::hours(24 * 28)) return locale.toString(local, QStringLiteral("MMM yyyy"));
  if (step >= std::chrono::hours(24) || isMidnight) return locale.toString(local, QStringLiteral("d MMM"));
  return local.toString(step < std::chrono::minutes(1) ? QStringLiteral("HH:mm:ss") : QStringLiteral("HH:mm"));
}

void TimeTrack::paintEvent(QPaintEvent*) {
  const Theme& theme = themeOf(*this);
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setFont(textFont(TextSize::small));
  paintBars(painter, theme);
  paintTicks(painter, theme);
  paintEvents(painter, theme);
  paintHandle(painter, theme);
  paintMessage(painter, theme);
  if (hasFocus()) {
    painter.setPen(QPen(theme.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), size::kRadius, size::kRadius);
  }
}

void TimeTrack::paintBars(QPainter& painter, const Theme& theme) const {
  const double handle = m_machine.isLive() ? bed().right() : xOf(m_machine.moment());
  painter.setPen(Qt::NoPen);
  const auto most = double(std::max<std::uint64_t>(1, m_overview.mostMessages()));
  for (const TimeMachineOverview::Bar& bar : m_overview.bars()) {
    const double left = std::max(bed().left(), xOf(bar.range.from));
    const double right = std::min(bed().right(), xOf(bar.range.to));
    if (right <= left) continue;
    const double height = std::max(kTrackLeastBarPx, kTrackBarsHeight * double(bar.messages) / most);
    const double gap = right - left > 3 ? 1 : 0;
    painter.setBrush(left < handle ? theme.textDisabled : theme.line);
    painter.drawRect(QRectF(left, kTrackGround - height, std::max(1.0, right - left - gap), height));
  }
  painter.setPen(QPen(theme.lineStrong, size::kHairline));
  painter.drawLine(QPointF(bed().left(), kTrackGround + 0.5), QPointF(bed().right(), kTrackGround + 0.5));
}

void TimeTrack::paintTicks(QPainter& painter, const Theme& theme) const {
  const TimeRange range = view();
  const Milliseconds step = timeStep(range.length(), std::max(1, int(bed().width()) / scaled(kTrackMarkPx)));
  const QFontMetricsF metrics(painter.font());
  for (std::int64_t at = trackLocalFloor(range.from, step) + step.count(); at < toMs(range.to); at += step.count()) {
    const double x = xOf(fromMs(at));
    painter.setPen(QPen(theme.lineStrong, size::kHairline));
    painter.drawLine(QPointF(std::floor(x) + 0.5, kTrackGround),
                     QPointF(std::floor(x) + 0.5, kTrackGround + space::kTight));
    const QString mark = timeMark(fromMs(at), step);
    const double width = metrics.horizontalAdvance(mark);
    if (x - width / 2 < 0 || x + width / 2 > this->width()) continue;
    painter.setPen(theme.textMuted);
    painter.drawText(QRectF(x - width / 2 - 1, kTrackGround + space::kTight, width + 2, metrics.height()),
                     Qt::AlignHCenter | Qt::AlignTop, mark);
  }
}

void TimeTrack::paintEvents(QPainter& painter, const Theme& theme) const {
  // Told apart by colour and by shape: an alarm is filled and points down, everything else is a hollow mark.
  // Of those of one look on one pixel only one is to be seen; hundreds of them would take milliseconds.
  std::map<QRgb, int> drawnAt;
  for (const api::Event& event : m_overview.events()) {
    const double x = xOf(event.time);
    if (x < bed().left() || x > bed().right()) continue;
    const bool isAlarm = event.severity == api::Severity::alarm && event.active;
    const QColor& colour = isAlarm                                    ? theme.state.alarm
                           : event.severity == api::Severity::warning ? theme.state.idling
                                                                      : theme.state.parked;
    const auto [drawn, isFirst] = drawnAt.try_emplace(colour.rgb(), int(x));
    if (!isFirst && std::exchange(drawn->second, int(x)) == int(x)) continue;
    painter.setPen(QPen(colour, 1.5));
    painter.setBrush(isAlarm ? QBrush(colour) : QBrush(theme.window));
    const QPointF mark[] = {{x - kTrackEventPx / 2, 1}, {x + kTrackEventPx / 2, 1}, {x, 1 + kTrackEventPx}};
    painter.drawPolygon(mark, 3);
  }
}

void TimeTrack::paintHandle(QPainter& painter, const Theme& theme) const {
  if (m_hover && !m_dragging) {
    painter.setPen(QPen(theme.lineStrong, size::kHairline, Qt::DotLine));
    painter.drawLine(QPointF(*m_hover, kTrackBarsTop), QPointF(*m_hover, kTrackGround));
  }
  const bool isLive = m_machine.isLive();
  if (isLive && !m_navigator.isLive()) return;
  const double x = isLive ? bed().right() : xOf(m_machine.moment());
  if (x < bed().left() - 1 || x > bed().right() + 1) return;
  const QColor& colour = !isLive ? theme.accent : m_isConnected ? theme.state.driving : theme.textMuted;
  painter.setPen(QPen(colour, 2));
  painter.drawLine(QPointF(x, 2), QPointF(x, kTrackGround));
  painter.setPen(QPen(theme.window, 2));
  painter.setBrush(colour);
  painter.drawEllipse(QPointF(x, kTrackGround), kTrackKnobPx, kTrackKnobPx);
}

void TimeTrack::paintMessage(QPainter& painter, const Theme& theme) const {
  const QString text = m_machine.isLoading() ? tr("Loading…") : m_machine.message();
  if (text.isEmpty()) return;
  const QFontMetricsF metrics(textFont(TextSize::body));
  const QString fitted = metrics.elidedText(text, Qt::ElideRight, bed().width() - 2 * space::kPadding);
  QRectF box(0, 0, metrics.horizontalAdvance(fitted) + 2 * space::kPadding, metrics.height() + space::kTight);
  box.moveCenter(QPointF(bed().center().x(), kTrackBarsTop + kTrackBarsHeight / 2));
  painter.setFont(textFont(TextSize::body));
  painter.setPen(QPen(theme.line, size::kHairline));
  painter.setBrush(theme.raised);
  painter.drawRoundedRect(box, size::kRadius, size::kRadius);
  painter.setPen(theme.text);
  painter.drawText(box, Qt::AlignCenter, fitted);
}

}  // namespace carport::ui
