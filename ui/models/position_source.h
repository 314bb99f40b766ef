#pragma once

#include "ui/models/projection.h"

#include <QDateTime>
#include <QObject>
#include <QString>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

class QGeoPositionInfo;
class QGeoPositionInfoSource;

namespace carport::ui {

/// Where this computer is, as its own positioning service knows (Qt Positioning). Nothing is asked before start(), and
/// nothing after stop(); the position leaves the program by no way. Owner: Portal. GUI thread.
class PositionSource : public QObject {
  Q_OBJECT

 public:
  enum class State {
    off,
    searching,  ///< asked, and no answer yet
    known,
    lost,     ///< known before, and silent since
    refused,  ///< the system does not allow it
    none      ///< this computer has no service that knows
  };
  struct Fix {
    GeoPoint place;
    std::optional<double> accuracyMetres;
    QDateTime time;
  };
  /// Makes the service; nullptr where there is none.
  using Maker = std::function<QGeoPositionInfoSource*(QObject* parent)>;

  /// Silent for longer than this: lost.
  static constexpr int kLostAfterMs = 60'000;

  explicit PositionSource(QObject* parent = nullptr);
  ~PositionSource() override;

  /// Another service than the computer's own; for tests and recordings.
  void setMaker(Maker maker);

  void start();
  void stop();
  State state() const { return m_state; }
  /// The newest; kept while it is lost.
  const std::optional<Fix>& fix() const { return m_fix; }
  /// How it is, in words.
  QString words() const;

 signals:
  /// state() or fix().
  void changed();

 private:
  void take(const QGeoPositionInfo& info);
  void takeError(int error);
  void setState(State state);

  Maker m_maker;
  std::unique_ptr<QGeoPositionInfoSource> m_source;
  State m_state = State::off;
  std::optional<Fix> m_fix;
  QTimer m_silence;
};

}  // namespace carport::ui
