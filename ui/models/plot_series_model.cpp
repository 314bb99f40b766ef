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

namespace {

/// With its sign where it says by how much something differs.
QString figureText(const std::string& metric, double value, bool isSigned) {
  const QString text = phrases::metricValue(metric, value);
  return isSigned && value > 0 ? QStringLiteral("+%1").arg(text) : text;
}

}  // namespace

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
    for (const PlotBoard::Series& series : m_board.plots()[plot]) {
      rows.push_back({plot, series});
      if (!m_board.comparison().isOn()) continue;
      rows.push_back({plot, series, Kind::earlier});
      rows.push_back({plot, series, Kind::difference});
    }
  }
  const bool sameLines = std::equal(
      rows.begin(), rows.end(), m_rows.begin(), m_rows.end(),
      [](const Row& a, const Row& b) { return a.plot == b.plot && a.series.id == b.series.id && a.kind == b.kind; });
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
  const PlotSeriesId& id = row.series.id;
  row.statistics = {};
  row.earlier = {};
  if (!m_range.isEmpty()) {
    if (row.kind != Kind::earlier) row.statistics = m_board.summary(id, m_range);
    if (row.kind == Kind::earlier) row.statistics = m_board.earlierSummary(id, m_range);
    if (row.kind == Kind::difference) row.earlier = m_board.earlierSummary(id, m_range);
  }
  const auto value = m_cursor ? atCursor(row) : std::nullopt;
  row.cursorText = value ? figureText(row.series.id.metric, *value, row.kind == Kind::difference) : QString();
}

std::optional<double> PlotSeriesModel::atCursor(const Row& row) const {
  const auto of = [this](const std::vector<api::HistoryPoint>& points) -> std::optional<double> {
    const auto point = nearestPoint(points, *m_cursor);
    return point ? std::optional(point->mean) : std::nullopt;
  };
  const PlotSeriesId& id = row.series.id;
  if (row.kind == Kind::line) return of(m_board.points(id));
  const auto earlier = of(m_board.earlierPoints(id));
  if (row.kind == Kind::earlier || !earlier) return earlier;
  const auto now = of(m_board.points(id));
  return now ? std::optional(*now - *earlier) : std::nullopt;
}

QString PlotSeriesModel::nameOf(const Row& row) const {
  if (row.kind == Kind::earlier) return m_board.earlierName(row.series.id);
  return row.kind == Kind::difference ? tr("Difference") : m_board.seriesName(row.series.id);
}

QString PlotSeriesModel::statisticText(const Row& row, double api::HistoryPoint::*figure) const {
  const bool isDifference = row.kind == Kind::difference;
  if (row.statistics.count == 0 || (isDifference && row.earlier.count == 0)) return QStringLiteral("–");
  const double less = isDifference ? row.earlier.*figure : 0;
  return figureText(row.series.id.metric, row.statistics.*figure - less, isDifference);
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
  if (removed.kind == Kind::line) return m_board.removeSeries(removed.plot, removed.series.id);
  m_board.setEarlierHidden(removed.series.id, true);
}

Qt::ItemFlags PlotSeriesModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  const Qt::ItemFlags flags = QAbstractTableModel::flags(index) | Qt::ItemNeverHasChildren;
  const bool isLine = m_rows[std::size_t(index.row())].kind != Kind::difference;
  return isLine && index.column() == int(PlotSeriesColumn::name) ? flags | Qt::ItemIsUserCheckable : flags;
}

bool PlotSeriesModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  const bool isCheck = role == Qt::CheckStateRole && index.isValid() && index.column() == int(PlotSeriesColumn::name);
  if (!isCheck) return false;
  const Row row = m_rows[std::size_t(index.row())];
  const bool isHidden = value.toInt() != Qt::Checked;
  if (row.kind == Kind::difference) return false;
  if (row.kind == Kind::line) m_board.setHidden(row.plot, row.series.id, isHidden);
  if (row.kind == Kind::earlier) m_board.setEarlierHidden(row.series.id, isHidden);
  return true;
}

QVariant PlotSeriesModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || index.row() >= rowCount()) return {};
  const Row& row = m_rows[std::size_t(index.row())];
  const auto column = PlotSeriesColumn(index.column());
  const bool isName = column == PlotSeriesColumn::name;
  if (role == ColourRole) return int(row.series.colour);
  if (role == KindRole) return int(row.kind);
  if (role == Qt::CheckStateRole && isName) {
    if (row.kind == Kind::difference) return {};
    const bool isHidden = row.kind == Kind::line ? row.series.isHidden : m_board.isEarlierHidden(row.series.id);
    return int(isHidden ? Qt::Unchecked : Qt::Checked);
  }
  if (role == Qt::ToolTipRole && isName) {
    return plainTip(tr("%1 (%2)").arg(nameOf(row), QString::fromStdString(row.series.id.metric)));
  }
  if (role == Qt::TextAlignmentRole) return int((isName ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
  return role == Qt::DisplayRole ? textOf(row, column) : QVariant();
}

QString PlotSeriesModel::textOf(const Row& row, PlotSeriesColumn column) const {
  switch (column) {
    case PlotSeriesColumn::name:
      return nameOf(row);
    case PlotSeriesColumn::cursor:
      return row.cursorText.isEmpty() ? QStringLiteral("–") : row.cursorText;
    case PlotSeriesColumn::min:
      return statisticText(row, &api::HistoryPoint::min);
    case PlotSeriesColumn::mean:
      return statisticText(row, &api::HistoryPoint::mean);
    case PlotSeriesColumn::max:
      return statisticText(row, &api::HistoryPoint::max);
    case PlotSeriesColumn::last:
      return statisticText(row, &api::HistoryPoint::last);
    case PlotSeriesColumn::count:
      return row.kind == Kind::difference ? QStringLiteral("–") : QLocale().toString(row.statistics.count);
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
