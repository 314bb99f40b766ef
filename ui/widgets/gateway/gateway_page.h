#pragma once

#include "gateway/api/gateway_status.h"
#include "ui/client/reply.h"
#include "ui/models/log_model.h"

#include <QTimer>
#include <QWidget>

class QGridLayout;
class QLabel;
class QTableView;

namespace carport::ui {

class GatewayClient;
class Notice;
class PageHeader;
class StatTile;

/// The gateway: the address to give to cars, how much goes through it, its disk, its log. Owner: the main window. GUI
/// thread.
class GatewayPage : public QWidget {
  Q_OBJECT

 public:
  static constexpr int kLogEveryMs = 2'000;
  static constexpr std::size_t kLogEntries = 500;

  explicit GatewayPage(GatewayClient& client, QWidget* parent = nullptr);

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 private:
  QWidget* makeScrolled();
  QWidget* makeAddress();
  QWidget* makeTiles();
  /// In as many columns as have room for what the tiles say.
  void arrangeTiles();
  void setUpLog();
  void showStatus(const api::GatewayStatus& status);
  void fetchStatus();
  void fetchLog();

  GatewayClient& m_client;
  LogModel m_log;
  QTimer m_logTimer;
  Reply<api::GatewayStatus> m_statusReply;
  Reply<std::vector<LogEntry>> m_logReply;
  QString m_folder;
  PageHeader* m_header = nullptr;
  Notice* m_notice = nullptr;
  QLabel* m_mqtt = nullptr;
  QLabel* m_http = nullptr;
  QGridLayout* m_tiles = nullptr;
  int m_tileColumns = 0;
  StatTile* m_rate = nullptr;
  StatTile* m_connections = nullptr;
  StatTile* m_commit = nullptr;
  StatTile* m_stored = nullptr;
  StatTile* m_disk = nullptr;
  StatTile* m_refused = nullptr;
  QTableView* m_logTable = nullptr;
  QLabel* m_logTrouble = nullptr;
};

}  // namespace carport::ui
