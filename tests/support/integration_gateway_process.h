#pragma once

#include <QByteArray>
#include <QJsonDocument>
#include <QList>
#include <QMap>
#include <QProcess>
#include <QString>
#include <QStringList>

namespace carport::test {

/// The gateway's answer over HTTP.
struct HttpAnswer {
  int status = 0;  ///< 0: no answer came
  QJsonDocument json;
};

/// A `carportd serve` of its own, on free ports of the loopback interface. Owner: a test; killed at the latest when
/// destroyed.
class GatewayProcess {
 public:
  static constexpr int kReadyTimeoutMs = 30'000;
  static constexpr int kStopTimeoutMs = 20'000;

  explicit GatewayProcess(QString dataFolder) : m_data(std::move(dataFolder)) {}
  ~GatewayProcess();

  /// Starts it and waits for the line `ready mqtt=… http=…`.
  bool start(const QString& mqtt = "127.0.0.1:0", const QString& http = "127.0.0.1:0", const QStringList& more = {});
  /// SIGTERM; true where it ends in time with exit code 0.
  bool stop();
  /// kill -9.
  void killNow();
  bool isRunning() const { return m_process.state() != QProcess::NotRunning; }

  const QString& data() const { return m_data; }
  const QString& mqtt() const { return m_mqtt; }  ///< HOST:PORT
  const QString& http() const { return m_http; }  ///< HOST:PORT
  /// HOST:PORT of what else it serves: "mqtts", "ws", "wss"; empty where it does not.
  QString address(const QString& name) const { return m_others.value(name); }
  QString port(const QString& name) const { return address(name).section(':', -1); }
  QString mqttHost() const { return m_mqtt.section(':', 0, -2); }
  QString mqttPort() const { return m_mqtt.section(':', -1); }
  int exitCode() const { return m_process.exitCode(); }
  qint64 processId() const { return m_process.processId(); }

  /// What it has printed so far.
  QByteArray log();
  /// Waits until the log contains `text`.
  bool waitForLog(const QByteArray& text, int timeoutMs = 10'000);

  /// Adds a car with `carportd`, and waits until the gateway, which runs beside, has seen it.
  bool addCar(const QString& id, const QString& password);
  /// A token of a new administrator; made once.
  QByteArray token();
  /// Asks until the answer has this status.
  bool waitForStatus(const QString& path, int status, int timeoutMs = 10'000);
  HttpAnswer request(const QByteArray& method, const QString& path, const QByteArray& body = {});
  /// Every stored sample of a car as `carportd export --format jsonl` writes it.
  QList<QByteArray> exportLines(const QString& car);

 private:
  const QString m_data;
  QProcess m_process;
  QString m_mqtt;
  QString m_http;
  QMap<QString, QString> m_others;
  QByteArray m_log;
  QByteArray m_token;
};

}  // namespace carport::test
