#pragma once

#include "gateway/base/strong_id.h"
#include "ui/models/car_filter_model.h"
#include "ui/models/car_table_model.h"
#include "ui/models/car_text.h"
#include "ui/models/car_view.h"

#include <QSet>
#include <QStringList>
#include <QTableView>
#include <QTimer>

#include <vector>

namespace carport::ui {

/// The table itself: its two models, which cars are chosen in it (kept by who they are, not by where they stand), its
/// columns, and what goes to the clipboard. Owner: CarsPage; lives shorter than the store. GUI thread.
class CarsTable : public QTableView {
  Q_OBJECT

 public:
  explicit CarsTable(CarStore& store, QWidget* parent = nullptr);

  CarTableModel& cars() { return m_cars; }
  CarFilterModel& filtered() { return m_filtered; }

  /// Columns, widths and order of a view; its query is the page's.
  void showView(const CarView& view);
  /// What is shown now, columns as they stand from left to right.
  CarView shownView() const;
  /// Keeps the widths of those that stay.
  void setColumns(const CarColumns& columns);

  /// The chosen cars that are shown, from top to bottom.
  std::vector<CarStore::Row> chosenRows() const;
  QStringList chosenIds() const;
  std::vector<PrincipalNumber> chosenCars() const;
  int chosenCount() const { return static_cast<int>(m_chosen.size()); }
  /// Chooses those of them that the filter lets through, and brings the first into sight.
  void chooseCars(const std::vector<PrincipalNumber>& cars);

  /// Puts the chosen cars into the clipboard, or all that are shown where none is. Answers how many.
  int copy(CarTextForm form);
  /// The rows that are in sight, from top to bottom.
  std::vector<CarStore::Row> rowsInSight() const;

 signals:
  /// One car alone is chosen now, and another than before or clicked again. Of cars that an arrow key passes quickly
  /// only the last is told, once the key rests or another is pressed.
  void carSelected(carport::PrincipalNumber car);
  /// Double click or Enter.
  void carActivated(carport::PrincipalNumber car);
  void chosenChanged();
  /// The order, the columns or their widths are others.
  void shownViewChanged();
  void copyRequested(carport::ui::CarTextForm form);

 protected:
  bool event(QEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;

 private:
  PrincipalNumber carAt(const QModelIndex& index) const;
  void onSelection();
  void tellChosen();
  void tellAtOnce();
  void readChosen();
  void restoreSelection();
  void showSortArrow();
  double textScale() const;

  CarTableModel m_cars;
  CarFilterModel m_filtered;
  CarStore& m_store;
  QSet<quint32> m_chosen;
  PrincipalNumber m_current;
  PrincipalNumber m_told;
  QTimer m_tellSoon;
  bool m_restoring = false;
};

}  // namespace carport::ui
