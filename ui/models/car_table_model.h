#pragma once

#include "ui/models/car_columns.h"
#include "ui/models/car_store.h"

#include <QAbstractTableModel>
#include <QTimer>

#include <vector>

namespace carport::ui {

/// The fleet as a table, a view of CarStore: the columns that were chosen, roles of CarRole. Changes are gathered and
/// told at most four times a second, as few ranges as they fit in. Owner: the Cars page. GUI thread.
class CarTableModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr int kFlushEveryMs = 250;
  /// Ages grow without anything arriving.
  static constexpr int kAgesEveryMs = 5'000;
  /// More separate ranges than this are told as one.
  static constexpr std::size_t kMaxRanges = 64;

  explicit CarTableModel(CarStore& store, QObject* parent = nullptr);

  const CarStore& store() const { return m_store; }

  const CarColumns& columns() const { return m_columns; }
  /// At most kMaxCarColumns of them, each once; none: the usual ones. Resets the model.
  void setColumns(const CarColumns& columns);
  /// Everything is the last known (kCarStaleRole) while the gateway cannot be reached.
  void setOffline(bool offline);
  bool isOffline() const { return m_offline; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  /// Tells gathered changes now.
  void flush();

 private:
  bool isStale(CarStore::Row row) const;
  QVariant carData(CarStore::Row row, int role) const;
  void gather(const std::vector<CarStore::Row>& rows);
  void tellRange(CarStore::Row first, CarStore::Row last);
  void tellAges();

  CarStore& m_store;
  CarColumns m_columns = usualCarColumns();
  int m_rows = 0;  ///< what views were told; follows the store on reset
  bool m_offline = false;
  QTimer m_flushTimer;
  QTimer m_ageTimer;
  std::vector<CarStore::Row> m_changed;
};

}  // namespace carport::ui
