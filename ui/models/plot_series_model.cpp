#include "ui/models/plot_series_model.h"

#include "ui/models/phrases.h"
#include "ui/models/plain_tip.h"

#include <QLocale>

#include <algorithm>
#include <iterator>

namespace carport::ui {

std::optional<api::HistoryPoint> nearestPoint(const std::vector<api::HistoryPoint>& points, TimePoint time) {
  if (points.empty()) return std::nullopt;
  const auto after = std::lower_bound(points.begin(), points.end(), time,
                                      [](const api::HistoryPoint& point, TimePoint at) { return point.time < at; });
  if (after == points.begin()) return points.front();
  const auto before = std::prev(after);
  if (after == points.end() || time - before->time <= after->time - time) return *before;
  return *after;
}

PlotSeriesModel::PlotSeriesModel(PlotBoard& board, QObject* parent) : QAbstractTableModel(parent), m_board(board) {
  connect(&board, &PlotBoard::layoutChanged, this, &PlotSeriesModel::rebuild);
  connect(&board, &PlotBoard::changed, this, &PlotSeriesModel::refresh);
  rebuild();
}

int PlotSeriesModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : int(m_rows.size());
}

int PlotSeriesModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : kPlotSeriesColumns;
}

void PlotSeriesModel::rebuild() {
  std::vector<Row> rows;
  for (std::size_t plot = 0; plot < m_board.plots().size(); ++plot) {
    for (const PlotBoard::Series& series : m_board.plots()[plot]) rows.push_back({plot, series, {}, {}});
  }
  const bool sameLines = std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
                                    [](auto& a, auto& b) { return a.plot == b.plot && a.series.id == b.series.id; });
  // A view keeps its current row where only looks changed.
  if (!sameLines) beginResetModel();
  m_rows = std::move(rows);
  for (Row& row : m_rows) refreshRow(row);
  if (!sameLines) return endResetModel();
  if (!m_rows.empty()) emit dataChanged(index(0, 0), index(rowCount() - 1, kPlotSeriesColumns - 1));
}

void PlotSeriesModel::refresh() {
  if (m_rows.empty()) return;
  for (Row& row : m_rows) refreshRow(row);
  emit dataChanged(index(0, 0), index(rowCount() - 1, kPlotSeriesColumns - 1));
}

void PlotSeriesModel::refreshRow(Row& row) const {
  row.statistics = m_range.isEmpty() ? api::HistoryPoint() : m_board.summary(row.series.id, m_range);
  row.cursorText.clear();
  if (!m_cursor) return;
  const auto point = nearestPoint(m_board.points(row.series.id), *m_cursor);
  if (point) row.cursorText = phrases::metricValue(row.series.id.metric, point->mean);
}

void PlotSeriesModel::setRange(const TimeRange& range) {
  if (range == m_range) return;
  m_range = range;
  refresh();
}

void PlotSeriesModel::setCursor(std::optional<TimePoint> cursor) {
  if (cursor == m_cursor || m_rows.empty()) return;
  m_cursor = cursor;
  for (Row& row : m_rows) refreshRow(row);
  const int column = int(PlotSeriesColumn::cursor);
  emit dataChanged(index(0, column), index(rowCount() - 1, column));
}

void PlotSeriesModel::removeSeries(int row) {
  if (row < 0 || row >= rowCount()) return;
  const Row removed = m_rows[std::size_t(row)];
  m_board.removeSeries(removed.plot, removed.series.id);
}

Qt::ItemFlags PlotSeriesModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  const Qt::ItemFlags flags = QAbstractTableModel::flags(index) | Qt::ItemNeverHasChildren;
  return index.column() == int(PlotSeriesColumn::name) ? flags | Qt::ItemIsUserCheckable : flags;
}

bool PlotSeriesModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  const bool isCheck = role == Qt::CheckStateRole && index.isValid() && index.column() == int(PlotSeriesColumn::name);
  if (!isCheck) return false;
  const Row row = m_rows[std::size_t(index.row())];
  m_board.setHidden(row.plot, row.series.id, value.toInt() != Qt::Checked);
  return true;
}

QVariant PlotSeriesModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const Row& row = m_rows[std::size_t(index.row())];
  const auto column = PlotSeriesColumn(index.column());
  const bool isName = column == PlotSeriesColumn::name;
  if (role == ColourRole) return int(row.series.colour);
  if (role == Qt::CheckStateRole && isName) return int(row.series.isHidden ? Qt::Unchecked : Qt::Checked);
  if (role == Qt::ToolTipRole && isName) {
    return plainTip(tr("%1 (%2)").arg(m_board.seriesName(row.series.id), QString::fromStdString(row.series.id.metric)));
  }
  if (role == Qt::TextAlignmentRole) return int((isName ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  const api::HistoryPoint& statistics = row.statistics;
  const auto value = [&](double figure) {
    return statistics.count == 0 ? QStringLiteral("–") : phrases::metricValue(row.series.id.metric, figure);
  };
  switch (column) {
    case PlotSeriesColumn::name:
      return m_board.seriesName(row.series.id);
    case PlotSeriesColumn::cursor:
      return row.cursorText.isEmpty() ? QStringLiteral("–") : row.cursorText;
    case PlotSeriesColumn::min:
      return value(statistics.min);
    case PlotSeriesColumn::mean:
      return value(statistics.mean);
    case PlotSeriesColumn::max:
      return value(statistics.max);
    case PlotSeriesColumn::last:
      return value(statistics.last);
    case PlotSeriesColumn::count:
      return QLocale().toString(statistics.count);
  }
  return {};
}

QVariant PlotSeriesModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal) return {};
  if (role == Qt::TextAlignmentRole) return int((section == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  if (role != Qt::DisplayRole) return {};
  switch (PlotSeriesColumn(section)) {
    case PlotSeriesColumn::name:
      return tr("In this period");
    case PlotSeriesColumn::cursor:
      return tr("At the cursor");
    case PlotSeriesColumn::min:
      return tr("Lowest");
    case PlotSeriesColumn::mean:
      return tr("Mean");
    case PlotSeriesColumn::max:
      return tr("Highest");
    case PlotSeriesColumn::last:
      return tr("Last");
    case PlotSeriesColumn::count:
      return tr("Samples");
  }
  return {};
}

}  // namespace carport::ui
