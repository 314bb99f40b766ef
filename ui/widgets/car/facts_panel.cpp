#include "ui/widgets/car/facts_panel.h"

#include "ui/models/plain_tip.h"
#include "ui/widgets/style/metrics.h"

#include <QGridLayout>
#include <QLabel>

namespace carport::ui {

FactsPanel::FactsPanel(QWidget* parent) : QWidget(parent) {
  m_grid = new QGridLayout(this);
  m_grid->setContentsMargins(space::kInside, 0, space::kInside, 0);
  m_grid->setHorizontalSpacing(space::kGroup);
  m_grid->setVerticalSpacing(space::kTight);
  m_grid->setColumnStretch(1, 1);
}

void FactsPanel::setFacts(const CarPresenter::Facts& facts) {
  while (m_values.size() < facts.size()) {
    const int row = int(m_values.size());
    auto* name = new QLabel(this);
    name->setProperty("kind", "muted");
    auto* value = new QLabel(this);
    value->setTextFormat(Qt::PlainText);
    value->setWordWrap(true);
    value->setMinimumWidth(1);  // one long word is no reason to be wider than the page
    value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_grid->addWidget(name, row, 0, Qt::AlignTop);
    m_grid->addWidget(value, row, 1);
    m_names.push_back(name);
    m_values.push_back(value);
  }
  for (std::size_t row = 0; row < m_values.size(); ++row) {
    const bool used = row < facts.size();
    m_names[row]->setVisible(used);
    m_values[row]->setVisible(used);
    if (!used) continue;
    m_names[row]->setText(facts[row].first);
    if (m_values[row]->text() == facts[row].second) continue;
    m_values[row]->setText(facts[row].second);
    m_values[row]->setToolTip(plainTip(facts[row].second));
  }
}

}  // namespace carport::ui
