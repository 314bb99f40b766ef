#pragma once

#include "ui/widgets/style/theme.h"

#include <QByteArray>
#include <QSettings>
#include <QString>
#include <QUrl>

namespace carport::ui {

/// What the window remembers from one start to the next. Owner: app. GUI thread.
class Preferences {
 public:
  enum class Look { system, light, dark };

  /// In `file`, or where the system keeps such things when empty.
  explicit Preferences(const QString& file = {});

  Look look() const;
  void setLook(Look look);
  /// The theme that the look and, for `system`, the system's own colours ask for.
  ThemeKind themeKind() const;

  /// 1 for 100 %, up to 2.
  double textScale() const;
  void setTextScale(double scale);

  QByteArray windowGeometry() const;
  void setWindowGeometry(const QByteArray& geometry);

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
