#pragma once

#include "ui/client/connection_state.h"

#include <QObject>
#include <QPointer>
#include <QString>

namespace carport::ui {

class ConnectForm;
class DrawerHost;
class LocalGateway;
class Notice;
class Preferences;
struct Portal;

/// Which gateway the portal is attached to, the one inside of the program or another by a form, the demonstration that
/// drives through the one inside, and what the strip above the pages says: how the connection stands, and whatever else
/// the window has to say. Owner: the main window; everything it is given outlives it. GUI thread.
class GatewayDesk : public QObject {
  Q_OBJECT

 public:
  /// `local` is null where the portal was started for another gateway.
  GatewayDesk(Portal& portal, Preferences& preferences, LocalGateway* local, DrawerHost& drawer, Notice& notice);

  /// Whether there is a gateway inside of the program.
  bool hasLocal() const { return m_local != nullptr; }
  bool isAttachedToLocal() const;
  /// Starts it first where it does not run.
  void attachToLocal();
  /// Shows the form for another gateway.
  void openForm();
  void startDemonstration();
  /// Starts it, or ends it where it drives.
  void toggleDemonstration();
  /// One sentence in the strip, until it is closed.
  void showTrouble(const QString& sentence);

 signals:
  void demonstrationChanged(bool running);

 private:
  void connectLocal();
  void showAdministrator(const QString& id, const QString& password);
  void onConnectionState();

  Portal& m_portal;
  Preferences& m_preferences;
  LocalGateway* m_local;
  DrawerHost& m_drawer;
  Notice& m_notice;
  QPointer<ConnectForm> m_form;       ///< while it is open
  bool m_noticeIsConnection = false;  ///< the notice goes when the connection is there
};

}  // namespace carport::ui
