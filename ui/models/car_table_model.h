#pragma once

#include "ui/models/car_roles.h"
#include "ui/models/car_store.h"

#include <QAbstractTableModel>
#include <QTimer>

#include <vector>

namespace carport::ui {

/// The fleet as a table, a view of CarStore: columns of CarColumn, roles of CarRole. Changes are gathered and told at
/// most four times a second, as few ranges as they fit in. Owner: the Cars page. GUI thread.
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

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
  QHash<int, QByteArray> roleNames() const override;

  /// Tells gathered changes now.
  void flush();

 private:
  QVariant text(CarStore::Row row, CarColumn column) const;
  QVariant sortValue(CarStore::Row row, CarColumn column) const;
  void gather(const std::vector<CarStore::Row>& rows);
  void tellRange(CarStore::Row first, CarStore::Row last);

  CarStore& m_store;
  int m_rows = 0;  ///< what views were told; follows the store on reset
  QTimer m_flushTimer;
  QTimer m_ageTimer;
  std::vector<CarStore::Row> m_changed;
};

}  // namespace carport::ui
