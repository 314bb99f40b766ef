#include "ui/widgets/style/apply_theme.h"

#include "ui/widgets/style/metrics.h"

#include <QApplication>
#include <QFontDatabase>
#include <QStyle>
#include <QStyleFactory>
#include <QWidget>

#include <utility>

namespace carport::ui {
namespace {

// @name is replaced by the theme's colour, @11px and its like by the scaled size. What shows focus by its border has no
// outline of its own; a button behind which a menu is says so by its words.
constexpr const char* kSheet = R"(
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px 8px; }
QLabel[kind="muted"] { color: @textMuted; }
QLabel[kind="small"] { color: @textMuted; font-size: @11px; }
QLabel[kind="strong"] { font-weight: 600; }
QLabel[kind="title"] { font-size: @16px; font-weight: 600; }
QLabel[kind="display"] { font-size: @22px; font-weight: 600; }
QLabel[kind="error"] { color: @alarmText; }
QFrame[kind="card"] { background: @surface; border: 1px solid @line; border-radius: 8px; }
QFrame[kind="floating"] { background: @raised; border: 1px solid @edge; border-radius: 8px; }
QFrame[kind="strip"] { background: @surface; border: none; border-bottom: 1px solid @line; }
QFrame[kind="line"] { background: @line; border: none; max-height: 1px; }
QPushButton { background: @surface; color: @text; border: 1px solid @lineStrong; border-radius: 6px;
  padding: 0 12px; min-height: 26px; icon-size: @16px; }
QPushButton:hover { background: @sunken; }
QPushButton:pressed { background: @line; }
QPushButton:checked { background: @accentSoft; color: @accent; border-color: @accent; }
QPushButton:focus { border: 2px solid @accent; padding: 0 11px; min-height: 24px; }
QPushButton:disabled { color: @textDisabled; border-color: @line; background: @surface; }
QPushButton, QToolButton { outline: none; }
QPushButton::menu-indicator { image: url(:/carport/icons/chevron-@look.svg); width: @16px; height: @16px;
  subcontrol-origin: padding; subcontrol-position: right center; left: -8px; }
QToolButton::menu-indicator { image: none; }
QPushButton[kind="primary"] { background: @accent; color: @onAccent; border-color: @accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: @accentHover; border-color: @accentHover; }
QPushButton[kind="primary"]:focus { border-color: @text; }
QPushButton[kind="primary"]:disabled { background: @sunken; color: @textDisabled; border-color: @sunken; }
QPushButton[kind="danger"] { color: @alarmText; border-color: @alarmText; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; color: @accent; }
QPushButton[kind="quiet"]:hover { background: @sunken; }
QPushButton[kind="quiet"]:disabled { color: @textDisabled; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 3px; color: @text; }
QToolButton:hover { background: @sunken; }
QToolButton:checked { background: @accentSoft; color: @accent; }
QToolButton:focus { border-color: @accent; }
QToolButton[kind="rail"] { padding: 8px; }
QToolButton[kind="floating"] { background: @raised; border: 1px solid @edge; padding: 7px; }
QToolButton[kind="floating"]:hover { background: @hoverRaised; }
QToolButton[kind="floating"]:checked { background: @accentSoft; border-color: @accent; }
QToolButton[kind="floating"]:focus { border-color: @accent; }
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox { background: @surface; color: @text;
  border: 1px solid @lineStrong; border-radius: 6px; padding: 0 8px; min-height: 26px;
  selection-background-color: @accent; selection-color: @onAccent; }
QPlainTextEdit, QTextEdit { padding: 4px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus { border: 2px solid @accent;
  padding: 0 7px; min-height: 24px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 3px; }
QLineEdit[touch="true"], QPushButton[touch="true"] { min-height: 34px; }
QLineEdit[touch="true"]:focus, QPushButton[touch="true"]:focus { min-height: 32px; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled { color: @textDisabled; border-color: @line; }
QLineEdit[invalid="true"] { border-color: @alarmText; }
QLineEdit { lineedit-clear-button-icon: url(:/carport/icons/close-@look.svg); }
QCheckBox { spacing: 8px; outline: 2px solid @accent; outline-radius: 6px; }
QCheckBox::indicator, QTableView::indicator, QListView::indicator { background: @surface; border: 1px solid @lineStrong;
  border-radius: 4px; width: @14px; height: @14px; }
QCheckBox::indicator:checked, QTableView::indicator:checked, QListView::indicator:checked { background: @accent;
  border-color: @accent; image: url(:/carport/icons/check-@look.svg); }
QCheckBox::indicator:disabled, QTableView::indicator:disabled, QListView::indicator:disabled { background: @sunken;
  border-color: @line; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow, QDateTimeEdit::down-arrow { image: url(:/carport/icons/chevron-@look.svg);
  width: 16px; height: 16px; }
QDateTimeEdit::drop-down { border: none; width: 24px; }
QSpinBox::up-button, QSpinBox::down-button { border: none; width: 20px; background: transparent; }
QSpinBox::up-arrow { image: url(:/carport/icons/chevron-up-@look.svg); width: 12px; height: 12px; }
QSpinBox::down-arrow { image: url(:/carport/icons/chevron-@look.svg); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: @raised; border: 1px solid @line; padding: 4px; }
QAbstractItemView { background: @surface; border: none; outline: none; selection-background-color: @accentSoft;
  selection-color: @text; }
QAbstractItemView[kind="bare"] { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QTableView, QTreeView { alternate-background-color: @surface; gridline-color: @line; }
QTableView::item { padding: 0 5px; border: none; }
QTreeView::item, QListView::item { padding: 0 8px; min-height: 28px; border: none; }
QTableView::item:hover, QTreeView::item:hover, QListView::item:hover { background: @sunken; }
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected { background: @accentSoft; color: @text; }
QHeaderView { background: @surface; }
QHeaderView::section { background: @surface; color: @textMuted; border: none; border-bottom: 1px solid @line;
  padding: 0 8px; min-height: 28px; font-size: @11px; font-weight: 600; }
QHeaderView::section:hover { color: @text; }
QTabBar::tab { background: transparent; color: @textMuted; padding: 0 12px; min-height: 28px;
  border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:hover { color: @text; }
QTabWidget::pane { border: none; border-top: 1px solid @line; }
QMenu { background: @raised; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: @accentSoft; color: @text; }
QMenu::item:disabled { color: @textDisabled; }
QMenu::separator { height: 1px; background: @line; margin: 4px 8px; }
QMenuBar { background: @window; }
QMenuBar::item { padding: 4px 8px; background: transparent; }
QMenuBar::item:selected { background: @sunken; }
QStatusBar { background: @window; color: @textMuted; border-top: 1px solid @line; }
QStatusBar::item { border: none; }
QSplitter::handle { background: @line; }
QScrollBar { background: transparent; border: none; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: @scroll; border-radius: 4px; margin: 2px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: @lineStrong; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { background: @sunken; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
)";

}  // namespace

QString styleSheet(const Theme& theme, double textScale) {
  const bool dark = theme.kind == ThemeKind::dark;
  // Longer names first where one begins another.
  const std::pair<const char*, QColor> colours[] = {
      {"@window", theme.window},
      {"@surface", theme.surface},
      {"@hoverRaised", dark ? theme.line : theme.sunken},
      {"@raised", theme.raised},
      {"@sunken", dark ? theme.raised : theme.sunken},
      {"@lineStrong", theme.lineStrong},
      {"@line", theme.line},
      {"@textMuted", theme.textMuted},
      {"@textDisabled", theme.textDisabled},
      {"@text", theme.text},
      {"@accentHover", theme.accentHover},
      {"@accentSoft", theme.accentSoft},
      {"@accent", theme.accent},
      {"@onAccent", theme.onAccent},
      {"@alarmText", theme.stateText.alarm},
      {"@edge", dark ? QColor(0x3F, 0x4A, 0x56) : theme.line},
      {"@scroll", dark ? QColor(0x48, 0x53, 0x5F) : QColor(0xC3, 0xCA, 0xD2)},
  };
  QString sheet = QString::fromLatin1(kSheet);
  sheet.replace(QLatin1String("@look"), dark ? QLatin1String("dark") : QLatin1String("light"));
  for (const auto& [name, colour] : colours) sheet.replace(QLatin1String(name), colour.name());
  for (const int px : {11, 14, 16, 22}) {
    sheet.replace(QStringLiteral("@%1px").arg(px), QStringLiteral("%1px").arg(qRound(px * textScale)));
  }
  return sheet;
}

void applyTheme(QApplication& application, const Theme& theme, double textScale) {
  if (application.style()->name().compare(QLatin1String("fusion"), Qt::CaseInsensitive) != 0) {
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
  }
  QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
  font.setPixelSize(qRound(static_cast<int>(TextSize::body) * textScale));
  QApplication::setFont(withTabularFigures(font));
  QApplication::setPalette(theme.palette());
  application.setStyleSheet(styleSheet(theme, textScale));
}

void setKind(QWidget& widget, const char* kind) {
  widget.setProperty("kind", QString::fromLatin1(kind));
  widget.style()->unpolish(&widget);
  widget.style()->polish(&widget);
}

}  // namespace carport::ui
