#include "ui/widgets/connect/connect_form.h"

#include "ui/client/gateway_client.h"
#include "ui/widgets/common/labelled_field.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/style/metrics.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace carport::ui {

ConnectForm::ConnectForm(GatewayClient& client, const QUrl& lastAddress, const QString& lastAuthority, QWidget* parent)
    : QWidget(parent), m_client(client) {
  build();
  m_authority->setText(lastAuthority);
  m_address->setText(lastAddress.toString());
}

void ConnectForm::build() {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kGroup, space::kInside, space::kGroup, space::kGroup);
  column->setSpacing(space::kPadding);
  m_address = new QLineEdit(this);
  m_address->setPlaceholderText(tr("fleet.example:8080"));
  m_id = new QLineEdit(this);
  m_password = new QLineEdit(this);
  m_password->setEchoMode(QLineEdit::Password);
  auto* orToken = new QLabel(tr("or, instead of id and password:"), this);
  orToken->setProperty("kind", "small");
  m_token = new QLineEdit(this);
  m_token->setEchoMode(QLineEdit::Password);
  m_submit = new QPushButton(tr("Connect"), this);
  m_submit->setProperty("kind", "primary");
  m_notice = new Notice(this);
  addLabelled(*column, tr("Address of the gateway"), m_address);
  column->addWidget(makeAuthority());
  addLabelled(*column, tr("Id"), m_id);
  addLabelled(*column, tr("Password"), m_password);
  column->addWidget(makeCode());
  column->addWidget(orToken);
  addLabelled(*column, tr("Token"), m_token);
  column->addWidget(m_submit, 0, Qt::AlignLeft);
  column->addWidget(m_notice);
  column->addWidget(makeNewPassword());
  column->addStretch(1);
  connect(m_submit, &QPushButton::clicked, this, &ConnectForm::submit);
  for (QLineEdit* field : {m_address, m_authority, m_id, m_password, m_code, m_token}) {
    connect(field, &QLineEdit::returnPressed, this, &ConnectForm::submit);
  }
  connect(&m_client, &GatewayClient::connectionStateChanged, this, &ConnectForm::onState);
  setFocusProxy(m_address);
}

QWidget* ConnectForm::makeCode() {
  m_codePart = new QWidget(this);
  auto* column = new QVBoxLayout(m_codePart);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kPadding);
  m_code = new QLineEdit(m_codePart);
  addLabelled(*column, tr("Code of your authenticator app, or a recovery code"), m_code);
  m_codePart->hide();
  // Somebody else may need none.
  connect(m_id, &QLineEdit::textEdited, this, [this] {
    m_code->clear();
    m_codePart->hide();
  });
  return m_codePart;
}

QWidget* ConnectForm::makeAuthority() {
  m_authorityPart = new QWidget(this);
  auto* column = new QVBoxLayout(m_authorityPart);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kPadding);
  auto* row = new QWidget(m_authorityPart);
  auto* fields = new QHBoxLayout(row);
  fields->setContentsMargins(0, 0, 0, 0);
  fields->setSpacing(space::kPadding);
  m_authority = new QLineEdit(row);
  m_authority->setPlaceholderText(tr("authority.pem"));
  m_authority->setAccessibleName(tr("Authority of the gateway"));
  auto* choose = new QPushButton(tr("Choose…"), row);
  fields->addWidget(m_authority, 1);
  fields->addWidget(choose);
  auto* why = new QLabel(tr("Only where the gateway’s certificate is not from a public authority; its operator has "
                            "this file."),
                         m_authorityPart);
  why->setProperty("kind", "small");
  why->setWordWrap(true);
  addLabelled(*column, tr("Authority of the gateway"), row);
  column->addWidget(why);
  connect(choose, &QPushButton::clicked, this, &ConnectForm::chooseAuthority);
  connect(m_address, &QLineEdit::textChanged, this, [this] { m_authorityPart->setVisible(needsAuthority()); });
  m_authorityPart->hide();
  return m_authorityPart;
}

bool ConnectForm::needsAuthority() const {
  return m_address->text().trimmed().startsWith(QLatin1String("https://"), Qt::CaseInsensitive);
}

void ConnectForm::chooseAuthority() {
  const QString file = QFileDialog::getOpenFileName(this, tr("Authority of the gateway"), m_authority->text(),
                                                    tr("Certificates (*.pem *.crt *.cer);;All files (*)"));
  if (!file.isEmpty()) m_authority->setText(file);
}

QWidget* ConnectForm::makeNewPassword() {
  m_newPart = new QWidget(this);
  auto* column = new QVBoxLayout(m_newPart);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kPadding);
  m_newPassword = new QLineEdit(m_newPart);
  m_repeated = new QLineEdit(m_newPart);
  for (QLineEdit* field : {m_newPassword, m_repeated}) {
    field->setEchoMode(QLineEdit::Password);
    connect(field, &QLineEdit::returnPressed, this, &ConnectForm::submitNewPassword);
  }
  m_replace = new QPushButton(tr("Change password and connect"), m_newPart);
  m_replace->setProperty("kind", "primary");
  connect(m_replace, &QPushButton::clicked, this, &ConnectForm::submitNewPassword);
  addLabelled(*column, tr("New password"), m_newPassword);
  addLabelled(*column, tr("New password once more"), m_repeated);
  column->addWidget(m_replace, 0, Qt::AlignLeft);
  m_newPart->hide();
  return m_newPart;
}

QUrl ConnectForm::addressFrom(const QString& text) {
  const QString trimmed = text.trimmed();
  const QUrl url(trimmed.contains(QLatin1String("://")) ? trimmed : QLatin1String("http://") + trimmed,
                 QUrl::StrictMode);
  const bool usable = url.isValid() && !url.host().isEmpty() &&
                      (url.scheme() == QLatin1String("http") || url.scheme() == QLatin1String("https"));
  return usable ? url : QUrl();
}

void ConnectForm::submit() {
  const QUrl address = addressFrom(m_address->text());
  if (!address.isValid()) {
    m_notice->showError(tr("This is not an address. Write it like fleet.example:8080 or https://fleet.example."));
    m_address->setFocus();
    return;
  }
  const QString token = m_token->text().trimmed();
  if (token.isEmpty() && (m_id->text().trimmed().isEmpty() || m_password->text().isEmpty())) {
    m_notice->showError(tr("Fill in id and password, or a token."));
    return;
  }
  const QString authority = needsAuthority() ? m_authority->text().trimmed() : QString();
  if (const auto trusted = m_client.trustAuthority(authority); !trusted) {
    m_notice->showError(QString::fromStdString(trusted.error().message()));
    return m_authority->setFocus();
  }
  m_notice->clear();
  m_newPart->hide();
  m_replacing = false;
  m_asked = true;
  emit connectionRequested(address, authority);
  if (token.isEmpty()) {
    m_client.connectWithPassword(address, m_id->text().trimmed(), m_password->text(), m_code->text().trimmed());
    m_code->clear();  // good once
  } else {
    m_client.connectWithToken(address, token);
  }
}

void ConnectForm::submitNewPassword() {
  if (m_reply.isPending()) return;
  const QString wanted = m_newPassword->text();
  if (wanted != m_repeated->text()) {
    m_notice->showError(tr("The two new passwords differ. Write the same one twice."));
    return m_repeated->setFocus();
  }
  m_replace->setEnabled(false);
  m_reply = m_client.changePassword(m_password->text(), wanted);
  m_reply.then(this, [this, wanted](const Result<Nothing>& answer) {
    m_replace->setEnabled(true);
    if (!answer) return m_notice->showError(QString::fromStdString(answer.error().message()));
    m_password->setText(wanted);
    m_newPassword->clear();
    m_repeated->clear();
    submit();
  });
}

void ConnectForm::onState(ConnectionState state, const QString& sentence) {
  if (!m_asked || m_replacing) return;
  const bool isOver = state != ConnectionState::connecting && state != ConnectionState::idle;
  if (isOver && state != ConnectionState::connected && m_client.mustChangePassword()) {
    m_replacing = true;
    m_submit->setEnabled(true);
    m_notice->showRemark(tr("That password was for one sign-in. Choose your own; nobody else needs to know it."));
    m_newPart->show();
    return m_newPassword->setFocus();
  }
  m_submit->setEnabled(state != ConnectionState::connecting);
  switch (state) {
    case ConnectionState::connected:
      m_password->clear();
      m_code->clear();
      m_codePart->hide();
      m_token->clear();
      emit connected();
      break;
    case ConnectionState::needsSignIn:
      if (m_client.needsCode()) {
        m_codePart->show();
        m_code->setFocus();
      }
      m_notice->showError(sentence);
      break;
    case ConnectionState::failed:
    case ConnectionState::waiting:
      m_notice->showError(sentence);
      break;
    case ConnectionState::idle:
    case ConnectionState::connecting:
      m_notice->clear();
      break;
  }
}

}  // namespace carport::ui
