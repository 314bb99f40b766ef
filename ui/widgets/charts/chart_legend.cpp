#include "ui/widgets/charts/chart_legend.h"

#include "ui/widgets/charts/legend_chip.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QToolButton>

#include <algorithm>

namespace carport::ui {

namespace {

constexpr int kLegendRow = 24;

QToolButton* makeLegendButton(const QString& icon, const QString& what, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setIcon(themedIcon(icon));
  growWithText(*button, [button] { button->setIconSize({scaledIcon(size::kSmallIcon), scaledIcon(size::kSmallIcon)}); });
  button->setToolTip(what);
  button->setAccessibleName(what);
  button->setAutoRaise(true);
  button->hide();
  return button;
}

}  // namespace

ChartLegend::ChartLegend(QWidget* parent) : QWidget(parent) {
  QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);
  policy.setHeightForWidth(true);
  setSizePolicy(policy);
  m_add = makeLegendButton(QStringLiteral("plus"), tr("Add a line to this plot"), this);
  m_removePlot = makeLegendButton(QStringLiteral("close"), tr("Remove this plot"), this);
  connect(m_add, &QToolButton::clicked, this, &ChartLegend::addRequested);
  growWithText(*this, [this] {
    place();
    updateGeometry();
  });
  connect(m_removePlot, &QToolButton::clicked, this, &ChartLegend::removePlotRequested);
}

void ChartLegend::addChip() {
  auto* chip = new LegendChip(this);
  const std::size_t index = m_chips.size();
  connect(chip, &LegendChip::toggleRequested, this, [this, index] { emit seriesToggled(index); });
  connect(chip, &LegendChip::colourChosen, this,
          [this, index](std::size_t colour) { emit colourChosen(index, colour); });
  connect(chip, &LegendChip::removeRequested, this, [this, index] { emit removeRequested(index); });
  chip->setEditable(m_isEditable);
  m_chips.push_back(chip);
  // Tab walks through the lines and then to what adds one.
  QWidget* before = index == 0 ? nullptr : m_chips[index - 1];
  if (before != nullptr) setTabOrder(before, chip);
  setTabOrder(chip, m_add);
  chip->show();
}

void ChartLegend::setEntries(const std::vector<Entry>& entries) {
  while (m_chips.size() > entries.size()) {
    // It may be the one that is asking to be taken away.
    m_chips.back()->hide();
    m_chips.back()->deleteLater();
    m_chips.pop_back();
  }
  while (m_chips.size() < entries.size()) addChip();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    m_chips[i]->setEntry(entries[i].name, entries[i].value, entries[i].colour, entries[i].isHidden,
                         entries[i].isEarlier);
  }
  const int before = height();
  place();
  if (heightForWidth(width()) != before) updateGeometry();
}

void ChartLegend::setEditable(bool editable, bool isPlotRemovable) {
  m_isEditable = editable;
  for (LegendChip* chip : m_chips) chip->setEditable(editable);
  m_add->setVisible(editable);
  m_removePlot->setVisible(editable && isPlotRemovable);
  place();
  updateGeometry();
}

QPoint ChartLegend::addButtonCorner() const {
  return m_add->mapToGlobal(QPoint(0, m_add->height() + space::kTight));
}

std::vector<QRect> ChartLegend::places(int width) const {
  std::vector<QRect> places;
  const int row = scaled(kLegendRow);
  int x = 0;
  int y = 0;
  const int least = std::max(40, width);
  const auto put = [&](int wanted) {
    if (x > 0 && x + wanted > least) {
      x = 0;
      y += row;
    }
    places.emplace_back(x, y, wanted, row);
    x += wanted + space::kTight;
  };
  for (const LegendChip* chip : m_chips) put(chip->wantedWidth(least));
  if (m_isEditable) put(row);
  if (!m_removePlot->isHidden()) put(row);
  return places;
}

void ChartLegend::place() {
  const auto boxes = places(width());
  for (std::size_t i = 0; i < m_chips.size(); ++i) m_chips[i]->setGeometry(boxes[i]);
  if (m_isEditable) m_add->setGeometry(boxes[m_chips.size()]);
  if (m_isEditable && !m_removePlot->isHidden()) m_removePlot->setGeometry(boxes[m_chips.size() + 1]);
}

void ChartLegend::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  place();
}

int ChartLegend::heightForWidth(int width) const {
  const auto boxes = places(width);
  return boxes.empty() ? scaled(kLegendRow) : boxes.back().bottom() + 1;
}

QSize ChartLegend::sizeHint() const {
  return {200, heightForWidth(std::max(200, width()))};
}

}  // namespace carport::ui
