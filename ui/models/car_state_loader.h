#pragma once

#include "gateway/base/strong_id.h"
#include "ui/client/reply.h"
#include "ui/client/requests.h"

#include <QHash>
#include <QObject>
#include <QString>

#include <cstddef>
#include <vector>

namespace carport::ui {

class CarStore;
class GatewayClient;

/// Asks for the whole state of cars, a few at a time, so that a table can sort and filter all of them by any metric;
/// says how far it has got, and can be stopped. What it is told is of the present, so in the past it does not ask:
/// there the time machine asks for the cars in sight. Owner: the Cars page; lives shorter than client and store. GUI
/// thread.
class CarStateLoader : public QObject {
  Q_OBJECT

 public:
  /// Requests that are out at a time.
  static constexpr std::size_t kMaxAtOnce = 12;
  /// So many refusals one after the other end loadEverything().
  static constexpr int kMaxFailures = 20;
  /// Progress is told once for so many cars.
  static constexpr int kTellEvery = 25;

  CarStateLoader(GatewayClient& client, CarStore& store, QObject* parent = nullptr);
  ~CarStateLoader() override;

  /// Asks for these cars, in place of those of the call before that were not asked for yet.
  void load(const std::vector<PrincipalNumber>& cars);
  /// Asks for every car that has ever sent something and whose state is not known.
  void loadEverything();
  void stop();

  bool isRunning() const { return !m_replies.isEmpty() || m_next < m_waiting.size(); }
  /// loadEverything() is under way.
  bool isLoadingEverything() const { return m_everything && isRunning(); }
  int done() const { return m_done; }
  int total() const { return m_total; }
  /// Why it ended early, a sentence; empty where it did not.
  const QString& trouble() const { return m_trouble; }

 signals:
  void progressed();

 private:
  void askFurther();
  void onAnswer(quint32 car, const Result<Car>& answer);
  void forget();

  GatewayClient& m_client;
  CarStore& m_store;
  std::vector<PrincipalNumber> m_waiting;
  std::size_t m_next = 0;
  QHash<quint32, Reply<Car>> m_replies;
  int m_done = 0;
  int m_total = 0;
  int m_failures = 0;
  bool m_everything = false;
  QString m_trouble;
};

}  // namespace carport::ui
