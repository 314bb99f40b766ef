#include "ui/widgets/permissions/selector_field.h"

#include "ui/widgets/style/metrics.h"

#include <QComboBox>
#include <QCompleter>
#include <QHBoxLayout>
#include <QLineEdit>

namespace carport::ui {

using Kind = api::Selector::Kind;

SelectorField::SelectorField(Side side, QWidget* parent) : QWidget(parent) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(space::kInside);
  m_kind = new QComboBox(this);
  const auto add = [this](const QString& text, Kind kind) { m_kind->addItem(text, static_cast<int>(kind)); };
  add(side == Side::who ? tr("Everyone") : tr("Everything"), Kind::anyone);
  if (side == Side::about) add(tr("Oneself"), Kind::self);
  add(side == Side::who ? tr("One person or car") : tr("One car or person"), Kind::principal);
  add(tr("A group"), Kind::group);
  add(tr("A role"), Kind::role);
  add(side == Side::who ? tr("All of a kind") : tr("All of a kind, as cars"), Kind::type);
  add(tr("Whoever has an attribute"), Kind::attribute);
  if (side == Side::about) add(tr("A topic"), Kind::topic);
  if (side == Side::about) add(tr("An organisation"), Kind::organisation);
  m_value = new QComboBox(this);
  m_value->setEditable(true);
  m_kind->setAccessibleName(side == Side::who ? tr("Whom the rule is for") : tr("What the rule is about"));
  m_value->setAccessibleName(side == Side::who ? tr("Who exactly") : tr("What exactly"));
  m_value->setInsertPolicy(QComboBox::NoInsert);
  m_value->completer()->setCompletionMode(QCompleter::PopupCompletion);
  m_value->completer()->setFilterMode(Qt::MatchContains);
  setFocusProxy(m_kind);
  row->addWidget(m_kind, 1);
  row->addWidget(m_value, 1);
  connect(m_kind, &QComboBox::currentIndexChanged, this, &SelectorField::onKindChanged);
  connect(m_value, &QComboBox::currentTextChanged, this, &SelectorField::changed);
  onKindChanged();
}

void SelectorField::setNames(const QStringList& principals, const QStringList& groups) {
  m_principals = principals;
  m_groups = groups;
  const QString kept = value();
  onKindChanged();
  setValue(kept);
}

void SelectorField::setSelector(Kind kind, const QString& value) {
  m_kind->setCurrentIndex(qMax(0, m_kind->findData(static_cast<int>(kind))));
  setValue(value);
}

void SelectorField::setValue(const QString& value) {
  const int known = m_value->findData(value);
  if (known >= 0) {
    m_value->setCurrentIndex(known);
  } else {
    m_value->setCurrentText(value);
  }
}

Kind SelectorField::kind() const {
  return static_cast<Kind>(m_kind->currentData().toInt());
}

QString SelectorField::value() const {
  if (kind() == Kind::anyone || kind() == Kind::self) return {};
  const QString text = m_value->currentText().trimmed();
  const QVariant known = m_value->itemData(m_value->findText(text));
  return known.isValid() ? known.toString() : text;
}

void SelectorField::onKindChanged() {
  const Kind now = kind();
  // Besides the built-in roles a fleet has its own, which are typed by their id.
  const bool isFixed = now == Kind::type;
  const QSignalBlocker quiet(m_value);
  m_value->clear();
  m_value->setEditable(!isFixed);
  if (now == Kind::role) {
    m_value->addItem(tr("Administrators"), QStringLiteral("admin"));
    m_value->addItem(tr("Operators"), QStringLiteral("operator"));
    m_value->addItem(tr("Viewers"), QStringLiteral("viewer"));
    m_value->lineEdit()->setPlaceholderText(tr("id"));
  } else if (now == Kind::type) {
    m_value->addItem(tr("Cars"), QStringLiteral("device"));
    m_value->addItem(tr("People"), QStringLiteral("user"));
    m_value->addItem(tr("Services"), QStringLiteral("service"));
    m_value->addItem(tr("Groups"), QStringLiteral("group"));
    m_value->addItem(tr("Applications"), QStringLiteral("application"));
  } else {
    m_value->addItems(now == Kind::group ? m_groups : now == Kind::principal ? m_principals : QStringList());
    m_value->setCurrentText({});
    m_value->lineEdit()->setPlaceholderText(now == Kind::topic       ? tr("parking/#")
                                            : now == Kind::attribute ? tr("depot=Ghent")
                                                                     : tr("id"));
  }
  m_value->setVisible(now != Kind::anyone && now != Kind::self);
  emit changed();
}

}  // namespace carport::ui
