#pragma once

#include "gateway/api/event.h"
#include "gateway/api/history.h"
#include "ui/client/reply.h"
#include "ui/models/time_range.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

#include <vector>

namespace carport::ui {

class GatewayClient;

/// What happened over a stretch of time, for the slider: how many messages came in each bucket, and the events. Fetched
/// a moment after the stretch stopped changing, and now and then while it reaches the present. Owner: the time bar;
/// lives shorter than the client. GUI thread.
class TimeMachineOverview : public QObject {
  Q_OBJECT

 public:
  static constexpr std::size_t kMaxBuckets = 400;
  static constexpr std::size_t kMaxEvents = 500;
  static constexpr int kSettleMs = 150;
  static constexpr int kRefreshMs = 60'000;
  static constexpr int kEmptyRefreshMs = 5'000;
  /// An event so little behind the end of the view belongs to it: a view that follows the present does so in steps.
  static constexpr int kFollowsWithinMs = 2'000;

  explicit TimeMachineOverview(GatewayClient& client, QObject* parent = nullptr);
  ~TimeMachineOverview() override;

  /// Buckets about as wide as a bar of the slider: at most kMaxBuckets.
  void setView(const TimeRange& view, std::size_t buckets);

  struct Bar {
    TimeRange range;
    std::uint64_t messages = 0;
  };
  /// In ascending time; those without messages are left out.
  const std::vector<Bar>& bars() const { return m_bars; }
  std::uint64_t mostMessages() const { return m_most; }
  /// Newest first.
  const std::vector<api::Event>& events() const { return m_events; }
  /// Messages around a moment; 0 where there were none.
  std::uint64_t messagesAt(TimePoint time) const;

 signals:
  void changed();

 private:
  void fetch();
  void fetchBars(const char* metric);
  void onBars(const Result<api::FleetHistory>& history, bool isLast);

  GatewayClient& m_client;
  TimeRange m_view;
  TimeRange m_fetched;
  std::size_t m_buckets = kMaxBuckets;
  std::vector<Bar> m_bars;
  std::uint64_t m_most = 0;
  std::vector<api::Event> m_events;
  Reply<api::FleetHistory> m_barsReply;
  Reply<std::vector<api::Event>> m_eventsReply;
  QTimer m_settle;
  QTimer m_refresh;
  QElapsedTimer m_sinceFetch;
};

}  // namespace carport::ui
