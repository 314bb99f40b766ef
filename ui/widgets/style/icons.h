#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QString>

namespace carport::ui {

/// What an icon stands for, which decides its colour.
enum class IconRole {
  quiet,    ///< muted until hovered or checked, then accent: rail, tool buttons
  strong,   ///< text colour: beside words
  accent,   ///< accent colour: what can be done
  onAccent  ///< on a primary button
};

/// The line icon resources/icons/`name`.svg, recoloured when it is drawn, so that it follows a change of theme by
/// itself and is crisp at every size and device pixel ratio. An unknown name draws nothing and warns once.
QIcon themedIcon(const QString& name, IconRole role = IconRole::quiet);

/// The icon in one colour, `sizePx` device-independent pixels wide and high.
QPixmap iconPixmap(const QString& name, const QColor& colour, int sizePx, qreal devicePixelRatio);

}  // namespace carport::ui
