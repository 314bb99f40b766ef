#pragma once

#include <QByteArray>
#include <QHash>
#include <QProcess>
#include <QSet>
#include <QString>

namespace carport::test {

class GatewayProcess;

/// Times of samples, in ms since the epoch, by the car's id.
using SampleTimes = QHash<QString, QSet<qint64>>;

/// Cars of carport-sim that note every message that is acknowledged to them. Owner: a test; killed at the latest when
/// destroyed.
class NotingCars {
 public:
  /// Their files go into `folder`.
  NotingCars(const QString& folder, int count) : m_folder(folder), m_count(count) {}
  ~NotingCars();

  /// Makes the cars known to the gateway, unless `folder` says that they are; false, with a warning, where that fails.
  bool enrol(const GatewayProcess& gateway) const;
  /// They begin anew to send and to note. `rate`: messages a second and car; 0: as fast as it goes.
  bool start(const GatewayProcess& gateway, int rate);
  /// Lets them end; true where they end as they should.
  bool stop();

  static QString id(int number);  ///< from 1 on
  /// How large the notes are.
  qint64 notedBytes() const;
  /// What is noted so far.
  SampleTimes noted() const;

 private:
  QString credentials() const { return m_folder + "/cars.csv"; }
  QString notes() const { return m_folder + "/acknowledged.csv"; }

  const QString m_folder;
  const int m_count;
  QProcess m_process;
};

/// How many there are.
qsizetype countOf(const SampleTimes& samples);
/// The first of these samples that is not stored in a data folder, as a sentence; empty where all are.
QByteArray missingIn(const QString& data, const SampleTimes& samples);

}  // namespace carport::test
