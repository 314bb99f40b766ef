#pragma once

#include "gateway/api/command.h"
#include "ui/client/reply.h"
#include "ui/models/car_store.h"

#include <QAbstractTableModel>
#include <QString>
#include <QTimer>

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace carport::ui {

class GatewayClient;

/// Columns of CommandModel.
enum class CommandColumn : int { car, name, state, created, expires, result };
inline constexpr int kCommandColumns = 6;
enum CommandRole : int {
  kCommandIdRole = Qt::UserRole + 1,  ///< QString
  kCommandStateRole,                  ///< int, api::CommandState
  kCommandCarRole,                    ///< quint32
  kCommandCancellableRole,            ///< bool
};

/// Commands, newest first, of one car or of all. Owner: the page. GUI thread.
class CommandModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  static constexpr std::size_t kMaxCommands = 1'000;

  /// `store` names the cars.
  explicit CommandModel(const CarStore& store, QObject* parent = nullptr);

  /// Fetches from `client` and follows its changes; of `car` alone where given (id and number). Replaces what was
  /// there.
  void attach(GatewayClient& client);
  void attach(GatewayClient& client, const QString& carId, PrincipalNumber car);

  /// Takes the place of all.
  void setCommands(std::vector<api::Command> commands);
  /// Adds the command, or puts it in the place of its older state.
  void upsert(const api::Command& command);
  const api::Command* at(int row) const;
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
  void attach(GatewayClient& client, std::function<Reply<std::vector<api::Command>>()> fetch);
  void fetch();
  /// It became what it is now only after the moment that is shown.
  bool changedSince(const api::Command& command) const;
  QString text(const api::Command& command, CommandColumn column) const;

  const CarStore& m_store;
  GatewayClient* m_client = nullptr;
  std::vector<api::Command> m_commands;
  std::optional<PrincipalNumber> m_onlyCar;
  std::function<Reply<std::vector<api::Command>>()> m_fetch;
  Reply<std::vector<api::Command>> m_reply;
  QString m_trouble;
  QTimer m_ageTimer;
};

}  // namespace carport::ui
