#include "ui/widgets/common/tables.h"

#include "ui/widgets/style/metrics.h"

#include <QEvent>
#include <QFontInfo>
#include <QHeaderView>
#include <QTableView>

#include <vector>

namespace carport::ui {

namespace {

/// Keeps rows and columns in proportion to the text. Owner: the table.
class TableScale final : public QObject {
 public:
  TableScale(QTableView& table, std::span<const int> widths)
      : QObject(&table), m_table(table), m_widths(widths.begin(), widths.end()) {
    table.installEventFilter(this);
    apply();
  }

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (watched == &m_table && event->type() == QEvent::FontChange) apply();
    return QObject::eventFilter(watched, event);
  }

 private:
  void apply() {
    const double scale = QFontInfo(m_table.font()).pixelSize() / static_cast<double>(TextSize::body);
    if (scale == m_scale) return;
    m_table.verticalHeader()->setDefaultSectionSize(qRound(size::kRow * scale));
    const auto given = static_cast<int>(m_widths.size());
    const int columns = m_scale == 0 || !m_table.model() ? given : m_table.model()->columnCount();
    for (int column = 0; column < columns; ++column) {
      // What the person made of a column stays so, in proportion.
      const double width = m_scale == 0 ? m_widths[std::size_t(column)] : m_table.columnWidth(column) / m_scale;
      m_table.setColumnWidth(column, qRound(width * scale));
    }
    m_scale = scale;
  }

  QTableView& m_table;
  std::vector<int> m_widths;
  double m_scale = 0;
};

}  // namespace

void prepareTable(QTableView& table, std::span<const int> columnWidths) {
  table.setShowGrid(false);
  table.setWordWrap(false);
  table.setSelectionBehavior(QAbstractItemView::SelectRows);
  table.setEditTriggers(QAbstractItemView::NoEditTriggers);
  table.setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  table.setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table.setTextElideMode(Qt::ElideRight);
  table.setTabKeyNavigation(false);
  table.setFrameShape(QFrame::NoFrame);
  table.verticalHeader()->hide();
  table.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  table.horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table.horizontalHeader()->setHighlightSections(false);
  table.horizontalHeader()->setStretchLastSection(true);
  new TableScale(table, columnWidths);
}

}  // namespace carport::ui
