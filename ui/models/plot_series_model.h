#pragma once

#include "ui/models/plot_board.h"

#include <QAbstractTableModel>

#include <cstddef>
#include <optional>
#include <vector>

namespace carport::ui {

enum class PlotSeriesColumn : int { name, cursor, min, mean, max, last, count };
inline constexpr int kPlotSeriesColumns = 7;

/// The lines of all plots with the statistics of the visible range, as far as it is loaded, and the value under the
/// cursor; where the board compares, below each the same of the earlier period, and by how much the one differs from
/// the other. A check mark shows or hides a line. Owner: PlotPanel; lives shorter than the board. GUI thread.
class PlotSeriesModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Role : int {
    ColourRole = Qt::UserRole + 1,  ///< index into the theme's colours
    KindRole                        ///< a Kind
  };
  enum class Kind : int { line, earlier, difference };

  explicit PlotSeriesModel(PlotBoard& board, QObject* parent = nullptr);

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
  QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;

  /// The range of which the statistics are.
  void setRange(const TimeRange& range);
  /// Where the cursor is; none: the column is empty.
  void setCursor(std::optional<TimePoint> cursor);
  /// Takes the line of a row out of its plot; one of the earlier period is hidden.
  void removeSeries(int row);

 private:
  struct Row {
    std::size_t plot;
    PlotBoard::Series series;
    Kind kind = Kind::line;
    api::HistoryPoint statistics{};
    api::HistoryPoint earlier{};  ///< of a difference: what is taken off
    QString cursorText{};
  };
  void rebuild();
  void refresh();
  void refreshRow(Row& row) const;
  std::optional<double> atCursor(const Row& row) const;
  QString nameOf(const Row& row) const;
  QString textOf(const Row& row, PlotSeriesColumn column) const;
  /// One of the statistics in words; `figure` says which.
  QString statisticText(const Row& row, double api::HistoryPoint::*figure) const;

  PlotBoard& m_board;
  std::vector<Row> m_rows;
  TimeRange m_range;
  std::optional<TimePoint> m_cursor;
};

/// The point of `points`, which ascend in time, that lies nearest to `time`; none where there are none.
std::optional<api::HistoryPoint> nearestPoint(const std::vector<api::HistoryPoint>& points, TimePoint time);

}  // namespace carport::ui
