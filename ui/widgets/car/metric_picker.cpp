#include "ui/widgets/car/metric_picker.h"

#include "gateway/api/history.h"
#include "ui/models/phrases.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QFrame>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace carport::ui {

namespace {
constexpr int kPopupWidth = 280;
constexpr int kPopupHeight = 360;
/// More lines than this nobody tells apart.
constexpr int kMaxPlotted = 8;
static_assert(std::size_t(kMaxPlotted) <= api::kMaxHistoryMetrics);
}  // namespace

MetricPicker::MetricPicker(QWidget* parent) : QToolButton(parent) {
  setText(tr("Metrics"));
  setIcon(themedIcon(QStringLiteral("chart"), IconRole::strong));
  setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
  setToolTip(tr("Choose what to plot"));
  setMinimumHeight(size::kRow);
  m_popup = new QFrame(this, Qt::Popup);
  m_popup->setProperty("kind", "floating");
  m_popup->resize(kPopupWidth, kPopupHeight);
  auto* column = new QVBoxLayout(m_popup);
  column->setContentsMargins(space::kInside, space::kInside, space::kInside, space::kInside);
  column->setSpacing(space::kInside);
  m_search = new QLineEdit(m_popup);
  m_search->setPlaceholderText(tr("Search metrics"));
  m_search->setClearButtonEnabled(true);
  m_list = new QListWidget(m_popup);
  m_list->setFrameShape(QFrame::NoFrame);
  m_limit = new QLabel(tr("At most %1 at a time.").arg(kMaxPlotted), m_popup);
  m_limit->setProperty("kind", "small");
  column->addWidget(m_search);
  column->addWidget(m_list, 1);
  column->addWidget(m_limit);
  connect(this, &QToolButton::clicked, this, &MetricPicker::open);
  connect(m_search, &QLineEdit::textChanged, this, &MetricPicker::filter);
  connect(m_list, &QListWidget::itemChanged, this, &MetricPicker::onItemChanged);
}

void MetricPicker::setMetrics(const std::vector<std::string>& names, const std::vector<std::string>& chosen) {
  setEnabled(!names.empty());
  if (names == m_names && chosen == m_chosen) return;
  m_names = names;
  m_chosen = chosen;
  fillList();
}

void MetricPicker::fillList() {
  m_filling = true;
  m_list->clear();
  for (const std::string& name : m_names) {
    const QString unit = phrases::metricUnit(name);
    const QString text = phrases::metricName(name);
    auto* item = new QListWidgetItem(unit.isEmpty() ? text : tr("%1 (%2)").arg(text, unit), m_list);
    item->setToolTip(QString::fromStdString(name));
    item->setData(Qt::UserRole, QString::fromStdString(name));
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsUserCheckable | Qt::ItemIsSelectable);
    const bool isChosen = std::find(m_chosen.begin(), m_chosen.end(), name) != m_chosen.end();
    item->setCheckState(isChosen ? Qt::Checked : Qt::Unchecked);
  }
  m_filling = false;
  filter(m_search->text());
}

void MetricPicker::filter(const QString& text) {
  for (int row = 0; row < m_list->count(); ++row) {
    QListWidgetItem* item = m_list->item(row);
    const bool fits = item->text().contains(text, Qt::CaseInsensitive) ||
                      item->data(Qt::UserRole).toString().contains(text, Qt::CaseInsensitive);
    item->setHidden(!fits);
  }
}

void MetricPicker::onItemChanged() {
  if (m_filling) return;
  // Those that were chosen keep their order, and so their colours.
  std::vector<std::string> now;
  const auto isChecked = [this](const std::string& name) {
    for (int row = 0; row < m_list->count(); ++row) {
      const QListWidgetItem* item = m_list->item(row);
      if (item->data(Qt::UserRole).toString().toStdString() == name) return item->checkState() == Qt::Checked;
    }
    return false;
  };
  std::copy_if(m_chosen.begin(), m_chosen.end(), std::back_inserter(now), isChecked);
  for (const std::string& name : m_names) {
    if (isChecked(name) && std::find(now.begin(), now.end(), name) == now.end()) now.push_back(name);
  }
  const bool tooMany = now.size() > std::size_t(kMaxPlotted);
  if (tooMany) now.resize(std::size_t(kMaxPlotted));
  m_chosen = now;
  if (tooMany) fillList();
  emit chosen(m_chosen);
}

void MetricPicker::open() {
  m_search->clear();
  m_popup->move(mapToGlobal(QPoint(0, height() + space::kTight)));
  m_popup->show();
  m_search->setFocus();
}

}  // namespace carport::ui
