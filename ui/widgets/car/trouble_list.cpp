#include "ui/widgets/car/trouble_list.h"

#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QLabel>

#include <algorithm>

namespace carport::ui {

namespace {

/// More would push everything else off the page; the newest come first.
constexpr std::size_t kMaxShown = 6;

QLabel* makeText(const QString& text, const char* kind, QWidget* parent) {
  auto* label = new QLabel(parent);
  label->setTextFormat(Qt::PlainText);
  label->setText(text);
  label->setWordWrap(true);
  label->setTextInteractionFlags(Qt::TextSelectableByMouse);
  label->setProperty("kind", kind);
  return label;
}

}  // namespace

TroubleList::TroubleList(QWidget* parent) : QFrame(parent) {
  setProperty("kind", "card");
  m_grid = new QGridLayout(this);
  m_grid->setContentsMargins(space::kPadding, space::kPadding, space::kPadding, space::kPadding);
  m_grid->setHorizontalSpacing(space::kInside);
  m_grid->setVerticalSpacing(space::kTight);
  m_grid->setColumnStretch(1, 1);
  hide();
}

void TroubleList::setTroubles(const QStringList& alarms, const std::vector<CarPresenter::RefusalLine>& refusals) {
  setVisible(!alarms.isEmpty() || !refusals.empty());
  const bool sameRefusals =
      std::equal(refusals.begin(), refusals.end(), m_refusals.begin(), m_refusals.end(),
                 [](const auto& a, const auto& b) { return a.field == b.field && a.reason == b.reason; });
  const bool same = alarms == m_alarms && sameRefusals;
  m_alarms = alarms;
  m_refusals = refusals;
  if (!same) return rebuild();
  // Ages alone grow every second: a text that somebody is selecting stays.
  for (std::size_t i = 0; i < m_ages.size(); ++i) m_ages[i]->setText(m_refusals[i].age);
}

int TroubleList::addHeading(int row, const QString& icon, const QColor& colour, const QString& text) {
  auto* sign = new QLabel(this);
  sign->setPixmap(iconPixmap(icon, colour, size::kSmallIcon, devicePixelRatioF()));
  m_grid->addWidget(sign, row, 0);
  m_grid->addWidget(makeText(text, "strong", this), row, 1, 1, 2);
  return row + 1;
}

void TroubleList::rebuild() {
  while (QLayoutItem* item = m_grid->takeAt(0)) {
    // Later, because the style may be walking over all widgets just now.
    if (QWidget* part = item->widget()) {
      part->hide();
      part->deleteLater();
    }
    delete item;
  }
  m_ages.clear();
  const Theme& theme = themeOf(*this);
  int row = 0;
  if (!m_alarms.isEmpty()) {
    row = addHeading(row, "bell", theme.stateText.alarm, tr("Active alarms"));
    for (qsizetype i = 0; i < std::min<qsizetype>(m_alarms.size(), kMaxShown); ++i) {
      m_grid->addWidget(makeText(m_alarms[i], "error", this), row++, 1, 1, 2);
    }
  }
  if (m_refusals.empty()) return;
  row = addHeading(row, "warning", theme.stateText.idling, tr("Refused from its latest messages; the rest was kept"));
  for (std::size_t i = 0; i < std::min(m_refusals.size(), kMaxShown); ++i) {
    const CarPresenter::RefusalLine& line = m_refusals[i];
    m_grid->addWidget(makeText(tr("%1: %2").arg(line.field, line.reason), "", this), row, 1);
    auto* age = makeText(line.age, "small", this);
    age->setWordWrap(false);
    m_ages.push_back(age);
    m_grid->addWidget(age, row++, 2, Qt::AlignRight | Qt::AlignTop);
  }
}

void TroubleList::changeEvent(QEvent* event) {
  QFrame::changeEvent(event);
  if (event->type() != QEvent::PaletteChange) return;
  QMetaObject::invokeMethod(this, &TroubleList::rebuild, Qt::QueuedConnection);
}

}  // namespace carport::ui
