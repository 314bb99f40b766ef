#pragma once

#include <QObject>
#include <QString>
#include <QUrl>

namespace carport::ui {

/// The gateway inside this program, as the window sees it. Implemented by app, which alone knows both. GUI thread.
class LocalGateway : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  /// Starts it in the background; ready() or failed() follows. Nothing where it runs or starts already.
  virtual void start() = 0;
  virtual bool isRunning() const = 0;
  virtual QUrl url() const = 0;
  /// A token for this window alone, for as long as the gateway runs.
  virtual QString token() const = 0;

  /// Drives a demonstration fleet of that many cars through the MQTT port; 0 ends it.
  virtual void setDemonstration(int cars) = 0;
  virtual bool isDemonstrating() const = 0;

 signals:
  void ready();
  /// `sentence` says why it does not run and what to do.
  void failed(const QString& sentence);
  /// Something about this start that the person should know, though it runs.
  void remarked(const QString& sentence);
  /// This first start made an administrator; the password is shown this once.
  void administratorMade(const QString& id, const QString& password);
  void demonstrationChanged(bool running);
  /// The demonstration's cars drive on the streets of this extract (.osm.pbf), so the map should draw them.
  void streetsAvailable(const QString& file);
  /// Something went wrong with the demonstration.
  void demonstrationFailed(const QString& sentence);
};

}  // namespace carport::ui
