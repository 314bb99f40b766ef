#pragma once

#include "gateway/api/car_state.h"

#include <QColor>

#include <array>

class QPalette;
class QWidget;

namespace carport::ui {

enum class ThemeKind { light, dark };

/// Colours of what a car is doing. Never alone: paintStateGlyph doubles each by a shape.
struct StateColours {
  QColor driving;
  QColor idling;
  QColor parked;
  QColor silent;  ///< outline of a hollow shape
  QColor alarm;
};

/// Colours of the map, low in saturation so that cars are what one sees.
struct MapColours {
  QColor land;
  QColor water;
  QColor coast;
  QColor border;
  QColor label;
  QColor waterLabel;
  QColor halo;       ///< behind labels and around glyphs
  QColor grid;       ///< the scale grid where the map has nothing else to show
  QColor glyphEdge;  ///< the thin line around a car's glyph
};

/// Colours of streets and of what is between them; all of them nearer to the land than any car's glyph.
struct StreetColours {
  QColor green;
  QColor wood;
  QColor sand;
  QColor plaza;
  QColor building;
  QColor buildingEdge;
  QColor minor;      ///< residential streets and smaller
  QColor minorEdge;  ///< the casing of a street
  QColor main;       ///< primary and trunk roads
  QColor mainEdge;
  QColor motorway;
  QColor motorwayEdge;
  QColor path;
  QColor rail;
  QColor border;
  QColor label;
  QColor greenLabel;
};

/// Every colour of the interface: a plain value, two of them designed. Light is not dark inverted.
/// Names say the purpose; docs/design.md has the table. Text colours have a contrast of at least 4.5 : 1 on
/// window, surface, raised, sunken and accentSoft (tests/unit/style proves it).
struct Theme {
  ThemeKind kind = ThemeKind::light;

  QColor window;      ///< behind everything: rail, status line, page edges
  QColor surface;     ///< pages, drawers, cards, tables
  QColor raised;      ///< floating things: menus, hover cards, pressed rows
  QColor sunken;      ///< fields to type in, troughs, hovered rows
  QColor line;        ///< hairlines between things
  QColor lineStrong;  ///< outlines of controls, 3 : 1 on surface
  QColor text;
  QColor textMuted;
  QColor textDisabled;  ///< for what cannot be used now; not for anything that must be read

  QColor accent;  ///< what can be done: links, primary buttons, selection, focus
  QColor accentHover;
  QColor onAccent;    ///< text on accent and on accentHover
  QColor accentSoft;  ///< behind selected rows

  StateColours state;      ///< for glyphs and fills, 3 : 1 or an outlined shape
  StateColours stateText;  ///< for words, 4.5 : 1
  MapColours map;
  StreetColours streets;
  std::array<QColor, 8> series;  ///< lines of a chart, first to last; 3 : 1 on surface
  /// A ramp for figures, from little to much: lightness goes one way, so that every eye can order it; 3 : 1 on land.
  std::array<QColor, 5> ramp;

  /// The ramp's colour at `part`, 0 (little) to 1 (much); that of silence where it is NaN.
  QColor rampColour(double part) const;

  /// Fill (silent: outline) of the glyph for `activity`.
  const QColor& stateColour(api::Activity activity) const;
  /// Colour of the word for `activity`.
  const QColor& stateTextColour(api::Activity activity) const;
  /// The Qt palette made of these colours.
  QPalette palette() const;

  static const Theme& light();
  static const Theme& dark();
  static const Theme& of(ThemeKind kind);
};

/// The theme that is in force for `widget`, told by its palette: so a widget need not be handed one, and learns of a
/// change by QEvent::PaletteChange.
const Theme& themeOf(const QWidget& widget);
/// The theme whose window colour `palette` has, or the nearer one by lightness.
const Theme& themeOf(const QPalette& palette);

}  // namespace carport::ui
