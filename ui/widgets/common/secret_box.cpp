#include "ui/widgets/common/secret_box.h"

#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QClipboard>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace carport::ui {

SecretBox::SecretBox(QWidget* parent) : QFrame(parent) {
  setProperty("kind", "card");
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kPadding, space::kPadding, space::kPadding, space::kPadding);
  column->setSpacing(space::kInside);
  m_explanation = new QLabel(this);
  m_explanation->setWordWrap(true);
  m_secret = new QLineEdit(this);
  m_secret->setAccessibleName(tr("Password or key, shown this once"));
  m_secret->setReadOnly(true);
  m_secret->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
  auto* copyButton = new QPushButton(themedIcon(QStringLiteral("copy"), IconRole::strong), tr("Copy"), this);
  connect(copyButton, &QPushButton::clicked, this, &SecretBox::copy);
  auto* row = new QHBoxLayout;
  row->setSpacing(space::kInside);
  row->addWidget(m_secret, 1);
  row->addWidget(copyButton);
  column->addWidget(m_explanation);
  column->addLayout(row);
  hide();
}

void SecretBox::showSecret(const QString& explanation, const QString& secret) {
  m_explanation->setText(explanation);
  m_secret->setText(secret);
  m_secret->selectAll();
  show();
}

void SecretBox::clear() {
  m_secret->clear();
  hide();
}

void SecretBox::copy() {
  QGuiApplication::clipboard()->setText(m_secret->text());
}

}  // namespace carport::ui
