#include "ui/widgets/charts/note_editor.h"

#include "ui/widgets/style/metrics.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLocale>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScreen>
#include <QTextCursor>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace carport::ui {

namespace {

constexpr int kNoteWidth = 300;
constexpr int kNoteTextHeight = 72;

QString noteWhen(const PlotNote& note) {
  const QDateTime from = QDateTime::fromMSecsSinceEpoch(toMs(note.from));
  const QDateTime to = QDateTime::fromMSecsSinceEpoch(toMs(note.to));
  const QString begin = QLocale().toString(from, "ddd d MMM yyyy, HH:mm:ss");
  if (note.isMoment()) return begin;
  const QString end = QLocale().toString(to, from.date() == to.date() ? "HH:mm:ss" : "ddd d MMM yyyy, HH:mm:ss");
  return QStringLiteral("%1 – %2").arg(begin, end);
}

}  // namespace

NoteEditor::NoteEditor(PlotNotes& notes, PlotNote note, QWidget* parent)
    : QFrame(parent, Qt::Popup), m_notes(notes), m_note(std::move(note)) {
  setAttribute(Qt::WA_DeleteOnClose);
  setProperty("kind", "floating");
  setAccessibleName(tr("Note"));
  setFixedWidth(scaled(kNoteWidth));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(space::kPadding, space::kPadding, space::kPadding, space::kPadding);
  column->setSpacing(space::kInside);
  auto* when = new QLabel(noteWhen(m_note), this);
  when->setProperty("kind", "small");
  when->setWordWrap(true);
  m_text = new QPlainTextEdit(m_note.text, this);
  m_text->setAccessibleName(tr("Text of the note"));
  m_text->setPlaceholderText(tr("What happened here?"));
  m_text->setTabChangesFocus(true);
  m_text->setFixedHeight(scaled(kNoteTextHeight));
  m_refusal = new QLabel(this);
  m_refusal->setWordWrap(true);
  m_refusal->setProperty("kind", "error");
  m_refusal->hide();
  auto* row = new QHBoxLayout;
  if (!m_note.id.isEmpty()) {
    auto* removing = new QPushButton(tr("Remove"), this);
    removing->setProperty("kind", "danger");
    removing->setAutoDefault(false);
    connect(removing, &QPushButton::clicked, this, &NoteEditor::remove);
    row->addWidget(removing);
  }
  row->addStretch(1);
  m_save = new QPushButton(tr("Save note"), this);
  m_save->setProperty("kind", "primary");
  row->addWidget(m_save);
  for (QWidget* part : {static_cast<QWidget*>(when), static_cast<QWidget*>(m_text), static_cast<QWidget*>(m_refusal)}) {
    column->addWidget(part);
  }
  column->addLayout(row);
  const auto check = [this] { m_save->setEnabled(!m_text->toPlainText().trimmed().isEmpty()); };
  connect(m_text, &QPlainTextEdit::textChanged, this, check);
  connect(m_save, &QPushButton::clicked, this, &NoteEditor::save);
  check();
}

void NoteEditor::showAt(const QPoint& globalPosition) {
  adjustSize();
  QPoint corner = globalPosition + QPoint(space::kInside, space::kInside);
  if (const QScreen* shown = parentWidget()->screen()) {
    const QRect room = shown->availableGeometry();
    corner.setX(std::clamp(corner.x(), room.left(), std::max(room.left(), room.right() - width())));
    corner.setY(std::clamp(corner.y(), room.top(), std::max(room.top(), room.bottom() - height())));
  }
  move(corner);
  show();
  m_text->setFocus();
  m_text->moveCursor(QTextCursor::End);
}

void NoteEditor::keyPressEvent(QKeyEvent* event) {
  const bool isReturn = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
  if (isReturn && event->modifiers().testFlag(Qt::ControlModifier)) return save();
  QFrame::keyPressEvent(event);
}

void NoteEditor::save() {
  m_note.text = m_text->toPlainText();
  finish(m_notes.put(m_note));
}

void NoteEditor::remove() {
  finish(m_notes.remove(m_note.id));
}

void NoteEditor::finish(const QString& refusal) {
  if (refusal.isEmpty()) {
    close();
    return;
  }
  m_refusal->setText(refusal);
  m_refusal->show();
  adjustSize();
}

}  // namespace carport::ui
