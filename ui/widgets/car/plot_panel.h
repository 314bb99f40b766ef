#pragma once

#include "ui/models/plot_board.h"
#include "ui/models/plot_csv_export.h"
#include "ui/models/plot_series_model.h"
#include "ui/widgets/charts/plot_export.h"

#include <QPointer>
#include <QWidget>

class QBoxLayout;
class QToolButton;

namespace carport::ui {

class CarPresenter;
class Notice;
class PlotNotes;
class SeriesPicker;
class SeriesTable;
class TimeChart;

/// Plots of any metrics of the car, and of others beside it, over any period; with statistics, notes, and files of what
/// is seen. Owner: CarPage. GUI thread.
class PlotPanel : public QWidget {
  Q_OBJECT

 public:
  enum class FileKind { png, svg, csv };

  explicit PlotPanel(CarPresenter& presenter, QWidget* parent = nullptr);
  ~PlotPanel() override;

  void setCompact(bool compact);
  TimeChart& chart() { return *m_chart; }
  PlotBoard& board() { return m_board; }
  /// Where notes are kept; without them none are written. Lives longer than the panel.
  void setNotes(PlotNotes* notes);
  void showStatistics(bool show);
  /// Writes what is seen into a file; that of CSV is there when exported() says so.
  void exportTo(FileKind kind, const QString& file);

 signals:
  /// The moment under the pointer, for a map that shows where the car was then.
  void cursorMoved(carport::TimePoint time);
  void cursorLeft();
  /// A file was written.
  void exported(const QString& file);

 private:
  void makeBar(QBoxLayout& bar);
  void connectChart();
  void connectBoard();
  void fillMenu();
  void refresh();
  void refreshHeight();
  void onMessageAction();
  void showNewest();
  void openPicker(std::size_t plot, const QPoint& globalCorner);
  void askForFile(FileKind kind);
  void writeFile(const QByteArray& bytes);
  PlotSheet sheet();
  /// The line that the chart shows there, or that it is compared with.
  std::optional<PlotBoard::Series> seriesAt(std::size_t plot, std::size_t series) const;
  bool isEarlier(std::size_t plot, std::size_t series) const;
  std::vector<ChartSeries> linesOf(const PlotBoard::Plot& plot) const;

  CarPresenter& m_presenter;
  PlotBoard m_board;
  PlotSeriesModel m_model;
  PlotCsvExport m_csv;
  QPointer<PlotNotes> m_notes;
  QString m_file;  ///< that is being written
  bool m_isCompact = false;
  TimeChart* m_chart = nullptr;
  SeriesTable* m_table = nullptr;
  SeriesPicker* m_picker = nullptr;
  Notice* m_notice = nullptr;
  QToolButton* m_add = nullptr;
  QToolButton* m_more = nullptr;
  QAction* m_statistics = nullptr;
};

}  // namespace carport::ui
