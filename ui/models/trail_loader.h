#pragma once

#include "ui/client/reply.h"
#include "ui/models/history_window.h"
#include "ui/models/trail_point.h"

#include <QObject>
#include <QString>

#include <vector>

namespace carport::ui {

class GatewayClient;

/// Fetches where the selected car has been lately, for the line on the map. The map itself adds what comes live.
/// Owner: the main window; lives shorter than the client. GUI thread.
class TrailLoader : public QObject {
  Q_OBJECT

 public:
  /// How far back the line goes.
  static constexpr Milliseconds kLength = std::chrono::hours(1);
  static constexpr std::size_t kMaxPoints = 2'000;

  explicit TrailLoader(GatewayClient& client, QObject* parent = nullptr);

  /// Fetches the trail of this car up to `newest`, its newest fix; loaded() follows. An earlier answer is dropped.
  void load(const QString& carId, PrincipalNumber car, TimePoint newest);
  void cancel();

 signals:
  void loaded(carport::PrincipalNumber car, const std::vector<carport::ui::TrailPoint>& points);

 private:
  GatewayClient& m_client;
  Reply<api::History> m_reply;
};

/// The fixes of a history with the series lat, lon and (where there) speed: what was measured at the same time belongs
/// together, whatever was put together into buckets counts by its last value.
std::vector<TrailPoint> trailFromHistory(const api::History& history);

}  // namespace carport::ui
