#pragma once

#include "gateway/api/event.h"
#include "ui/client/reply.h"
#include "ui/client/requests.h"
#include "ui/models/car_store.h"

#include <QAbstractTableModel>
#include <QString>
#include <QTimer>

#include <functional>
#include <optional>
#include <vector>

namespace carport::ui {

class GatewayClient;

/// Columns of EventModel.
enum class EventColumn : int { time, car, severity, name, message };
inline constexpr int kEventColumns = 5;
enum EventRole : int {
  kEventSeverityRole = Qt::UserRole + 1,  ///< int, api::Severity
  kEventActiveRole,                       ///< bool
  kEventCarRole,                          ///< quint32
};

/// What happened, newest first, to one car or to all. Owner: the page. GUI thread.
class EventModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr std::size_t kMaxEvents = 2'000;

  /// `store` names the cars.
  explicit EventModel(const CarStore& store, QObject* parent = nullptr);

  /// Fetches from `client` and follows what happens; of `car` alone where given. Replaces what was there.
  void attach(GatewayClient& client);
  void attach(GatewayClient& client, const QString& carId, PrincipalNumber car);

  /// Takes the place of all; newest first.
  void setEvents(std::vector<api::Event> events);
  void add(const api::Event& event);
  const api::Event* at(int row) const;
  bool isLoading() const { return m_reply.isPending(); }
  const QString& trouble() const { return m_trouble; }

  int rowCount(const QModelIndex& parent = {}) const override;
  int columnCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

 signals:
  /// isLoading() or trouble() changed.
  void loadingChanged();

 private:
  void attach(GatewayClient& client, std::function<Reply<std::vector<api::Event>>()> fetch);
  void fetch();
  /// The newest up to the moment that is shown.
  EventQuery newest() const;

  const CarStore& m_store;
  GatewayClient* m_client = nullptr;
  std::vector<api::Event> m_events;
  std::optional<PrincipalNumber> m_onlyCar;
  std::function<Reply<std::vector<api::Event>>()> m_fetch;
  Reply<std::vector<api::Event>> m_reply;
  QString m_trouble;
};

}  // namespace carport::ui
