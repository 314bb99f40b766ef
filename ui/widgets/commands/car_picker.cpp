#include "ui/widgets/commands/car_picker.h"

#include "ui/models/car_store.h"
#include "ui/widgets/style/metrics.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QShortcut>
#include <QVBoxLayout>

namespace carport::ui {

namespace {
constexpr int kRowsShown = 4;
constexpr int kCompletionsShown = 10;
}  // namespace

CarPicker::CarPicker(const CarStore& store, QWidget* parent) : QWidget(parent), m_store(store) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kTight);
  m_field = new QLineEdit(this);
  m_field->setPlaceholderText(tr("Car id, then Enter"));
  m_field->setAccessibleName(tr("Add a car"));
  QStringList ids;
  ids.reserve(static_cast<qsizetype>(store.size()));
  for (CarStore::Row row = 0; row < store.size(); ++row) ids.append(store.id(row));
  auto* completer = new QCompleter(ids, this);
  completer->setFilterMode(Qt::MatchContains);
  completer->setCaseSensitivity(Qt::CaseInsensitive);
  completer->setMaxVisibleItems(kCompletionsShown);
  m_field->setCompleter(completer);
  m_list = new QListWidget(this);
  m_list->setAccessibleName(tr("Cars that get the command"));
  m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
  growWithText(*m_list, [this] { m_list->setMaximumHeight(kRowsShown * scaled(size::kRow)); });
  m_hint = new QLabel(this);
  m_hint->setProperty("kind", "small");
  m_hint->setWordWrap(true);
  column->addWidget(m_field);
  column->addWidget(m_list);
  column->addWidget(m_hint);
  connect(m_field, &QLineEdit::returnPressed, this, &CarPicker::takeTyped);
  connect(completer, qOverload<const QString&>(&QCompleter::activated), this, [this](const QString& id) {
    add(id);
    // The completer writes the id into the field after this signal.
    QMetaObject::invokeMethod(m_field, &QLineEdit::clear, Qt::QueuedConnection);
  });
  auto* remove = new QShortcut(QKeySequence::Delete, m_list);
  remove->setContext(Qt::WidgetShortcut);
  connect(remove, &QShortcut::activated, this, &CarPicker::removeSelected);
  setFocusProxy(m_field);
  updateHint();
}

QStringList CarPicker::cars() const {
  QStringList ids;
  for (int row = 0; row < m_list->count(); ++row) ids.append(m_list->item(row)->text());
  return ids;
}

void CarPicker::setCars(const QStringList& ids) {
  m_list->clear();
  for (const QString& id : ids) add(id);
}

bool CarPicker::takeTyped() {
  const QString id = m_field->text().trimmed();
  if (id.isEmpty()) return true;
  if (!m_store.rowOfId(id)) {
    m_hint->setText(tr("There is no car “%1”.").arg(id));
    return false;
  }
  m_field->clear();
  add(id);
  return true;
}

void CarPicker::add(const QString& id) {
  if (!m_list->findItems(id, Qt::MatchExactly).isEmpty()) return updateHint();
  if (m_list->count() >= kMaxCars) {
    m_hint->setText(tr("A command goes to at most %1 cars at a time.").arg(kMaxCars));
    return;
  }
  m_list->addItem(id);
  updateHint();
  emit changed();
}

void CarPicker::removeSelected() {
  qDeleteAll(m_list->selectedItems());
  updateHint();
  emit changed();
}

void CarPicker::updateHint() {
  m_list->setVisible(m_list->count() > 0);
  m_hint->setText(m_list->count() == 0 ? tr("Add one or several cars.")
                                       : tr("%Ln cars; Delete takes the selected ones out.", nullptr, m_list->count()));
}

}  // namespace carport::ui
