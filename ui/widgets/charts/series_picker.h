#pragma once

#include "ui/models/plot_board.h"

#include <QFrame>

class QBoxLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QListWidgetItem;

namespace carport::ui {

class CarStore;

/// Chooses what a plot shows: a car at the left, its metrics to tick at the right, both found by typing. Owner:
/// PlotPanel; lives shorter than board and store. GUI thread.
class SeriesPicker : public QFrame {
  Q_OBJECT

 public:
  /// Cars listed at a time; typing finds the others.
  static constexpr int kMaxCars = 100;

  SeriesPicker(PlotBoard& board, const CarStore& store, QWidget* parent = nullptr);

  /// Opens for a plot, with its upper left corner here as far as the screen has room.
  void openFor(std::size_t plot, const QPoint& globalCorner);

 protected:
  /// Down leads from a search to what it found.
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  QListWidget* addColumn(QBoxLayout& row, const QString& title, QLineEdit*& search);
  void fillCars();
  void addCar(PrincipalNumber car);
  void fillMetrics();
  void onMetricChanged(QListWidgetItem* item);
  PrincipalNumber chosenCar() const;
  bool isPlotted(const PlotSeriesId& id) const;

  PlotBoard& m_board;
  const CarStore& m_store;
  std::size_t m_plot = 0;
  QLineEdit* m_carSearch = nullptr;
  QListWidget* m_cars = nullptr;
  QLineEdit* m_metricSearch = nullptr;
  QListWidget* m_metrics = nullptr;
  QLabel* m_hint = nullptr;
  bool m_isFilling = false;
};

}  // namespace carport::ui
