#pragma once

#include "gateway/api/connection.h"

#include <QAbstractTableModel>

#include <vector>

namespace carport::ui {

/// Columns of ConnectionListModel.
enum class ConnectionColumn : int { began, sentence, messages };
inline constexpr int kConnectionColumns = 3;
enum ConnectionRole : int { kConnectionOpenRole = Qt::UserRole + 1 /* bool */ };

/// How one car was connected, newest first, a sentence each. Owner: ConnectionsPanel. GUI thread.
class ConnectionListModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  /// The gateway keeps no more of a car.
  static constexpr std::size_t kMaxRows = 200;

  explicit ConnectionListModel(QObject* parent = nullptr) : QAbstractTableModel(parent) {}

  /// Newest first; rows that are there already stay, so that views keep their place.
  void setConnections(std::vector<api::Connection> connections, TimePoint now);
  /// Lengths as of `now`.
  void setNow(TimePoint now);
  const std::vector<api::Connection>& connections() const { return m_connections; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 private:
  std::vector<api::Connection> m_connections;
  TimePoint m_now{};
};

}  // namespace carport::ui
