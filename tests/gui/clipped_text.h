#pragma once

#include "ui/widgets/common/drawer.h"
#include "ui/widgets/common/elided_label.h"
#include "ui/widgets/palette/overlay_card.h"
#include "ui/widgets/style/metrics.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QStringList>
#include <QToolButton>
#include <QWidget>

#include <algorithm>

/// What of a window cannot be read or reached: words that are cut off without a tooltip that has them whole, and
/// controls that lie outside of what they stand in or on top of each other.
namespace carport::test {

/// Layouts round; a pixel hides no letter.
inline constexpr int kSlackPx = 1;

inline QString describe(const QWidget& widget, const QString& text, const QString& problem) {
  return QString("%1 “%2” of %3: %4 (%5x%6)")
      .arg(widget.metaObject()->className(), text.left(60),
           widget.parentWidget() ? widget.parentWidget()->metaObject()->className() : "nobody", problem)
      .arg(widget.width())
      .arg(widget.height());
}

inline bool isSaidByTip(const QWidget& widget, const QString& text) {
  return widget.toolTip().contains(text.left(20)) || widget.accessibleName().contains(text);
}

inline int widestWord(const QLabel& label) {
  int widest = 0;
  for (const QString& word : label.text().split(QRegularExpression("\\s"))) {
    widest = std::max(widest, label.fontMetrics().horizontalAdvance(word));
  }
  return widest;
}

inline QString clippedLabel(const QLabel& label) {
  const QString text = label.text();
  if (text.isEmpty() || qobject_cast<const ui::ElidedLabel*>(&label)) return {};
  if (!label.wordWrap()) {
    if (label.width() + kSlackPx < label.sizeHint().width() && label.toolTip().isEmpty()) return "its words are cut";
    const int needed = std::min(label.fontMetrics().height(), label.sizeHint().height());
    return label.height() + kSlackPx < needed ? QString("it is too low") : QString();
  }
  if (label.toolTip().isEmpty() && label.textFormat() == Qt::PlainText && widestWord(label) > label.width() + kSlackPx)
    return "a word is cut";
  return label.height() + kSlackPx < label.heightForWidth(label.width()) ? QString("lines are cut") : QString();
}

inline QString clippedButton(const QAbstractButton& button) {
  const auto* tool = qobject_cast<const QToolButton*>(&button);
  const bool isIcon = button.text().isEmpty() || (tool && tool->toolButtonStyle() == Qt::ToolButtonIconOnly);
  const int needed = isIcon ? button.iconSize().height() : button.fontMetrics().height();
  if (button.height() + kSlackPx < needed) return "it is too low";
  const QString text = QString(button.text()).remove('&');
  const bool isNarrow = !isIcon && button.width() + kSlackPx < button.fontMetrics().horizontalAdvance(text);
  return !text.isEmpty() && isNarrow && !isSaidByTip(button, text) ? QString("its word is cut") : QString();
}

inline QString clippedField(const QLineEdit& field) {
  if (field.height() < field.fontMetrics().height()) return "it is too low";
  const QString hint = field.placeholderText();
  if (!field.text().isEmpty() || hint.isEmpty()) return {};
  return field.width() < field.fontMetrics().horizontalAdvance(hint) && field.toolTip().isEmpty()
             ? QString("its hint is cut")
             : QString();
}

inline QString clippedHeader(const QHeaderView& header) {
  if (header.orientation() != Qt::Horizontal || !header.model()) return {};
  for (int section = 0; section < header.count(); ++section) {
    if (header.isSectionHidden(section)) continue;
    const QString text = header.model()->headerData(section, Qt::Horizontal).toString();
    const QString tip = header.model()->headerData(section, Qt::Horizontal, Qt::ToolTipRole).toString();
    if (header.fontMetrics().horizontalAdvance(text) > header.sectionSize(section) && tip.isEmpty()) {
      return QString("the head “%1” is cut").arg(text);
    }
  }
  return {};
}

/// Whether what does not fit can be scrolled to; the margin at its edge may be hidden.
inline QString stuckArea(const QScrollArea& area) {
  if (!area.widget() || area.widget()->width() <= area.viewport()->width() + ui::space::kGroup) return {};
  return area.horizontalScrollBar()->maximum() > 0 && area.horizontalScrollBarPolicy() != Qt::ScrollBarAlwaysOff
             ? QString()
             : QString("its content is %1 px wide and cannot be scrolled").arg(area.widget()->width());
}

/// Outside of something that it stands in, and that cannot be scrolled.
inline bool isOutside(const QWidget& widget) {
  QRect rect = widget.rect();
  for (const QWidget* inner = &widget; !inner->isWindow(); inner = inner->parentWidget()) {
    const QWidget* outer = inner->parentWidget();
    if (qobject_cast<const QAbstractScrollArea*>(outer->parentWidget())) return false;
    rect.translate(inner->pos());
    if (!outer->rect().adjusted(-kSlackPx, -kSlackPx, kSlackPx, kSlackPx).contains(rect)) return true;
  }
  return false;
}

inline QString problemOf(const QWidget& widget) {
  if (qobject_cast<const QLineEdit*>(widget.parentWidget())) return {};  // its own icons
  if (const auto* label = qobject_cast<const QLabel*>(&widget)) return clippedLabel(*label);
  if (const auto* button = qobject_cast<const QAbstractButton*>(&widget)) return clippedButton(*button);
  if (const auto* field = qobject_cast<const QLineEdit*>(&widget)) return clippedField(*field);
  if (const auto* header = qobject_cast<const QHeaderView*>(&widget)) return clippedHeader(*header);
  if (const auto* area = qobject_cast<const QScrollArea*>(&widget)) return stuckArea(*area);
  return {};
}

inline QString textOf(const QWidget& widget) {
  if (const auto* label = qobject_cast<const QLabel*>(&widget)) return label->text();
  if (const auto* button = qobject_cast<const QAbstractButton*>(&widget); button && !button->text().isEmpty()) {
    return button->text();
  }
  return widget.accessibleName();
}

/// A control that one uses: none of those inside of another control.
inline bool isControl(const QWidget& widget) {
  const bool isOne = qobject_cast<const QAbstractButton*>(&widget) || qobject_cast<const QLineEdit*>(&widget) ||
                     qobject_cast<const QComboBox*>(&widget);
  return isOne && widget.isEnabled() && !qobject_cast<const QLineEdit*>(widget.parentWidget()) &&
         !qobject_cast<const QAbstractSpinBox*>(widget.parentWidget()) &&
         !qobject_cast<const QComboBox*>(widget.parentWidget());
}

/// What lies over the page on purpose and covers it: the drawer, the palette; null for the page itself.
inline const QWidget* layerOf(const QWidget& widget) {
  for (const QWidget* outer = &widget; outer; outer = outer->parentWidget()) {
    if (qobject_cast<const ui::Drawer*>(outer) || qobject_cast<const ui::OverlayCard*>(outer)) return outer;
  }
  return nullptr;
}

/// Pairs of controls of one layer that share pixels.
inline QStringList overlaps(const QList<QWidget*>& controls, const QWidget& window) {
  QStringList problems;
  const auto place = [&window](const QWidget* control) {
    return control->visibleRegion().boundingRect().translated(control->mapTo(&window, QPoint()));
  };
  for (qsizetype i = 0; i < controls.size(); ++i) {
    for (qsizetype j = i + 1; j < controls.size(); ++j) {
      if (controls[i]->isAncestorOf(controls[j]) || controls[j]->isAncestorOf(controls[i])) continue;
      if (layerOf(*controls[i]) != layerOf(*controls[j])) continue;
      if (!place(controls[i]).intersects(place(controls[j]))) continue;
      problems << describe(*controls[i], textOf(*controls[i]), "lies on “" + textOf(*controls[j]) + "”");
    }
  }
  return problems;
}

/// A sentence for each thing that is cut off, out of reach or covered.
inline QStringList clippedTexts(QWidget& window) {
  QStringList problems;
  QList<QWidget*> controls;
  for (QWidget* widget : window.findChildren<QWidget*>()) {
    if (!widget->isVisible() || widget->window() != &window) continue;
    if (const QString problem = problemOf(*widget); !problem.isEmpty()) {
      problems << describe(*widget, textOf(*widget), problem);
    }
    if (!isControl(*widget)) continue;
    if (isOutside(*widget)) problems << describe(*widget, textOf(*widget), "it is out of reach");
    if (widget->accessibleName().isEmpty() && textOf(*widget).isEmpty() && widget->toolTip().isEmpty()) {
      problems << describe(*widget, widget->objectName(), "it has no name for a screen reader");
    }
    controls << widget;
  }
  return problems + overlaps(controls, window);
}

}  // namespace carport::test
