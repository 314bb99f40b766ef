#include "ui/widgets/charts/period_bar.h"

#include "ui/widgets/common/labelled_field.h"
#include "ui/widgets/common/popup_card.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QDateEdit>
#include <QDateTimeEdit>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>
#include <memory>

namespace carport::ui {

namespace {

QToolButton* makeButton(const QString& text, const QString& toolTip, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setText(text);
  button->setToolTip(toolTip);
  button->setCheckable(true);
  button->setToolButtonStyle(Qt::ToolButtonTextOnly);
  button->setMinimumHeight(size::kRow);
  return button;
}

QString rangeText(const TimeRange& range) {
  const QDateTime from = QDateTime::fromMSecsSinceEpoch(toMs(range.from));
  const QDateTime to = QDateTime::fromMSecsSinceEpoch(toMs(range.to));
  const QLocale locale;
  const bool withSeconds = range.length() < std::chrono::minutes(10);
  const QString time = withSeconds ? "HH:mm:ss" : "HH:mm";
  const QString day = from.date().year() == QDate::currentDate().year() ? "d MMM" : "d MMM yyyy";
  if (from.date() == to.date()) {
    return QString("%1, %2 – %3").arg(locale.toString(from, day), from.toString(time), to.toString(time));
  }
  return QString("%1, %2 – %3, %4")
      .arg(locale.toString(from, day), from.toString("HH:mm"), locale.toString(to, day), to.toString("HH:mm"));
}

}  // namespace

PeriodBar::PeriodBar(QWidget* parent) : QWidget(parent) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(2);
  addPeriods();
  for (const Period& period : m_periods) row->addWidget(period.button);
  m_all = makeButton(tr("All"), tr("Everything that is stored"), this);
  m_custom = makeButton(tr("Custom…"), tr("Any two moments"), this);
  m_live = makeButton(tr("Live"), tr("Follow the present"), this);
  m_shown = new QLabel(this);
  m_shown->setProperty("kind", "small");
  m_shown->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  row->addWidget(m_all);
  row->addWidget(m_custom);
  makeComparison();
  row->addWidget(m_compare);
  row->addStretch(1);
  row->addWidget(m_shown);
  row->addSpacing(space::kInside);
  row->addWidget(m_live);
  // A click states a wish; what is checked follows from what is then shown.
  connect(m_all, &QToolButton::clicked, this, &PeriodBar::everythingChosen);
  connect(m_custom, &QToolButton::clicked, this, &PeriodBar::openCustom);
  connect(m_live, &QToolButton::clicked, this, &PeriodBar::liveChosen);
}

void PeriodBar::addPeriods() {
  using namespace std::chrono_literals;
  const auto add = [this](Milliseconds length, const QString& text, const QString& toolTip) {
    QToolButton* button = makeButton(text, toolTip, this);
    connect(button, &QToolButton::clicked, this, [this, length] { emit lengthChosen(length); });
    m_periods.push_back({length, button});
  };
  add(15min, tr("15 min"), tr("The newest quarter of an hour"));
  add(1h, tr("1 h"), tr("The newest hour"));
  add(6h, tr("6 h"), tr("The newest six hours"));
  add(24h, tr("24 h"), tr("The newest day"));
  add(168h, tr("7 d"), tr("The newest week"));
}

void PeriodBar::setShown(const TimeRange& range, bool live) {
  m_range = range;
  for (const Period& period : m_periods) period.button->setChecked(live && period.length == range.length());
  m_all->setChecked(false);
  m_custom->setChecked(!live);
  m_live->setChecked(live);
  m_shown->setText(rangeText(range));
  refreshComparison();
}

void PeriodBar::setCompact(bool compact) {
  m_compact = compact;
  m_custom->setText(compact ? tr("…") : tr("Custom…"));
  m_shown->setVisible(!compact);
  m_compare->setToolButtonStyle(compact ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
  // A drawer has no room for all of them; six hours are two steps of the wheel away.
  for (const Period& period : m_periods) period.button->setVisible(!compact || period.length != std::chrono::hours(6));
}

void PeriodBar::makeComparison() {
  m_compare = makeButton(tr("Compare"), tr("Lay an earlier period over this one (C)"), this);
  m_compare->setObjectName(QStringLiteral("compare"));
  m_compare->setIcon(themedIcon(QStringLiteral("history")));
  m_compare->setPopupMode(QToolButton::InstantPopup);
  m_compare->setMenu(new QMenu(m_compare));
  m_compare->hide();
  const auto add = [this](const QString& text, int days) {
    QAction* action = m_compare->menu()->addAction(text);
    action->setCheckable(true);
    action->setData(days);
    connect(action, &QAction::triggered, this, [this, days] {
      emit comparisonChosen({days});
      refreshComparison();
    });
  };
  add(tr("With nothing"), 0);
  add(tr("With the day before"), 1);
  add(tr("With a week before"), 7);
  QAction* other = m_compare->menu()->addAction(tr("With another day…"));
  other->setCheckable(true);
  other->setData(-1);
  connect(other, &QAction::triggered, this, [this] {
    refreshComparison();
    openOtherDay();
  });
  refreshComparison();
}

void PeriodBar::setComparable(bool comparable) {
  m_compare->setVisible(comparable);
}

void PeriodBar::setComparison(const PlotComparison& comparison) {
  m_comparison = comparison;
  refreshComparison();
}

void PeriodBar::openComparison() {
  if (m_compare->isHidden()) return;
  QMenu* menu = m_compare->menu();
  menu->popup(m_compare->mapToGlobal(QPoint(0, m_compare->height())));
  menu->setActiveAction(menu->actions().front());
}

void PeriodBar::refreshComparison() {
  const QString words = m_comparison.isOn() ? tr("With %1").arg(m_comparison.words(m_range)) : tr("Compare");
  m_compare->setText(words);
  m_compare->setChecked(m_comparison.isOn());
  m_compare->setAccessibleName(m_comparison.isOn() ? tr("Compared with %1").arg(m_comparison.words(m_range)) : words);
  bool isListed = false;
  for (QAction* action : m_compare->menu()->actions()) {
    const int days = action->data().toInt();
    isListed = isListed || days == m_comparison.days;
    action->setChecked(days == m_comparison.days || (days < 0 && !isListed));
  }
}

void PeriodBar::openOtherDay() {
  const PopupCard card = makePopupCard(this);
  auto* const popup = card.frame;
  const QDate shown = QDateTime::fromMSecsSinceEpoch(toMs(m_range.from)).date();
  auto* day = new QDateEdit(shown.addDays(-std::max(1, m_comparison.days)), popup);
  day->setObjectName(QStringLiteral("compareDay"));
  day->setCalendarPopup(true);
  day->setMaximumDate(shown.addDays(-1));
  addLabelled(*card.column, tr("Compare with this day"), day);
  auto* show = new QPushButton(tr("Compare"), popup);
  show->setProperty("kind", "primary");
  card.column->addWidget(show);
  connect(show, &QPushButton::clicked, this, [=, this] {
    emit comparisonChosen(PlotComparison::with(day->date(), m_range));
    popup->close();
  });
  popup->move(m_compare->mapToGlobal(QPoint(0, m_compare->height() + space::kTight)));
  popup->show();
  day->setFocus();
}

void PeriodBar::openCustom() {
  const PopupCard card = makePopupCard(this);
  auto* const popup = card.frame;
  auto* from = makeMomentField(m_range.from, popup);
  auto* to = makeMomentField(m_range.to, popup);
  addLabelled(*card.column, tr("From"), from);
  addLabelled(*card.column, tr("To"), to);
  auto* show = new QPushButton(tr("Show"), popup);
  show->setProperty("kind", "primary");
  card.column->addWidget(show);
  const auto check = [=] { show->setEnabled(from->dateTime() < to->dateTime()); };
  connect(from, &QDateTimeEdit::dateTimeChanged, show, check);
  connect(to, &QDateTimeEdit::dateTimeChanged, show, check);
  connect(show, &QPushButton::clicked, this, [=, this] {
    emit rangeChosen({fromMs(from->dateTime().toMSecsSinceEpoch()), fromMs(to->dateTime().toMSecsSinceEpoch())});
    popup->close();
  });
  popup->move(m_custom->mapToGlobal(QPoint(0, m_custom->height() + space::kTight)));
  popup->show();
  from->setFocus();
}

}  // namespace carport::ui
