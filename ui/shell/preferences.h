#pragma once

#include "ui/widgets/map/map_colouring.h"
#include "ui/widgets/style/theme.h"

#include <QByteArray>
#include <QSettings>
#include <QString>
#include <QStringList>
#include <QUrl>

namespace carport::ui {

/// What the window remembers from one start to the next. Owner: app. GUI thread.
class Preferences {
 public:
  enum class Look { system, light, dark };

  /// In `file`, or where the system keeps such things when empty.
  explicit Preferences(const QString& file = {});

  /// The folder of the file, for what is kept beside it.
  QString folder() const;

  Look look() const;
  void setLook(Look look);
  /// The theme that the look and, for `system`, the system's own colours ask for.
  ThemeKind themeKind() const;

  /// 1 for 100 %, up to 2.
  double textScale() const;
  void setTextScale(double scale);

  /// The saved views of the table of cars and what it showed last: CarViews::toText().
  QByteArray carViews() const;
  void setCarViews(const QByteArray& text);

  /// How the window was left: WindowLayout::toText().
  QByteArray layout() const;
  void setLayout(const QByteArray& text);
  /// What was used last in the palette: PaletteModel::recent().
  QStringList recentlyUsed() const;
  void setRecentlyUsed(const QStringList& keys);

  QByteArray windowGeometry() const;
  void setWindowGeometry(const QByteArray& geometry);

  /// By what cars on the map are coloured.
  MapColouring mapColouring() const;
  void setMapColouring(const MapColouring& colouring);
  /// Which layers the map shows: LayerPanel::states().
  QByteArray mapLayers() const;
  void setMapLayers(const QByteArray& text);
  /// Maps of pictures: TileAtlas::settings().
  QByteArray mapTiles() const;
  void setMapTiles(const QByteArray& settings);

  /// Where the portal was attached last, other than the gateway inside it.
  QUrl lastGateway() const;
  void setLastGateway(const QUrl& url);
  /// The file with that gateway's authority; empty where it needs none.
  QString lastAuthority() const;
  void setLastAuthority(const QString& file);

 private:
  QSettings m_settings;
};

}  // namespace carport::ui
