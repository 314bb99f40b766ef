#pragma once

#include "gateway/base/strong_id.h"
#include "ui/models/command_model.h"
#include "ui/widgets/commands/batch.h"

#include <QWidget>

class QPushButton;
class QStackedWidget;
class QTableView;

namespace carport::ui {

class DrawerHost;
class EmptyState;
class GatewayClient;
class Notice;
class PageHeader;

/// Every command to every car, newest first, and how far each has got; compose and cancel. Owner: the main window. GUI
/// thread.
class CommandsPage : public QWidget {
  Q_OBJECT

 public:
  CommandsPage(GatewayClient& client, const CarStore& store, DrawerHost& drawer, QWidget* parent = nullptr);

  /// Opens the form for a new command, to these cars.
  void compose(const QStringList& cars = {});

 signals:
  void carActivated(carport::PrincipalNumber car);

 private:
  void setUpTable();
  void updateState();
  void updateButtons();
  void cancelSelected();

  GatewayClient& m_client;
  const CarStore& m_store;
  DrawerHost& m_drawer;
  CommandModel m_commands;
  Batch m_batch;
  PageHeader* m_header = nullptr;
  Notice* m_notice = nullptr;
  QStackedWidget* m_states = nullptr;
  QTableView* m_table = nullptr;
  EmptyState* m_empty = nullptr;
  QPushButton* m_cancel = nullptr;
};

}  // namespace carport::ui
