#include "ui/widgets/cars/add_car_form.h"

#include "gateway/api/principal.h"
#include "ui/client/gateway_client.h"
#include "ui/widgets/common/labelled_field.h"
#include "ui/widgets/common/notice.h"
#include "ui/widgets/common/secret_box.h"
#include "ui/widgets/style/metrics.h"

#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace carport::ui {

AddCarForm::AddCarForm(GatewayClient& client, QWidget* parent) : QWidget(parent), m_client(client) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kGroup, space::kInside, space::kGroup, space::kGroup);
  column->setSpacing(space::kPadding);
  m_id = new QLineEdit(this);
  m_id->setMaxLength(static_cast<int>(api::kMaxPrincipalIdBytes));
  m_id->setPlaceholderText(tr("for example van-12"));
  m_name = new QLineEdit(this);
  m_name->setPlaceholderText(tr("what people call it"));
  m_password = new QLineEdit(this);
  m_password->setEchoMode(QLineEdit::Password);
  m_password->setPlaceholderText(tr("leave empty to have one made"));
  m_submit = new QPushButton(tr("Add car"), this);
  m_submit->setProperty("kind", "primary");
  m_notice = new Notice(this);
  m_secret = new SecretBox(this);
  m_address = new QLabel(this);
  m_address->setProperty("kind", "muted");
  m_address->setWordWrap(true);
  m_address->setTextInteractionFlags(Qt::TextSelectableByMouse);
  addLabelled(*column, tr("Id, which the car signs in with"), m_id);
  addLabelled(*column, tr("Name"), m_name);
  addLabelled(*column, tr("Password, at least 16 characters"), m_password);
  column->addWidget(m_submit, 0, Qt::AlignLeft);
  column->addWidget(m_notice);
  column->addWidget(m_secret);
  column->addWidget(m_address);
  column->addStretch(1);
  connect(m_submit, &QPushButton::clicked, this, &AddCarForm::submit);
  for (QLineEdit* field : {m_id, m_name, m_password})
    connect(field, &QLineEdit::returnPressed, this, &AddCarForm::submit);
  updateAddress();
  connect(&m_client, &GatewayClient::statusReceived, this, &AddCarForm::updateAddress);
  setFocusProxy(m_id);
}

void AddCarForm::submit() {
  if (m_reply.isPending()) return;
  m_secret->clear();
  const std::string id = m_id->text().trimmed().toStdString();
  if (!api::isValidPrincipalId(id)) {
    m_notice->showError(
        tr("An id is made of letters, digits and . _ - @, at most 64 of them, and does not begin with a dot."));
    m_id->setFocus();
    return;
  }
  NewCar car{id, m_name->text().trimmed().toStdString(), {}};
  if (!m_password->text().isEmpty()) car.secret = m_password->text().toStdString();
  m_notice->clear();
  m_submit->setEnabled(false);
  m_reply = m_client.addCar(car);
  m_reply.then(this, [this](const Result<AddedCar>& added) { onAnswer(added); });
}

void AddCarForm::onAnswer(const Result<AddedCar>& added) {
  m_submit->setEnabled(true);
  if (!added) {
    m_notice->showError(QString::fromStdString(added.error().message()));
    return;
  }
  const QString id = QString::fromStdString(added->car.principal.id);
  m_secret->showSecret(tr("%1 is ready. Its password, which cannot be shown again:").arg(id),
                       QString::fromStdString(added->secret));
  m_id->clear();
  m_name->clear();
  m_password->clear();
  m_id->setFocus();
}

void AddCarForm::updateAddress() {
  const QString address = QString::fromStdString(m_client.latestStatus().mqttAddress);
  if (address.isEmpty()) return;
  m_address->setText(tr("Cars connect with MQTT to %1, with the id as user name, and send to the topic "
                        "cars/ID/telemetry.")
                         .arg(address));
}

}  // namespace carport::ui
