#include "ui/widgets/time/time_bar.h"

#include "ui/client/gateway_client.h"
#include "ui/models/phrases.h"
#include "ui/models/time_machine.h"
#include "ui/widgets/common/labelled_field.h"
#include "ui/widgets/common/popup_card.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/dot.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"
#include "ui/widgets/time/time_track.h"

#include <QComboBox>
#include <QDateTimeEdit>
#include <QEvent>
#include <QHBoxLayout>
#include <QLocale>
#include <QPushButton>
#include <QShortcut>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace carport::ui {

namespace {

constexpr int kTimeBarClockMs = 1'000;
constexpr int kTimeBarDotPx = 10;
constexpr int kTimeBarSpeedWidth = 76;
constexpr int kTimeBarSpeedFrame = 34;  ///< around the words
constexpr int kTimeBarMomentWidth = 168;

QString timeBarMoment(TimePoint time) {
  const QDateTime local = QDateTime::fromMSecsSinceEpoch(toMs(time));
  const bool thisYear = local.date().year() == QDate::currentDate().year();
  return QLocale().toString(local,
                            thisYear ? QStringLiteral("ddd d MMM  HH:mm:ss") : QStringLiteral("d MMM yyyy  HH:mm:ss"));
}

}  // namespace

TimeBar::TimeBar(GatewayClient& client, TimeMachine& machine, QWidget* parent)
    : QFrame(parent), m_client(client), m_machine(machine), m_overview(client) {
  setObjectName(QStringLiteral("timeBar"));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(space::kInside, space::kTight, space::kGroup, 0);
  row->setSpacing(space::kTight);
  m_previous =
      addButton(QStringLiteral("event-previous"), tr("Previous event"), tr("To the previous event (Alt+Shift+←)"));
  m_play = addButton(QStringLiteral("play"), tr("Play"), tr("Play (Space)"));
  m_next = addButton(QStringLiteral("event-next"), tr("Next event"), tr("To the next event (Alt+Shift+→)"));
  makeSpeeds();
  m_track = new TimeTrack(machine, m_overview, this);
  m_moment = new QPushButton(this);
  m_moment->setProperty("kind", "quiet");
  m_moment->setToolTip(tr("Go to a date and time (Ctrl+G)"));
  growWithText(*m_moment, [this] { m_moment->setMinimumWidth(scaled(kTimeBarMomentWidth)); });
  m_live = new QPushButton(tr("Live"), this);
  m_live->setObjectName(QStringLiteral("live"));
  row->addWidget(m_speed);
  row->addSpacing(space::kTight);
  row->addWidget(m_track, 1);
  row->addWidget(m_moment);
  row->addWidget(m_live);
  connectParts();
  m_clock.start(kTimeBarClockMs);
  onConnectionState();
  refresh();
}

QToolButton* TimeBar::addButton(const QString& icon, const QString& name, const QString& toolTip) {
  auto* button = new QToolButton(this);
  button->setIcon(themedIcon(icon));
  growWithText(*button, [button] {
    button->setIconSize({scaledIcon(size::kIcon), scaledIcon(size::kIcon)});
    button->setFixedSize(scaledIcon(size::kRow), scaledIcon(size::kRow));
  });
  button->setAccessibleName(name);
  button->setToolTip(toolTip);
  layout()->addWidget(button);
  return button;
}

void TimeBar::makeSpeeds() {
  m_speed = new QComboBox(this);
  for (const double speed : TimeMachineClock::kSpeeds)
    m_speed->addItem(tr("%1×").arg(QLocale().toString(speed)), speed);
  m_speed->setAccessibleName(tr("Speed"));
  m_speed->setToolTip(tr("How fast time passes"));
  growWithText(*m_speed, [this] {
    const int words =
        QFontMetrics(textFont(TextSize::body)).horizontalAdvance(tr("%1×").arg(QLocale().toString(1'000)));
    m_speed->setFixedWidth(std::max(kTimeBarSpeedWidth, words + kTimeBarSpeedFrame));
  });
}

void TimeBar::connectParts() {
  connect(m_previous, &QToolButton::clicked, &m_machine, &TimeMachine::toPreviousEvent);
  connect(m_next, &QToolButton::clicked, &m_machine, &TimeMachine::toNextEvent);
  connect(m_play, &QToolButton::clicked, &m_machine, &TimeMachine::togglePlaying);
  connect(m_live, &QPushButton::clicked, &m_machine, &TimeMachine::goLive);
  connect(m_moment, &QPushButton::clicked, this, &TimeBar::openJump);
  connect(m_speed, &QComboBox::activated, this,
          [this](int index) { m_machine.setSpeed(m_speed->itemData(index).toDouble()); });
  connect(&m_machine, &TimeMachine::changed, this, &TimeBar::refresh);
  connect(&m_machine, &TimeMachine::momentChanged, this, &TimeBar::showMoment);
  connect(&m_client, &GatewayClient::connectionStateChanged, this, &TimeBar::onConnectionState);
  connect(&m_clock, &QTimer::timeout, this, [this] {
    m_track->followPresent();
    if (!m_machine.isLive()) return;
    showMoment();
    if (m_client.silence()) refreshLive();
  });
}

void TimeBar::refresh() {
  const bool playing = m_machine.isPlaying();
  m_play->setIcon(themedIcon(playing ? QStringLiteral("pause") : QStringLiteral("play")));
  m_play->setAccessibleName(playing ? tr("Pause") : tr("Play"));
  m_play->setToolTip(playing ? tr("Pause (Space)") : tr("Play (Space)"));
  m_next->setEnabled(!m_machine.isLive());
  m_speed->setCurrentIndex(m_speed->findData(m_machine.speed()));
  showMoment();
  refreshLive();
}

void TimeBar::onConnectionState() {
  m_track->setConnected(m_client.isConnected());
  showMoment();
  refreshLive();
}

void TimeBar::showMoment() {
  const auto heard = m_machine.present() - m_client.silence().value_or(Milliseconds(0));
  m_moment->setText(timeBarMoment(m_machine.isLive() ? heard : m_machine.moment()));
  m_moment->setAccessibleName(tr("Moment: %1").arg(m_moment->text()));
}

void TimeBar::refreshLive() {
  const Theme& theme = themeOf(*this);
  const bool isPresent = m_machine.isLive();
  const bool live = isPresent && m_client.isConnected();
  const auto silence = m_client.silence();
  const bool isOld = isPresent && silence;
  const QString age = phrases::duration(silence.value_or(Milliseconds(0)));
  m_live->setIcon(dotPixmap(live ? theme.state.driving : theme.lineStrong, live, kTimeBarDotPx, devicePixelRatioF()));
  m_live->setIconSize({kTimeBarDotPx + space::kTight, kTimeBarDotPx});
  m_live->setText(isOld ? tr("%1 ago").arg(age) : tr("Live"));
  m_live->setToolTip(isOld                ? tr("Not connected: everything is as it was %1 ago").arg(age)
                     : isPresent && !live ? tr("Not connected")
                                          : tr("Back to the present (Ctrl+L)"));
  m_live->setAccessibleName(isPresent ? (live ? tr("Live") : m_live->toolTip()) : tr("Back to live"));
  // What leads out of the past is the one thing to do there.
  const char* kind = isPresent ? "quiet" : "";
  if (m_live->property("kind").toString() != QLatin1String(kind)) setKind(*m_live, kind);
}

void TimeBar::changeEvent(QEvent* event) {
  if (event->type() == QEvent::PaletteChange && m_live) refreshLive();
  QFrame::changeEvent(event);
}

void TimeBar::openJump() {
  const PopupCard card = makePopupCard(this);
  auto* const popup = card.frame;
  auto* edit = makeMomentField(m_machine.moment(), popup);
  edit->setAccessibleName(tr("Date and time"));
  edit->setMaximumDateTime(QDateTime::fromMSecsSinceEpoch(toMs(m_machine.present())));
  addLabelled(*card.column, tr("Date and time"), edit);
  auto* go = new QPushButton(tr("Go there"), popup);
  go->setProperty("kind", "primary");
  card.column->addWidget(go);
  const auto goThere = [=, this] {
    m_machine.goTo(fromMs(edit->dateTime().toMSecsSinceEpoch()));
    popup->close();
  };
  connect(go, &QPushButton::clicked, this, goThere);
  for (const Qt::Key key : {Qt::Key_Return, Qt::Key_Enter}) {
    connect(new QShortcut(key, popup), &QShortcut::activated, this, goThere);
  }
  popup->adjustSize();
  popup->move(m_moment->mapToGlobal(QPoint(m_moment->width() - popup->width(), -popup->height() - space::kTight)));
  popup->show();
  edit->setFocus();
}

}  // namespace carport::ui
