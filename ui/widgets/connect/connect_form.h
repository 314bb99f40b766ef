#pragma once

#include "ui/client/connection_state.h"
#include "ui/client/reply.h"

#include <QUrl>
#include <QWidget>

class QLineEdit;
class QPushButton;

namespace carport::ui {

class GatewayClient;
class Notice;

/// Attaches the portal to a gateway by its address, with a password or a token, and has a one-time password replaced
/// where the gateway asks for that. Owner: the drawer. GUI thread.
class ConnectForm : public QWidget {
  Q_OBJECT

 public:
  ConnectForm(GatewayClient& client, const QUrl& lastAddress, const QString& lastAuthority, QWidget* parent = nullptr);

  /// "fleet.example:8080" and "https://fleet.example" as an address; invalid where it is none.
  static QUrl addressFrom(const QString& text);

 signals:
  /// The person asked to attach there; `authority` is the file of the gateway's own, or empty.
  void connectionRequested(const QUrl& address, const QString& authority);
  void connected();

 private:
  void build();
  /// The second half, shown after a sign-in with a one-time password.
  QWidget* makeNewPassword();
  /// The code of an authenticator app, shown once the gateway has asked for it.
  QWidget* makeCode();
  /// What only addresses with https need.
  QWidget* makeAuthority();
  void chooseAuthority();
  bool needsAuthority() const;
  void submit();
  void submitNewPassword();
  void onState(ConnectionState state, const QString& sentence);

  GatewayClient& m_client;
  bool m_asked = false;
  bool m_replacing = false;  ///< a one-time password is being replaced; the connection may do what it likes
  Reply<Nothing> m_reply;
  QLineEdit* m_address = nullptr;
  QWidget* m_authorityPart = nullptr;
  QLineEdit* m_authority = nullptr;
  QLineEdit* m_id = nullptr;
  QLineEdit* m_password = nullptr;
  QWidget* m_codePart = nullptr;
  QLineEdit* m_code = nullptr;
  QLineEdit* m_token = nullptr;
  QPushButton* m_submit = nullptr;
  QWidget* m_newPart = nullptr;
  QLineEdit* m_newPassword = nullptr;
  QLineEdit* m_repeated = nullptr;
  QPushButton* m_replace = nullptr;
  Notice* m_notice = nullptr;
};

}  // namespace carport::ui
