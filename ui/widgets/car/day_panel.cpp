#include "ui/widgets/car/day_panel.h"

#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/car_words.h"
#include "ui/widgets/car/day_bar.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QToolButton>
#include <QVBoxLayout>

namespace carport::ui {

DayPanel::DayPanel(GatewayClient& client, const CarStore& store, QWidget* parent)
    : QWidget(parent), m_client(client), m_store(store), m_loader(client, store) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kInside);
  auto* row = new QHBoxLayout;
  m_title = new QLabel(this);
  m_title->setProperty("kind", "title");
  const auto makeArrow = [&](const QString& icon, const QString& name, int days) {
    auto* button = new QToolButton(this);
    button->setIcon(themedIcon(icon));
    button->setIconSize({size::kIcon, size::kIcon});
    button->setToolTip(name);
    button->setAccessibleName(name);
    connect(button, &QToolButton::clicked, this, [this, days] { m_loader.setDay(m_loader.day().addDays(days)); });
    return button;
  };
  m_before = makeArrow(QStringLiteral("back"), tr("The day before"), -1);
  m_after = makeArrow(QStringLiteral("forward"), tr("The day after"), 1);
  row->addWidget(m_title);
  row->addStretch(1);
  row->addWidget(m_before);
  row->addWidget(m_after);
  m_bar = new DayBar(this);
  m_words = new QLabel(this);
  m_words->setTextFormat(Qt::PlainText);
  m_words->setWordWrap(true);
  m_words->setProperty("kind", "muted");
  column->addLayout(row);
  column->addWidget(m_bar);
  column->addWidget(m_words);
  connect(&m_loader, &DayTimelineLoader::changed, this, &DayPanel::refresh);
  connect(m_bar, &DayBar::momentChosen, this, &DayPanel::momentChosen);
  connect(&store, &CarStore::liveChanged, this, &DayPanel::markMoment);
  connect(&store, &CarStore::momentChanged, this, &DayPanel::markMoment);
  refresh();
}

void DayPanel::markMoment() {
  m_bar->setMoment(m_store.isLive() ? std::optional<TimePoint>() : m_store.now());
}

void DayPanel::refresh() {
  const QDate day = m_loader.day();
  m_title->setText(!day.isValid() || m_loader.isToday() ? tr("Today") : QLocale().toString(day, QLocale::LongFormat));
  m_after->setEnabled(day.isValid() && !m_loader.isToday());
  m_before->setEnabled(day.isValid());
  const TimeRange range = day.isValid() ? m_loader.range() : TimeRange();
  m_bar->setDay(range, m_loader.timeline().within(range), m_client.now());
  markMoment();
  m_words->setText(words());
}

QString DayPanel::words() const {
  if (!m_loader.trouble().isEmpty()) return m_loader.trouble();
  if (!m_loader.day().isValid()) return {};
  const std::vector<DaySpan> spans = m_loader.timeline().within(m_loader.range());
  if (spans.empty()) return m_loader.isLoading() ? tr("Loading…") : tr("Nothing was heard of the car on this day.");
  const DayTotals totals = DayTimeline::totalsOf(spans);
  QStringList parts;
  if (totals.drives == 1) parts.append(tr("Driving %1").arg(twoUnits(totals.driving)));
  if (totals.drives > 1) parts.append(tr("Driving %1 in %2 drives").arg(twoUnits(totals.driving)).arg(totals.drives));
  if (totals.idling.count() > 0) parts.append(tr("Idling %1").arg(twoUnits(totals.idling)));
  if (totals.parked.count() > 0) parts.append(tr("Parked %1").arg(twoUnits(totals.parked)));
  if (totals.silent.count() > 0) parts.append(tr("Silent %1").arg(twoUnits(totals.silent)));
  return parts.join(QStringLiteral(" · "));
}

}  // namespace carport::ui
