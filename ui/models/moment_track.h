#pragma once

#include "gateway/base/strong_id.h"
#include "ui/client/reply.h"
#include "ui/models/history_window.h"
#include "ui/models/trail_point.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <optional>
#include <vector>

namespace carport::ui {

class CarStore;
class GatewayClient;

/// Where one car was over the period that its plots show, for a map that follows their cursor. Asks once for a period
/// and some more around it; what comes live is added. Owner: CarPage; lives shorter than client and store. GUI thread.
class MomentTrack : public QObject {
  Q_OBJECT

 public:
  static constexpr std::size_t kMaxPoints = 2'000;
  /// A car that says nothing for longer than this may be anywhere, unless it is heard of again at the same place.
  static constexpr Milliseconds kGapTime = std::chrono::minutes(10);
  /// So near in widths of the world is the same place (about 40 m).
  static constexpr double kSamePlace = 1e-6;

  MomentTrack(GatewayClient& client, const CarStore& store, QObject* parent = nullptr);

  /// Forgets the former car; number 0 for none.
  void setCar(const QString& id, PrincipalNumber car);
  /// The period that somebody looks at; asks for it where it is not known, or too coarsely; changed() follows.
  void setPeriod(const TimeRange& period);
  /// Nothing where the car's place then is not known (yet).
  std::optional<TrailPoint> at(TimePoint time) const;
  /// Oldest first, also around the period.
  const std::vector<TrailPoint>& points() const { return m_points; }
  bool isLoading() const { return m_reply.isPending(); }

 signals:
  void changed();

 private:
  bool covers(const TimeRange& period) const;
  void load();
  void addNewest();

  GatewayClient& m_client;
  const CarStore& m_store;
  QString m_id;
  PrincipalNumber m_car;
  TimeRange m_wanted;
  TimeRange m_loaded;
  bool m_reachesPresent = false;  ///< what comes live belongs to m_points
  std::vector<TrailPoint> m_points;
  Reply<api::History> m_reply;
  QTimer m_soon;
};

}  // namespace carport::ui
