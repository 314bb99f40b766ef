#include "tests/support/integration_cars.h"

#include "tests/support/integration_gateway_process.h"
#include "tests/support/integration_program.h"

#include <QFile>
#include <QFileInfo>

namespace carport::test {

namespace {
constexpr int kEndTimeoutMs = 30'000;
constexpr int kTimeDigits = 13;  // ms since the epoch, for centuries
constexpr QByteArrayView kTimeKey("{\"ts\":");
}  // namespace

NotingCars::~NotingCars() {
  if (m_process.state() == QProcess::NotRunning) return;
  m_process.kill();
  m_process.waitForFinished();
}

QString NotingCars::id(int number) {
  return QString("car-%1").arg(number, 4, 10, QChar('0'));
}

bool NotingCars::enrol(const GatewayProcess& gateway) const {
  QFile file(credentials());
  if (file.exists()) return true;
  if (!file.open(QIODevice::WriteOnly)) return false;
  file.write("id,name,password\n");
  for (int i = 1; i <= m_count; ++i) file.write((id(i) + ",,password-of-" + id(i) + "\n").toUtf8());
  file.close();
  const auto imported = carportd({"import", file.fileName(), "--data", gateway.data()});
  if (!imported.ok()) qWarning("%s", imported.story().constData());
  return imported.ok();
}

bool NotingCars::start(const GatewayProcess& gateway, int rate) {
  QFile::remove(notes());
  m_process.setProcessChannelMode(QProcess::MergedChannels);
  m_process.start(
      programPath("carport-sim"),
      {"run", "--mqtt", gateway.mqtt(), "--cars", QString::number(m_count), "--rate", QString::number(rate), "--qos",
       "1", "--credentials", credentials(), "--acknowledged", notes(), "--connections-per-second", "0"});
  return m_process.waitForStarted();
}

bool NotingCars::stop() {
  m_process.terminate();
  const bool fine =
      hasEnded(m_process, kEndTimeoutMs) && m_process.exitStatus() == QProcess::NormalExit && m_process.exitCode() == 0;
  if (!fine) qWarning("The cars did not end as they should:\n%s", m_process.readAll().constData());
  return fine;
}

qint64 NotingCars::notedBytes() const {
  return QFileInfo(notes()).size();
}

SampleTimes NotingCars::noted() const {
  SampleTimes times;
  QFile file(notes());
  if (!file.open(QIODevice::ReadOnly)) return times;
  for (const QByteArray& line : file.readAll().split('\n')) {
    const auto fields = line.split(',');
    // The last line may be half written.
    if (fields.size() != 2 || fields[1].size() != kTimeDigits) continue;
    times[QString::fromUtf8(fields[0])].insert(fields[1].toLongLong());
  }
  return times;
}

qsizetype countOf(const SampleTimes& samples) {
  qsizetype all = 0;
  for (const auto& times : samples) all += times.size();
  return all;
}

QByteArray missingIn(const QString& data, const SampleTimes& samples) {
  for (auto car = samples.begin(); car != samples.end(); ++car) {
    const auto written = carportd({"export", "--data", data, "--car", car.key(), "--format", "jsonl"});
    if (!written.ok()) return written.story();
    QSet<qint64> stored;
    for (const QByteArray& line : written.out.split('\n')) {
      if (line.startsWith(kTimeKey)) stored.insert(line.mid(kTimeKey.size(), kTimeDigits).toLongLong());
    }
    for (const qint64 time : car.value()) {
      if (!stored.contains(time)) return QString("%1 at %2 is not stored").arg(car.key()).arg(time).toUtf8();
    }
  }
  return {};
}

}  // namespace carport::test
