#pragma once

#include "ui/models/message_log_model.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace carport::ui {

class CarStore;
class FittedTable;
class GatewayClient;

/// The messages of one car as they come: a list, and the one that is chosen in full. Asks the gateway for them while it
/// is shown in the present. Owner: CarPage; lives shorter than client and store. GUI thread.
class MessagesPanel : public QWidget {
  Q_OBJECT

 public:
  MessagesPanel(GatewayClient& client, const CarStore& store, QWidget* parent = nullptr);
  ~MessagesPanel() override;

  void setCar(PrincipalNumber car);
  void setCompact(bool compact);
  MessageLogModel& model() { return m_model; }

 protected:
  void showEvent(QShowEvent* event) override;
  void hideEvent(QHideEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void makeBar();
  void makeDetail();
  void watch();
  void refresh();
  void showChosen();
  void copyChosen();
  QString emptySentence() const;
  QString countsSentence() const;
  const api::RawMessage* chosen() const;

  GatewayClient& m_client;
  const CarStore& m_store;
  PrincipalNumber m_car;
  PrincipalNumber m_watched;  ///< whose messages come now; 0: nobody's
  bool m_isFull = false;      ///< the gateway tells of no more cars at once
  MessageLogModel m_model;
  QWidget* m_bar = nullptr;
  QLabel* m_counts = nullptr;
  QPushButton* m_pause = nullptr;
  QPushButton* m_clear = nullptr;
  FittedTable* m_table = nullptr;
  QLabel* m_empty = nullptr;
  QWidget* m_detail = nullptr;
  QLabel* m_facts = nullptr;
  QPlainTextEdit* m_payload = nullptr;
  QPushButton* m_copy = nullptr;
};

}  // namespace carport::ui
