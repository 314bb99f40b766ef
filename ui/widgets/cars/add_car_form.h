#pragma once

#include "ui/client/reply.h"
#include "ui/client/requests.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QPushButton;

namespace carport::ui {

class GatewayClient;
class Notice;
class SecretBox;

/// Makes a car and shows, this once, how it signs in. Owner: the drawer. GUI thread.
class AddCarForm : public QWidget {
  Q_OBJECT

 public:
  explicit AddCarForm(GatewayClient& client, QWidget* parent = nullptr);

 private:
  void submit();
  void onAnswer(const Result<AddedCar>& added);
  void updateAddress();

  GatewayClient& m_client;
  Reply<AddedCar> m_reply;
  QLineEdit* m_id = nullptr;
  QLineEdit* m_name = nullptr;
  QLineEdit* m_password = nullptr;
  QPushButton* m_submit = nullptr;
  Notice* m_notice = nullptr;
  SecretBox* m_secret = nullptr;
  QLabel* m_address = nullptr;
};

}  // namespace carport::ui
