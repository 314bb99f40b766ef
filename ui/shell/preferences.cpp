#include "ui/shell/preferences.h"

#include <QFileInfo>
#include <QGuiApplication>
#include <QPalette>

#include <algorithm>

namespace carport::ui {

namespace {
constexpr double kMinTextScale = 1.0;
constexpr double kMaxTextScale = 2.0;
constexpr auto kLook = "look";
constexpr auto kTextScale = "textScale";
constexpr auto kCarViews = "cars/views";
constexpr auto kLayout = "layout";
constexpr auto kRecentlyUsed = "palette/recentlyUsed";
constexpr auto kGeometry = "windowGeometry";
constexpr auto kMapMetric = "map/metric";
constexpr auto kMapLow = "map/low";
constexpr auto kMapHigh = "map/high";
constexpr auto kMapLayers = "map/layers";
constexpr auto kMapTiles = "map/tiles";
constexpr auto kLastGateway = "lastGateway";
constexpr auto kLastAuthority = "lastAuthority";

/// Whether the system's own colours are dark, asked before Carport sets its own.
bool systemIsDark() {
  static const bool isDark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
  return isDark;
}
}  // namespace

Preferences::Preferences(const QString& file)
    : m_settings(file.isEmpty() ? QSettings().fileName() : file, QSettings::IniFormat) {
  systemIsDark();
}

QString Preferences::folder() const {
  return QFileInfo(m_settings.fileName()).absolutePath();
}

Preferences::Look Preferences::look() const {
  const QString name = m_settings.value(QLatin1String(kLook)).toString();
  return name == QLatin1String("light") ? Look::light : name == QLatin1String("dark") ? Look::dark : Look::system;
}

void Preferences::setLook(Look look) {
  const char* name = look == Look::light ? "light" : look == Look::dark ? "dark" : "system";
  m_settings.setValue(QLatin1String(kLook), QLatin1String(name));
}

ThemeKind Preferences::themeKind() const {
  if (look() == Look::system) return systemIsDark() ? ThemeKind::dark : ThemeKind::light;
  return look() == Look::dark ? ThemeKind::dark : ThemeKind::light;
}

double Preferences::textScale() const {
  return std::clamp(m_settings.value(QLatin1String(kTextScale), kMinTextScale).toDouble(), kMinTextScale,
                    kMaxTextScale);
}

void Preferences::setTextScale(double scale) {
  m_settings.setValue(QLatin1String(kTextScale), std::clamp(scale, kMinTextScale, kMaxTextScale));
}

QByteArray Preferences::carViews() const {
  return m_settings.value(QLatin1String(kCarViews)).toByteArray();
}
void Preferences::setCarViews(const QByteArray& text) {
  m_settings.setValue(QLatin1String(kCarViews), text);
}
QByteArray Preferences::layout() const {
  return m_settings.value(QLatin1String(kLayout)).toByteArray();
}
void Preferences::setLayout(const QByteArray& text) {
  m_settings.setValue(QLatin1String(kLayout), text);
}
QStringList Preferences::recentlyUsed() const {
  return m_settings.value(QLatin1String(kRecentlyUsed)).toStringList();
}
void Preferences::setRecentlyUsed(const QStringList& keys) {
  m_settings.setValue(QLatin1String(kRecentlyUsed), keys);
}
QByteArray Preferences::windowGeometry() const {
  return m_settings.value(QLatin1String(kGeometry)).toByteArray();
}
void Preferences::setWindowGeometry(const QByteArray& geometry) {
  m_settings.setValue(QLatin1String(kGeometry), geometry);
}
MapColouring Preferences::mapColouring() const {
  MapColouring colouring{m_settings.value(QLatin1String(kMapMetric)).toString(), {}};
  const ColourScale range{m_settings.value(QLatin1String(kMapLow)).toDouble(),
                          m_settings.value(QLatin1String(kMapHigh)).toDouble()};
  if (!colouring.byState() && range.low < range.high) colouring.fixed = range;
  return colouring;
}
void Preferences::setMapColouring(const MapColouring& colouring) {
  const ColourScale range = colouring.fixed.value_or(ColourScale{0, 0});
  m_settings.setValue(QLatin1String(kMapMetric), colouring.metric);
  m_settings.setValue(QLatin1String(kMapLow), range.low);
  m_settings.setValue(QLatin1String(kMapHigh), range.high);
}
QByteArray Preferences::mapLayers() const {
  return m_settings.value(QLatin1String(kMapLayers)).toByteArray();
}
void Preferences::setMapLayers(const QByteArray& text) {
  m_settings.setValue(QLatin1String(kMapLayers), text);
}
QByteArray Preferences::mapTiles() const {
  return m_settings.value(QLatin1String(kMapTiles)).toByteArray();
}
void Preferences::setMapTiles(const QByteArray& settings) {
  m_settings.setValue(QLatin1String(kMapTiles), settings);
}
QUrl Preferences::lastGateway() const {
  return m_settings.value(QLatin1String(kLastGateway)).toUrl();
}
void Preferences::setLastGateway(const QUrl& url) {
  m_settings.setValue(QLatin1String(kLastGateway), url);
}
QString Preferences::lastAuthority() const {
  return m_settings.value(QLatin1String(kLastAuthority)).toString();
}
void Preferences::setLastAuthority(const QString& file) {
  m_settings.setValue(QLatin1String(kLastAuthority), file);
}

}  // namespace carport::ui
