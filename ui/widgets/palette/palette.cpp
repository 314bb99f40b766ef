#include "ui/widgets/palette/palette.h"

#include "ui/widgets/palette/palette_delegate.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QAccessible>
#include <QAction>
#include <QFrame>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace carport::ui {

namespace {
constexpr int kPaletteWidth = 640;
constexpr int kPalettePage = 6;  // rows that Page Up and Page Down step over
}  // namespace

Palette::Palette(PaletteModel& model, QWidget& window)
    : OverlayCard(window, kPaletteWidth),
      m_model(model),
      m_field(new QLineEdit(&card())),
      m_list(new QListView(&card())),
      m_empty(new QLabel(&card())),
      m_keys(new QLabel(tr("↑ ↓ choose    Enter does it    Esc leaves"), &card())),
      m_remark(new QLabel(&card())) {
  setObjectName(QStringLiteral("palette"));
  m_field->setPlaceholderText(tr("Search cars, places, commands, or write a moment: yesterday 14:30"));
  m_field->setAccessibleName(tr("Search cars, places and commands"));
  m_field->setMaxLength(int(PaletteQuery::kMaxLength));
  m_field->setProperty("touch", true);
  m_field->addAction(themedIcon(QStringLiteral("search")), QLineEdit::LeadingPosition);
  m_field->installEventFilter(this);
  m_list->setModel(&m_model);
  m_list->setItemDelegate(new PaletteDelegate(m_model, *m_list));
  m_list->setAccessibleName(tr("What was found"));
  m_list->setFocusPolicy(Qt::NoFocus);
  m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  m_list->setMouseTracking(true);
  m_list->viewport()->setAutoFillBackground(false);
  m_list->setProperty("kind", "bare");
  m_empty->setProperty("kind", "muted");
  m_empty->setWordWrap(true);
  m_empty->setTextFormat(Qt::PlainText);
  m_empty->setContentsMargins(space::kInside, space::kInside, space::kInside, space::kInside);
  m_keys->setProperty("kind", "small");
  m_remark->setProperty("kind", "small");
  auto* foot = new QHBoxLayout;
  foot->setContentsMargins(space::kInside, 0, space::kInside, 0);
  foot->addWidget(m_keys);
  foot->addStretch(1);
  foot->addWidget(m_remark);
  column().addWidget(m_field);
  column().addWidget(m_list);
  column().addWidget(m_empty);
  column().addLayout(foot);
  connect(m_field, &QLineEdit::textChanged, &m_model, &PaletteModel::setText);
  connect(&m_model, &QAbstractItemModel::modelReset, this, &Palette::refresh);
  connect(m_list, &QListView::entered, this, [this](const QModelIndex& index) { setCurrent(index.row()); });
  connect(m_list, &QListView::clicked, this, [this](const QModelIndex& index) { run(index.row()); });
  connect(this, &OverlayCard::closed, &m_model, &PaletteModel::close);
}

void Palette::open() {
  if (isOpen()) {
    m_field->selectAll();
    return;
  }
  m_field->clear();
  m_model.open();
  openWith(*m_field);
}

void Palette::setRemark(const QString& remark) {
  m_remark->setText(remark);
}

void Palette::refresh() {
  if (!m_model.isOpen()) return;
  const bool isEmpty = m_model.rowCount() == 0;
  m_list->setVisible(!isEmpty);
  m_empty->setVisible(isEmpty);
  m_empty->setText(
      tr("Nothing is called “%1”. What can be found: cars by name, id or tag, places and streets, everything "
         "that the menus do, and moments such as “yesterday 14:30” or “2026-11-21 08:00”.")
          .arg(m_model.query().typed()));
  int high = 0;
  for (int row = 0; row < m_model.rowCount(); ++row) high += m_list->sizeHintForRow(row);
  const int others = m_field->sizeHint().height() + m_keys->sizeHint().height() + 4 * space::kInside;
  m_list->setFixedHeight(std::max(0, std::min(high + 2 * m_list->frameWidth(), room() - others)));
  setCurrent(isEmpty ? -1 : 0);
  m_list->scrollToTop();
  arrange();
}

void Palette::setCurrent(int row) {
  const QModelIndex index = m_model.index(std::max(row, 0), 0);
  m_list->setCurrentIndex(row < 0 ? QModelIndex() : index);
  if (row < 0 || !isOpen()) return;
  // The keyboard is in the field all the time: a screen reader is told what Enter would do.
  QAccessibleEvent event(m_list, QAccessible::Focus);
  event.setChild(row);
  QAccessible::updateAccessibility(&event);
}

void Palette::step(int by) {
  const int count = m_model.rowCount();
  if (count == 0) return;
  const int now = m_list->currentIndex().row();
  // One step goes round; a page ends at the ends.
  const bool isPage = std::abs(by) > 1;
  const int next = isPage ? std::clamp(now + by, 0, count - 1) : (now + by + count) % count;
  setCurrent(next);
  m_list->scrollTo(m_list->currentIndex());
  if (next == 0) m_list->scrollToTop();
}

void Palette::run(int row) {
  const std::function<void()> what = m_model.use(row);
  if (!what) return;
  // First away with the card, so that what is done can take the keyboard.
  close();
  what();
}

bool Palette::keyPressed(int key) {
  switch (key) {
    case Qt::Key_Down:
    case Qt::Key_Tab:
      step(1);
      return true;
    case Qt::Key_Up:
    case Qt::Key_Backtab:
      step(-1);
      return true;
    case Qt::Key_PageDown:
      step(kPalettePage);
      return true;
    case Qt::Key_PageUp:
      step(-kPalettePage);
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      run(m_list->currentIndex().row());
      return true;
    default:
      return false;
  }
}

bool Palette::eventFilter(QObject* watched, QEvent* event) {
  if (watched == m_field && event->type() == QEvent::KeyPress) {
    if (keyPressed(static_cast<QKeyEvent*>(event)->key())) return true;
  }
  return OverlayCard::eventFilter(watched, event);
}

void Palette::changeEvent(QEvent* event) {
  OverlayCard::changeEvent(event);
  if (event->type() == QEvent::FontChange && isOpen()) refresh();
}

}  // namespace carport::ui
