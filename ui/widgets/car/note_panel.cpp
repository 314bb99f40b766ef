#include "ui/widgets/car/note_panel.h"

#include "ui/widgets/common/notice.h"
#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTextCursor>
#include <QVBoxLayout>

namespace carport::ui {

namespace {
constexpr int kNoteLines = 4;
/// From here on it is said how much room is left.
constexpr int kFewBytes = 64;
}  // namespace

NotePanel::NotePanel(GatewayClient& client, CarStore& store, QWidget* parent) : QWidget(parent), m_note(client, store) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kInside);
  makeReading();
  makeWriting();
  m_notice = new Notice(this);
  column->addWidget(m_text);
  column->addWidget(m_edit, 0, Qt::AlignLeft);
  column->addWidget(m_writing);
  column->addWidget(m_notice);
  connect(&m_note, &CarNote::changed, this, &NotePanel::refresh);
  refresh();
}

void NotePanel::makeReading() {
  m_text = new QLabel(this);
  m_text->setTextFormat(Qt::PlainText);
  m_text->setWordWrap(true);
  // As words stand in the tables above and below.
  m_text->setContentsMargins(space::kInside, 0, space::kInside, 0);
  // A word longer than a line, as an address is, does not make the page wider.
  m_text->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  m_edit = new QPushButton(themedIcon(QStringLiteral("edit"), IconRole::accent), QString(), this);
  m_edit->setProperty("kind", "quiet");
  connect(m_edit, &QPushButton::clicked, this, [this] {
    m_note.begin();
    m_editor->setFocus();
    m_editor->moveCursor(QTextCursor::End);
  });
}

void NotePanel::makeWriting() {
  m_writing = new QWidget(this);
  auto* column = new QVBoxLayout(m_writing);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(space::kInside);
  m_editor = new QPlainTextEdit(m_writing);
  m_editor->setAccessibleName(tr("Note about this car"));
  m_editor->setPlaceholderText(tr("for example: the key is in the box at the gate"));
  m_editor->setToolTip(tr("Enter saves, Shift+Enter begins a new line, Esc leaves the note as it was"));
  m_editor->setTabChangesFocus(true);
  m_editor->setFixedHeight(kNoteLines * m_editor->fontMetrics().lineSpacing() + 2 * space::kInside);
  m_editor->installEventFilter(this);
  m_remark = new QLabel(m_writing);
  m_remark->setWordWrap(true);
  m_save = new QPushButton(tr("Save note"), m_writing);
  m_save->setProperty("kind", "primary");
  m_cancel = new QPushButton(tr("Cancel"), m_writing);
  auto* buttons = new QHBoxLayout;
  buttons->setSpacing(space::kInside);
  buttons->addWidget(m_save);
  buttons->addWidget(m_cancel);
  buttons->addStretch(1);
  column->addWidget(m_editor);
  column->addWidget(m_remark);
  column->addLayout(buttons);
  connect(m_editor, &QPlainTextEdit::textChanged, this, [this] { m_note.setDraft(m_editor->toPlainText()); });
  connect(m_save, &QPushButton::clicked, &m_note, &CarNote::save);
  connect(m_cancel, &QPushButton::clicked, &m_note, &CarNote::discard);
}

void NotePanel::refresh() {
  const QString text = m_note.text();
  const bool isEditing = m_note.isEditing();
  const bool hadFocus = m_writing->isAncestorOf(QApplication::focusWidget());
  m_text->setText(text.isEmpty() ? tr("Nobody has written anything about this car.") : text);
  if (const char* kind = text.isEmpty() ? "muted" : ""; m_text->property("kind").toString() != QLatin1String(kind))
    setKind(*m_text, kind);
  m_text->setVisible(!isEditing);
  m_text->setToolTip(m_note.whyNot());
  m_text->setAccessibleDescription(m_note.whyNot());
  m_edit->setText(text.isEmpty() ? tr("Write a note") : tr("Change the note"));
  m_edit->setVisible(!isEditing && m_note.mayWrite());
  // Only what differs: the cursor stays where it is while somebody writes.
  if (isEditing && m_editor->toPlainText() != m_note.draft()) m_editor->setPlainText(m_note.draft());
  m_writing->setVisible(isEditing);
  m_editor->setReadOnly(m_note.isSaving());
  const QString problem = m_note.problem();
  const int left = m_note.bytesLeft();
  m_remark->setVisible(!problem.isEmpty() || left <= kFewBytes);
  m_remark->setText(problem.isEmpty() ? tr("Bytes left: %1").arg(left) : problem);
  if (const char* kind = problem.isEmpty() ? "small" : "error";
      m_remark->property("kind").toString() != QLatin1String(kind))
    setKind(*m_remark, kind);
  // While it saves, too: a button that is disabled hands the keyboard to the one beside it, which is Cancel.
  m_save->setEnabled(m_note.isChanged() && problem.isEmpty());
  m_save->setText(m_note.isSaving() ? tr("Saving…") : tr("Save note"));
  if (m_notice->text() != m_note.trouble()) m_notice->showError(m_note.trouble());
  if (hadFocus && !isEditing) m_edit->setFocus();
}

bool NotePanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched != m_editor || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
  const auto* key = static_cast<QKeyEvent*>(event);
  const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
  if (isEnter && !key->modifiers().testFlag(Qt::ShiftModifier)) {
    m_note.save();
    return true;
  }
  if (key->key() != Qt::Key_Escape) return QWidget::eventFilter(watched, event);
  m_note.discard();
  return true;
}

}  // namespace carport::ui
