#pragma once

#include "gateway/api/event.h"
#include "ui/client/reply.h"
#include "ui/models/car_store.h"
#include "ui/models/time_machine_clock.h"
#include "ui/models/time_machine_stretch.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

#include <deque>
#include <optional>
#include <vector>

namespace carport::ui {

class GatewayClient;

/// Shows any moment of what is stored: puts the store, and through it the whole window, back to that moment, and lets
/// it run from there. Fetches the fleet's past ahead of itself; answers that nobody waits for any more are kept but not
/// shown. While it is not live, commands are refused. Owner: main window; lives shorter than client and store. GUI
/// thread.
class TimeMachine : public QObject {
  Q_OBJECT

 public:
  static constexpr int kTickMs = 100;
  /// Seconds of playing that are fetched at once.
  static constexpr int kSecondsAhead = 10;
  /// Fixes a second and car while playing.
  static constexpr int kFixesASecond = 4;
  /// Fixes that are kept, 48 bytes each, and stretches; what is farthest from the moment goes.
  static constexpr std::size_t kMaxFixes = 1'000'000;
  static constexpr std::size_t kMaxStretches = 24;
  /// Cars whose whole state is fetched for a moment, and how many are asked for at a time.
  static constexpr std::size_t kMaxStates = 200;
  static constexpr std::size_t kStatesAtOnce = 4;

  TimeMachine(GatewayClient& client, CarStore& store, QObject* parent = nullptr);
  ~TimeMachine() override;

  bool isLive() const { return m_clock.isLive(); }
  bool isPlaying() const { return m_clock.isPlaying(); }
  double speed() const { return m_clock.speed(); }
  /// What is shown: the present while live.
  TimePoint moment() const;
  TimePoint present() const;
  bool isLoading() const { return m_reply.isPending() && m_waiting; }
  /// Why there is nothing to see, or what is being done about it: a sentence; empty where all is well.
  const QString& message() const { return m_message; }

  void goLive();
  /// A moment of the past, exactly; the present and what lies behind it is live.
  void goTo(TimePoint moment);
  /// The same while a hand still moves over `shown` much time: roughly, and quickly.
  void passOver(TimePoint moment, Milliseconds shown);
  /// By so much from here; forwards at the right end it becomes live.
  void step(Milliseconds by);
  /// From the present it goes back first, so that there is something to play.
  void play();
  void pause();
  void togglePlaying();
  void setSpeed(double speed);
  void changeSpeed(int steps);
  void toNextEvent();
  void toPreviousEvent();

  /// Time passes; the timer calls it, and tests.
  void tick(Milliseconds passed);

 signals:
  /// Live or not, playing or not, speed, isLoading() or message().
  void changed();
  /// moment(), while not live.
  void momentChanged(carport::TimePoint moment);

 private:
  void enter(TimePoint moment);
  void show();
  void settle();
  void apply(const TimeMachineStretch& stretch);
  const TimeMachineStretch* find() const;
  Milliseconds wantedStep() const;
  void fetch();
  void fetchFrom(TimePoint from, TimePoint to, Milliseconds step);
  void fetchAhead();
  void onMoments(const Result<api::FleetMoments>& moments, TimePoint from, Milliseconds step);
  void stopWith(const QString& sentence);
  void keep(TimeMachineStretch stretch);
  void fetchStates();
  void fetchMissingStates();
  void askForStates(std::vector<PrincipalNumber> cars);
  void fetchNextState();
  /// Where the next event is looked for: from `from` on and before `to`.
  struct EventSearch {
    TimePoint from;
    TimePoint to;
    std::optional<TimePoint> found;  ///< one that is known to be at or after `to`
  };
  void findNextEvent(const EventSearch& search);
  void onNextEvents(const EventSearch& search, const Result<std::vector<api::Event>>& events);
  void setMessage(const QString& message);

  GatewayClient& m_client;
  CarStore& m_store;
  TimeMachineClock m_clock;
  std::deque<TimeMachineStretch> m_stretches;
  Reply<api::FleetMoments> m_reply;
  Reply<std::vector<api::Event>> m_eventsReply;
  std::vector<Reply<std::optional<api::CarState>>> m_stateReplies;
  std::vector<PrincipalNumber> m_statesToAsk;
  Milliseconds m_roughStep{0};  ///< while a hand moves; zero: exactly
  bool m_waiting = false;       ///< for the moment that is to be shown
  QString m_message;
  QTimer m_ticks;
  QTimer m_settle;
  QElapsedTimer m_sinceTick;
};

}  // namespace carport::ui
