#include "ui/widgets/charts/series_table.h"

#include "ui/models/plot_series_model.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyle>
#include <QStyledItemDelegate>

#include <algorithm>

namespace carport::ui {

namespace {

constexpr int kSeriesRows = 10;
constexpr int kSeriesSwatch = 12;
constexpr int kSeriesFigureWidth = 96;
constexpr int kSeriesCursorWidth = 108;
constexpr int kSeriesCompactWidth = 88;
/// Narrower than this, the least important columns go.
constexpr int kSeriesWideFrom = 760;

/// The name of a line behind a dash of its colour.
class SeriesDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.column() != int(PlotSeriesColumn::name) || option->widget == nullptr) return;
    const auto kind = PlotSeriesModel::Kind(index.data(PlotSeriesModel::KindRole).toInt());
    if (kind == PlotSeriesModel::Kind::difference) {
      // Its name begins where those of the lines do.
      const QStyle& style = *option->widget->style();
      const int check = style.pixelMetric(QStyle::PM_IndicatorWidth, nullptr, option->widget) +
                        2 * (style.pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, option->widget) + 1);
      QPixmap nothing(kSeriesSwatch + check, kSeriesSwatch);
      nothing.fill(Qt::transparent);
      option->icon = QIcon(nothing);
      option->decorationSize = nothing.size();
      option->features |= QStyleOptionViewItem::HasDecoration;
      return;
    }
    const bool isEarlier = kind == PlotSeriesModel::Kind::earlier;
    const Theme& theme = themeOf(*option->widget);
    const qreal ratio = option->widget->devicePixelRatioF();
    QPixmap swatch(QSize(kSeriesSwatch, kSeriesSwatch) * ratio);
    swatch.setDevicePixelRatio(ratio);
    swatch.fill(Qt::transparent);
    QPainter painter(&swatch);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto colour = std::size_t(index.data(PlotSeriesModel::ColourRole).toInt());
    painter.setPen(QPen(theme.series[colour % theme.series.size()], isEarlier ? 1.5 : 3,
                        isEarlier ? Qt::DashLine : Qt::SolidLine, isEarlier ? Qt::FlatCap : Qt::RoundCap));
    painter.drawLine(QPointF(2, kSeriesSwatch / 2.0), QPointF(kSeriesSwatch - 2, kSeriesSwatch / 2.0));
    option->icon = QIcon(swatch);
    option->decorationSize = {kSeriesSwatch, kSeriesSwatch};
    option->features |= QStyleOptionViewItem::HasDecoration;
  }
};

}  // namespace

SeriesTable::SeriesTable(PlotSeriesModel& model, QWidget* parent) : QTableView(parent), m_model(model) {
  setModel(&model);
  setItemDelegate(new SeriesDelegate(this));
  setAccessibleName(tr("Statistics of the period"));
  setSelectionBehavior(QAbstractItemView::SelectRows);
  setSelectionMode(QAbstractItemView::SingleSelection);
  setShowGrid(false);
  setFrameShape(QFrame::NoFrame);
  setTabKeyNavigation(false);
  setWordWrap(false);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  verticalHeader()->hide();
  horizontalHeader()->setHighlightSections(false);
  horizontalHeader()->setMinimumSectionSize(48);
  horizontalHeader()->setSectionResizeMode(QHeaderView::Fixed);
  horizontalHeader()->setSectionResizeMode(int(PlotSeriesColumn::name), QHeaderView::Stretch);
  connect(&model, &QAbstractItemModel::modelReset, this, &SeriesTable::fit);
  growWithText(*this, [this] {
    verticalHeader()->setDefaultSectionSize(scaled(size::kRow));
    for (int column = 1; column < kPlotSeriesColumns; ++column) setColumnWidth(column, scaled(kSeriesFigureWidth));
    setColumnWidth(int(PlotSeriesColumn::cursor), scaled(kSeriesCursorWidth));
    chooseColumns();
    fit();
  });
}

void SeriesTable::fit() {
  const int rows = std::min(kSeriesRows, m_model.rowCount());
  setFixedHeight(horizontalHeader()->sizeHint().height() + rows * scaled(size::kRow) + 2);
}

void SeriesTable::setCompact(bool compact) {
  m_isCompact = compact;
  chooseColumns();
}

void SeriesTable::resizeEvent(QResizeEvent* event) {
  QTableView::resizeEvent(event);
  chooseColumns();
}

void SeriesTable::chooseColumns() {
  // The legend says the value at the cursor, too.
  const bool isNarrow = m_isCompact || width() < scaled(kSeriesWideFrom);
  setColumnHidden(int(PlotSeriesColumn::cursor), isNarrow);
  setColumnHidden(int(PlotSeriesColumn::count), isNarrow);
  setColumnHidden(int(PlotSeriesColumn::last), m_isCompact);
  // Two figures with their units and a name have room in a drawer; the page has them all.
  setColumnHidden(int(PlotSeriesColumn::min), m_isCompact);
  const int figure = scaled(m_isCompact ? kSeriesCompactWidth : kSeriesFigureWidth);
  for (const PlotSeriesColumn column : {PlotSeriesColumn::min, PlotSeriesColumn::mean, PlotSeriesColumn::max}) {
    setColumnWidth(int(column), figure);
  }
}

void SeriesTable::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Delete && currentIndex().isValid()) return m_model.removeSeries(currentIndex().row());
  // A line is one thing, wherever in its row the keyboard is.
  if (event->key() == Qt::Key_Space && currentIndex().isValid()) {
    const QModelIndex name = m_model.index(currentIndex().row(), int(PlotSeriesColumn::name));
    const bool isShown = name.data(Qt::CheckStateRole).toInt() == Qt::Checked;
    m_model.setData(name, isShown ? Qt::Unchecked : Qt::Checked, Qt::CheckStateRole);
    return;
  }
  QTableView::keyPressEvent(event);
}

}  // namespace carport::ui
