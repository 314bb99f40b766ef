#include "ui/widgets/map/heat_controls.h"

#include "ui/models/car_store.h"
#include "ui/models/phrases.h"
#include "ui/widgets/map/heat_layer.h"
#include "ui/widgets/map/heat_legend.h"
#include "ui/widgets/map/heat_painter.h"
#include "ui/widgets/map/layer_panel.h"
#include "ui/widgets/map/map_page.h"
#include "ui/widgets/style/metrics.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLocale>
#include <QToolButton>
#include <QVBoxLayout>

#include <array>

namespace carport::ui {

namespace {

constexpr int kHeatRank = 50;
constexpr std::array kHeatPeriods{HeatPeriod::lastHour, HeatPeriod::today, HeatPeriod::lastDay, HeatPeriod::lastWeek,
                                  HeatPeriod::slider};

/// "120 m": a round length would be a lie, the cells are as large as they are.
QString cellText(const api::HeatGrid& grid) {
  return phrases::distance(cellMetres(grid));
}

}  // namespace

HeatControls::HeatControls(MapPage& page, GatewayClient& client, const CarStore& store)
    : QObject(&page),
      m_page(page),
      m_store(store),
      m_loader(client, store),
      m_layer(new HeatLayer(this)),
      m_legend(new HeatLegend(&page)),
      m_switch(page.layers().add({QStringLiteral("heat"), tr("Where the fleet was"),
                                  tr("How long cars spent where, as colours"), kHeatRank, false})) {
  m_stop = m_switch->addButton(QStringLiteral("stop"), tr("Stop counting"), QStringLiteral("heatStop"));
  m_stop->hide();
  m_switch->setDetails(makeDetails());
  page.view().overlays().add(*m_layer);
  connect(m_switch, &LayerSwitch::toggled, this, &HeatControls::setOn);
  connect(m_stop, &QToolButton::clicked, &m_loader, &HeatLoader::cancel);
  connect(&m_loader, &HeatLoader::changed, this, &HeatControls::refresh);
  connect(&page.view(), &MapView::viewChanged, this, [this] { m_loader.setView(m_page.view().viewport()); });
  connect(&page.view(), &MapView::selectionChanged, this, &HeatControls::takeChosen);
  m_loader.setView(page.view().viewport());
  setOn(m_switch->isOn());
}

QWidget* HeatControls::makeDetails() {
  auto* details = new QWidget;
  auto* column = new QVBoxLayout(details);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kInside);
  auto* title = new QLabel(HeatControls::tr("Period"), details);
  title->setProperty("kind", QStringLiteral("muted"));
  m_period = new QComboBox(details);
  m_period->setObjectName(QStringLiteral("heatPeriod"));
  m_period->setAccessibleName(tr("Period of the heat map"));
  title->setBuddy(m_period);
  for (const HeatPeriod period : kHeatPeriods) m_period->addItem(heatPeriodText(period), int(period));
  m_period->setCurrentIndex(m_period->findData(int(m_loader.period())));
  m_chosenOnly = new QCheckBox(tr("Only the chosen cars"), details);
  m_chosenOnly->setObjectName(QStringLiteral("heatChosenOnly"));
  m_chosenOnly->setToolTip(tr("Choose cars on the map: click one, or Shift+drag around several"));
  column->addWidget(title);
  column->addWidget(m_period);
  column->addWidget(m_chosenOnly);
  connect(m_period, &QComboBox::activated, this, [this] {
    m_loader.setPeriod(HeatPeriod(m_period->currentData().toInt()));
    refresh();
  });
  connect(m_chosenOnly, &QCheckBox::toggled, this, &HeatControls::takeChosen);
  return details;
}

void HeatControls::setOn(bool on) {
  m_layer->setShown(on);
  if (on) m_loader.setView(m_page.view().viewport());
  m_loader.setActive(on && m_isSeen);
  refresh();
}

void HeatControls::setSeen(bool seen) {
  m_isSeen = seen;
  setOn(m_switch->isOn());
}

void HeatControls::takeChosen() {
  QStringList ids;
  if (m_chosenOnly->isChecked()) {
    for (const quint32 car : m_page.view().chosen()) {
      if (const auto row = m_store.rowOf(PrincipalNumber{car})) ids << m_store.id(*row);
    }
    ids.sort();
  }
  m_loader.setCars(ids);
  refresh();
}

void HeatControls::refresh() {
  const bool on = m_switch->isOn();
  if (m_loader.heat() != m_shown) {
    m_shown = m_loader.heat();
    m_scale = m_shown ? heatScaleFor(smoothedHeat(*m_shown)) : HeatScale();
  }
  m_layer->setHeat(m_shown, m_scale);
  const bool isCounting = m_loader.isLoading() && !m_loader.isRefreshing();
  m_stop->setVisible(on && isCounting);
  const QString message = m_loader.message();
  QString words = tr("How long cars spent where, as colours");
  if (on && isCounting) words = tr("Counting…");
  if (on && !message.isEmpty()) words = message;
  m_switch->setWords(words);
  m_legend->setVisible(on);
  if (on) refreshLegend(message);
  emit legendChanged();
}

void HeatControls::refreshLegend(const QString& message) {
  const bool hasHeat = m_shown && m_shown->total > 0;
  const bool isOfChosen = m_chosenOnly->isChecked() && !m_loader.cars().isEmpty();
  QString title = tr("Where the fleet was");
  if (hasHeat) {
    const QString cell = cellText(m_shown->grid);
    title =
        isOfChosen ? tr("Time of the chosen cars in %1 × %1").arg(cell) : tr("Time of all cars in %1 × %1").arg(cell);
  }
  const auto count = isOfChosen ? m_loader.cars().size() : hasHeat ? qsizetype(m_shown->cars) : 0;
  const QString number = QLocale().toString(count);
  QString whose = tr("all cars");
  if (count > 0 && isOfChosen) whose = count == 1 ? tr("one chosen car") : tr("%1 chosen cars").arg(number);
  if (count > 0 && !isOfChosen) whose = count == 1 ? tr("one car here") : tr("%1 cars here").arg(number);
  QString note = message;
  if (note.isEmpty() && m_chosenOnly->isChecked() && !isOfChosen) note = tr("No car is chosen: all are counted.");
  if (note.isEmpty() && m_loader.isLoading() && !m_loader.isRefreshing()) note = tr("Counting…");
  if (note.isEmpty() && hasHeat && m_shown->resolution.count() > 0) note = tr("Counted from places a minute apart.");
  m_legend->setContent(title, tr("%1 · %2").arg(heatPeriodText(m_loader.period()), whose), note,
                       hasHeat ? std::optional(m_scale) : std::nullopt);
}

int HeatControls::width() const {
  return m_legend->isHidden() ? 0 : m_legend->sizeHint().width();
}

void HeatControls::arrange(QPoint corner) {
  m_legend->resize(m_legend->sizeHint());
  m_legend->move(corner - QPoint(0, m_legend->height()));
}

}  // namespace carport::ui
