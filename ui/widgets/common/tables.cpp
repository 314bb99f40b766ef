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
    m_scale == 0 ? setWidths(scale) : stretchTo(scale);
    m_scale = scale;
  }
  void setWidths(double scale) {
    for (std::size_t column = 0; column < m_widths.size(); ++column)
      m_table.setColumnWidth(int(column), qRound(m_widths[column] * scale));
  }
  /// What the person made of a column stays so, in proportion; what only the least width made of it does not: fonts go
  /// through others on their way.
  void stretchTo(double scale) {
    const int columns = m_table.model() ? m_table.model()->columnCount() : 0;
    m_shown.resize(std::size_t(columns));
    for (int column = 0; column < columns; ++column) {
      // One that is hidden has no width here, and would have none when it is shown again; some go by the room there is.
      const bool isFree = m_table.horizontalHeader()->sectionResizeMode(column) == QHeaderView::Interactive;
      if (m_table.isColumnHidden(column) || !isFree) continue;
      Shown& shown = m_shown[std::size_t(column)];
      if (const int now = m_table.columnWidth(column); now != shown.width) shown.usual = now / m_scale;
      m_table.setColumnWidth(column, qRound(shown.usual * scale));
      shown.width = m_table.columnWidth(column);
    }
  }

  struct Shown {
    double usual = 0;  ///< at 100 %
    int width = -1;    ///< that it got from here last
  };

  QTableView& m_table;
  std::vector<int> m_widths;
  std::vector<Shown> m_shown;  ///< of each column
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
