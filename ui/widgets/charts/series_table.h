#pragma once

#include <QTableView>

namespace carport::ui {

class PlotSeriesModel;

/// The lines of all plots with their statistics, as high as its rows. Space hides and shows a line, Delete takes it
/// away. Owner: PlotPanel; lives shorter than the model. GUI thread.
class SeriesTable : public QTableView {
  Q_OBJECT

 public:
  explicit SeriesTable(PlotSeriesModel& model, QWidget* parent = nullptr);

  /// Only what fits a narrow drawer.
  void setCompact(bool compact);

 protected:
  void keyPressEvent(QKeyEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

 private:
  void fit();
  void chooseColumns();

  PlotSeriesModel& m_model;
  bool m_isCompact = false;
};

}  // namespace carport::ui
