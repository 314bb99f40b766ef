#pragma once

#include "ui/models/connection_loader.h"

#include <QWidget>

class QLabel;

namespace carport::ui {

class ConnectionBar;
class FittedTable;

/// How one car was connected: the day of the moment that is shown as a bar, every connection as a sentence, and what
/// was refused. Owner: CarPage; lives shorter than client and store. GUI thread.
class ConnectionsPanel : public QWidget {
  Q_OBJECT

 public:
  ConnectionsPanel(GatewayClient& client, const CarStore& store, QWidget* parent = nullptr);

  void setCar(const QString& carId, PrincipalNumber car) { m_loader.setCar(carId, car); }
  void setCompact(bool compact);
  ConnectionLoader& loader() { return m_loader; }
  ConnectionBar& bar() { return *m_bar; }

 private:
  void refresh();
  QString emptySentence() const;
  QString attemptsText() const;

  const CarStore& m_store;
  ConnectionLoader m_loader;
  ConnectionBar* m_bar = nullptr;
  FittedTable* m_table = nullptr;
  QLabel* m_empty = nullptr;
  QLabel* m_attempts = nullptr;
};

}  // namespace carport::ui
