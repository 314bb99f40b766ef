#pragma once

#include <QFont>

#include <functional>

class QWidget;

namespace carport::ui {

/// Spacing: multiples of 4 device-independent pixels. Nothing in the window stands at another distance.
namespace space {
inline constexpr int kGrid = 4;
inline constexpr int kTight = 4;     ///< between an icon and its word
inline constexpr int kInside = 8;    ///< inside a control, between controls that belong together
inline constexpr int kPadding = 12;  ///< inside a card
inline constexpr int kGroup = 16;    ///< between groups
inline constexpr int kPage = 24;     ///< at the edges of a page
}  // namespace space

/// Sizes of things, in device-independent pixels.
namespace size {
inline constexpr int kRow = 28;       ///< a table row, a button, a field
inline constexpr int kTouchRow = 36;  ///< the same where fingers work; buttons that float over the map
inline constexpr int kRail = 56;      ///< width of the rail of pages
inline constexpr int kDrawer = 360;   ///< width of the drawer
inline constexpr int kIcon = 20;
inline constexpr int kSmallIcon = 16;
inline constexpr int kRadius = 6;      ///< corners of controls
inline constexpr int kCardRadius = 8;  ///< corners of cards
inline constexpr int kHairline = 1;
inline constexpr int kGlyph = 14;  ///< a car
inline constexpr int kSelectedGlyph = 18;
}  // namespace size

/// Motion, in milliseconds; none where reducedMotion() says so.
namespace motion {
inline constexpr int kQuickMs = 120;
inline constexpr int kUsualMs = 180;
}  // namespace motion

/// The four sizes of the type scale, in pixels at 100 %.
enum class TextSize : int { small = 11, body = 13, title = 16, display = 22 };
/// The two weights.
enum class TextWeight { regular, strong };

/// The system's interface font in one of the scale's sizes, with tabular figures, scaled as the application's font is
/// (applyTheme sets that one to `body` times the text scale).
QFont textFont(TextSize textSize, TextWeight weight = TextWeight::regular);

/// How large the application's text is beside that of 100 %.
double textScale();
/// `px` grown with the text: for what holds words or stands beside them.
int scaled(int px);
/// `px` grown half as much as the text: for icons and buttons without words, which are seen and not read.
int scaledIcon(int px);
/// Calls `apply` now, and again whenever the application's text has another size: for sizes that a widget is given
/// once.
void growWithText(QWidget& widget, std::function<void()> apply);

/// `font` with figures of equal width, so that changing numbers do not dance.
QFont withTabularFigures(QFont font);

/// Whether the system (or CARPORT_REDUCED_MOTION=1) asks for no animation.
bool reducedMotion();

}  // namespace carport::ui
