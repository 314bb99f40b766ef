#include "ui/widgets/time/time_track.h"

#include "ui/models/phrases.h"
#include "ui/models/time_machine.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/metrics.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>
#include <limits>

namespace carport::ui {

namespace {
constexpr Milliseconds kTrackFirstLength = std::chrono::hours(24);
constexpr int kTrackHeight = 48;
constexpr int kTrackAboveWords = 33;
constexpr int kTrackMinWidth = 240;
constexpr int kTrackBarPx = 4;         ///< of the histogram, with its gap
constexpr int kTrackStepsAcross = 60;  ///< presses of an arrow key from end to end
constexpr double kTrackWheelZoom = 1.25;
constexpr double kTrackWheelPan = 0.1;
constexpr double kTrackWheelNotch = 120;
constexpr double kTrackLiveSnapPx = 6;
}  // namespace

TimeTrack::TimeTrack(TimeMachine& machine, TimeMachineOverview& overview, QWidget* parent)
    : QWidget(parent), m_machine(machine), m_overview(overview) {
  m_navigator.showLive(kTrackFirstLength);
  setFocusPolicy(Qt::StrongFocus);
  setMouseTracking(true);
  setAccessibleName(tr("Time"));
  setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
  growWithText(*this, [this] { updateGeometry(); });
  connect(&m_machine, &TimeMachine::changed, this, [this] {
    tellAccessibility();
    update();
  });
  connect(&m_machine, &TimeMachine::momentChanged, this, [this] {
    if (!m_dragging) followMoment();
    update();
  });
  connect(&m_overview, &TimeMachineOverview::changed, this, qOverload<>(&QWidget::update));
}

QSize TimeTrack::sizeHint() const {
  return {kTrackMinWidth * 3, minimumSizeHint().height()};
}

QSize TimeTrack::minimumSizeHint() const {
  // Of it the words of the time take what grows with the text.
  const int words = QFontMetrics(textFont(TextSize::small)).height();
  return {kTrackMinWidth, std::max(kTrackHeight, kTrackAboveWords + words)};
}

QRectF TimeTrack::bed() const {
  return QRectF(rect()).adjusted(space::kInside, 0, -space::kInside, 0);
}

TimeRange TimeTrack::view() const {
  return m_navigator.range(m_machine.present());
}

double TimeTrack::xOf(TimePoint time) const {
  const TimeRange range = view();
  const double part = double((time - range.from).count()) / double(range.length().count());
  return bed().left() + part * bed().width();
}

TimePoint TimeTrack::timeAt(double x) const {
  const TimeRange range = view();
  const double part = (x - bed().left()) / std::max(1.0, bed().width());
  return range.from + Milliseconds(std::llround(part * double(range.length().count())));
}

void TimeTrack::followPresent() {
  if (m_navigator.isLive()) apply();
}

void TimeTrack::setConnected(bool connected) {
  m_isConnected = connected;
  update();
}

void TimeTrack::followMoment() {
  const TimePoint now = m_machine.present();
  const TimeRange range = m_navigator.range(now);
  const TimePoint moment = m_machine.moment();
  if (moment >= range.from && moment <= range.to) return;
  const TimePoint to = moment + range.length() / 2;
  to >= now ? m_navigator.showLive(range.length()) : m_navigator.show({to - range.length(), to});
  apply();
}

void TimeTrack::showLive(Milliseconds length) {
  m_navigator.showLive(length);
  apply();
}

void TimeTrack::apply() {
  m_overview.setView(view(), std::size_t(std::max(1.0, bed().width() / kTrackBarPx)));
  tellAccessibility();
  update();
  emit viewChanged();
}

void TimeTrack::dragTo(double x, bool ends) {
  const TimeRange range = view();
  const TimePoint time = std::clamp(timeAt(x), range.from, range.to);
  // The right end is the present.
  const bool atEnd = m_navigator.isLive() && x >= bed().right() - kTrackLiveSnapPx;
  if (atEnd) return m_machine.goLive();
  ends ? m_machine.goTo(time) : m_machine.passOver(time, range.length());
}

void TimeTrack::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return QWidget::mousePressEvent(event);
  m_dragging = true;
  dragTo(event->position().x(), false);
}

void TimeTrack::mouseMoveEvent(QMouseEvent* event) {
  m_hover = event->position().x();
  if (m_dragging) dragTo(event->position().x(), false);
  update();
}

void TimeTrack::mouseReleaseEvent(QMouseEvent* event) {
  if (!m_dragging || event->button() != Qt::LeftButton) return;
  m_dragging = false;
  dragTo(event->position().x(), true);
}

void TimeTrack::leaveEvent(QEvent* event) {
  m_hover.reset();
  update();
  QWidget::leaveEvent(event);
}

void TimeTrack::wheelEvent(QWheelEvent* event) {
  const TimePoint now = m_machine.present();
  const QPoint turned = event->angleDelta();
  const bool sideways = std::abs(turned.x()) > std::abs(turned.y()) || event->modifiers().testFlag(Qt::ShiftModifier);
  const double notches = (turned.x() != 0 && sideways ? turned.x() : turned.y()) / kTrackWheelNotch;
  if (sideways) {
    m_navigator.pan(-notches * kTrackWheelPan, now);
  } else {
    const double anchor = (event->position().x() - bed().left()) / std::max(1.0, bed().width());
    m_navigator.zoom(std::pow(kTrackWheelZoom, -notches), std::clamp(anchor, 0.0, 1.0), now);
  }
  apply();
  event->accept();
}

void TimeTrack::keyPressEvent(QKeyEvent* event) {
  if (!runKey(event->key(), event->modifiers())) QWidget::keyPressEvent(event);
}

bool TimeTrack::runKey(int key, Qt::KeyboardModifiers modifiers) {
  const Milliseconds step =
      timeStep(view().length(), kTrackStepsAcross) * (modifiers.testFlag(Qt::ShiftModifier) ? 10 : 1);
  const bool toEvents = modifiers.testFlag(Qt::ControlModifier);
  switch (key) {
    case Qt::Key_Left:
      toEvents ? m_machine.toPreviousEvent() : m_machine.step(-step);
      return true;
    case Qt::Key_Right:
      toEvents ? m_machine.toNextEvent() : m_machine.step(step);
      return true;
    case Qt::Key_Up:
    case Qt::Key_Down:
      m_machine.changeSpeed(key == Qt::Key_Up ? 1 : -1);
      return true;
    case Qt::Key_Space:
      m_machine.togglePlaying();
      return true;
    case Qt::Key_Home:
      m_machine.goTo(view().from);
      return true;
    case Qt::Key_End:
      m_machine.goLive();
      return true;
    case Qt::Key_Plus:
    case Qt::Key_Minus:
      m_navigator.zoom(key == Qt::Key_Plus ? 1 / kTrackWheelZoom : kTrackWheelZoom, 1.0, m_machine.present());
      apply();
      return true;
    default:
      return false;
  }
}

void TimeTrack::resizeEvent(QResizeEvent*) {
  apply();
}

QString TimeTrack::toolTipAt(TimePoint time) const {
  const TimePoint now = m_machine.present();
  QString text = phrases::moment(time, now);
  const double reach = double(view().length().count()) / std::max(1.0, bed().width()) * 4;
  for (const api::Event& event : m_overview.events()) {
    if (std::abs(double((event.time - time).count())) > reach) continue;
    return text + QStringLiteral("\n") + QString::fromStdString(event.name);
  }
  const std::uint64_t messages = m_overview.messagesAt(time);
  return text + QStringLiteral("\n") +
         tr("%Ln messages", nullptr, int(std::min<std::uint64_t>(messages, std::numeric_limits<int>::max())));
}

bool TimeTrack::event(QEvent* event) {
  if (event->type() == QEvent::ToolTip) {
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), toolTipAt(timeAt(help->pos().x())), this);
    return true;
  }
  return QWidget::event(event);
}

void TimeTrack::tellAccessibility() {
  const QString shown = m_machine.isLive() ? tr("Live") : phrases::moment(m_machine.moment(), m_machine.present());
  if (shown == accessibleDescription()) return;
  setAccessibleDescription(shown);
  QAccessibleEvent told(this, QAccessible::DescriptionChanged);
  QAccessible::updateAccessibility(&told);
}

}  // namespace carport::ui
