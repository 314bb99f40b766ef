#include "ui/widgets/style/theme.h"

#include "ui/widgets/style/colour_math.h"

#include <QPalette>
#include <QWidget>

#include <algorithm>
#include <cmath>

namespace carport::ui {
namespace {

QColor rgb(QRgb value) {
  return QColor::fromRgb(value);
}

Theme makeLight() {
  Theme t;
  t.kind = ThemeKind::light;
  t.window = rgb(0xF3F5F7);
  t.surface = rgb(0xFFFFFF);
  t.raised = rgb(0xFFFFFF);
  t.sunken = rgb(0xE8ECF0);
  t.line = rgb(0xDCE1E7);
  t.lineStrong = rgb(0x88939F);
  t.text = rgb(0x19202A);
  t.textMuted = rgb(0x546070);
  t.textDisabled = rgb(0x98A3AF);
  t.accent = rgb(0x1A5FD0);
  t.accentHover = rgb(0x1550B3);
  t.onAccent = rgb(0xFFFFFF);
  t.accentSoft = rgb(0xE3EDFC);
  t.state = {rgb(0x0B8A5C), rgb(0xE8A317), rgb(0x5F7896), rgb(0x7C8794), rgb(0xD3232F)};
  t.stateText = {rgb(0x08724B), rgb(0x8A5A00), rgb(0x4F6580), rgb(0x5C6672), rgb(0xBE1D29)};
  t.map = {rgb(0xF2F1ED), rgb(0xD3DEE6), rgb(0xB3C2CE), rgb(0xCBC7BE), rgb(0x56616D),
           rgb(0x456176), rgb(0xF7F6F3), rgb(0xE4E2DC), rgb(0xFFFFFF)};
  t.streets = {rgb(0xE2EADA), rgb(0xD7E3D0), rgb(0xEFEAD9), rgb(0xE9E6DF), rgb(0xE5E2DB), rgb(0xD5D1C8),
               rgb(0xFFFFFF), rgb(0xD3CFC5), rgb(0xFBF2DC), rgb(0xD5C6A0), rgb(0xF5E4C0), rgb(0xC9B17C),
               rgb(0xD0C9BA), rgb(0xB4B1AB), rgb(0xA99DB8), rgb(0x4F5660), rgb(0x4F6B48)};
  t.series = {rgb(0x1A5FD0), rgb(0xC45A00), rgb(0x00857A), rgb(0x8250C4),
              rgb(0xC2357F), rgb(0x6B7A00), rgb(0x8B5A3C), rgb(0x5C6672)};
  t.ramp = {rgb(0xCF6A00), rgb(0xC8463C), rgb(0xA8326F), rgb(0x7A2A93), rgb(0x241766)};
  return t;
}

Theme makeDark() {
  Theme t;
  t.kind = ThemeKind::dark;
  t.window = rgb(0x14181D);
  t.surface = rgb(0x1B2026);
  t.raised = rgb(0x242B33);
  t.sunken = rgb(0x101418);
  t.line = rgb(0x2D353F);
  t.lineStrong = rgb(0x6B7885);
  t.text = rgb(0xE7EBF0);
  t.textMuted = rgb(0xA3AFBC);
  t.textDisabled = rgb(0x616C78);
  t.accent = rgb(0x6AA8FF);
  t.accentHover = rgb(0x8ABBFF);
  t.onAccent = rgb(0x0B1526);
  t.accentSoft = rgb(0x1C3355);
  t.state = {rgb(0x2EC28A), rgb(0xFFC24D), rgb(0x7F9AC0), rgb(0x8C97A3), rgb(0xFF5A52)};
  t.stateText = {rgb(0x3CCB95), rgb(0xFFC24D), rgb(0x9BB1D0), rgb(0xA0AAB5), rgb(0xFF7A73)};
  t.map = {rgb(0x1F262D), rgb(0x13181E), rgb(0x36414C), rgb(0x3A444F), rgb(0x98A5B3),
           rgb(0x7F93A6), rgb(0x161B21), rgb(0x2A323A), rgb(0x0E1216)};
  t.streets = {rgb(0x222D2A), rgb(0x1F2B27), rgb(0x2B2B29), rgb(0x262D35), rgb(0x272F37), rgb(0x313A43),
               rgb(0x3E4954), rgb(0x171C21), rgb(0x53585C), rgb(0x171C21), rgb(0x655F54), rgb(0x171C21),
               rgb(0x343E48), rgb(0x4A545E), rgb(0x5A5068), rgb(0x98A4B0), rgb(0x86A07F)};
  t.series = {rgb(0x6AA8FF), rgb(0xFF9E4A), rgb(0x35C9B8), rgb(0xB794F6),
              rgb(0xF57DB5), rgb(0xB9CC4A), rgb(0xD3A27F), rgb(0xA0AAB5)};
  t.ramp = {rgb(0x7C6CF2), rgb(0xB56BE0), rgb(0xEE6FA6), rgb(0xFF9A5C), rgb(0xFFDF6B)};
  return t;
}

const QColor& pick(const StateColours& colours, api::Activity activity) {
  switch (activity) {
    case api::Activity::driving:
      return colours.driving;
    case api::Activity::idling:
      return colours.idling;
    case api::Activity::parked:
      return colours.parked;
    case api::Activity::alarm:
      return colours.alarm;
    case api::Activity::silent:
    case api::Activity::unknown:
      break;
  }
  return colours.silent;
}

}  // namespace

const QColor& Theme::stateColour(api::Activity activity) const {
  return pick(state, activity);
}
const QColor& Theme::stateTextColour(api::Activity activity) const {
  return pick(stateText, activity);
}

QColor Theme::rampColour(double part) const {
  if (std::isnan(part)) return state.silent;
  const double place = std::clamp(part, 0.0, 1.0) * double(ramp.size() - 1);
  const auto from = std::min(std::size_t(place), ramp.size() - 2);
  return mixed(ramp[from], ramp[from + 1], place - double(from));
}

QPalette Theme::palette() const {
  QPalette p;
  p.setColor(QPalette::Window, window);
  p.setColor(QPalette::WindowText, text);
  p.setColor(QPalette::Base, surface);
  p.setColor(QPalette::AlternateBase, window);
  p.setColor(QPalette::Text, text);
  p.setColor(QPalette::PlaceholderText, textMuted);
  p.setColor(QPalette::Button, surface);
  p.setColor(QPalette::ButtonText, text);
  p.setColor(QPalette::BrightText, stateText.alarm);
  p.setColor(QPalette::ToolTipBase, raised);
  p.setColor(QPalette::ToolTipText, text);
  p.setColor(QPalette::Highlight, accent);
  p.setColor(QPalette::HighlightedText, onAccent);
  p.setColor(QPalette::Link, accent);
  p.setColor(QPalette::LinkVisited, accent);
  // Fusion draws bevels and outlines with these.
  p.setColor(QPalette::Light, raised);
  p.setColor(QPalette::Midlight, sunken);
  p.setColor(QPalette::Mid, line);
  p.setColor(QPalette::Dark, lineStrong);
  p.setColor(QPalette::Shadow, kind == ThemeKind::dark ? sunken : lineStrong);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText}) {
    p.setColor(QPalette::Disabled, role, textDisabled);
  }
  p.setColor(QPalette::Disabled, QPalette::Highlight, sunken);
  return p;
}

const Theme& Theme::light() {
  static const Theme theme = makeLight();
  return theme;
}

const Theme& Theme::dark() {
  static const Theme theme = makeDark();
  return theme;
}

const Theme& Theme::of(ThemeKind kind) {
  return kind == ThemeKind::dark ? dark() : light();
}

const Theme& themeOf(const QPalette& palette) {
  return palette.color(QPalette::Active, QPalette::Window).lightnessF() < 0.5F ? Theme::dark() : Theme::light();
}

const Theme& themeOf(const QWidget& widget) {
  return themeOf(widget.palette());
}

}  // namespace carport::ui
