#include "tests/support/integration_gateway_process.h"

#include "tests/support/integration_program.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRegularExpression>
#include <QThread>
#include <QTimer>

namespace carport::test {

namespace {
// Sessions are to move between I/O threads, whatever the machine has.
const QStringList kTwoThreads{"--io-threads", "2"};
}  // namespace

GatewayProcess::~GatewayProcess() {
  if (isRunning()) killNow();
}

bool GatewayProcess::start(const QString& mqtt, const QString& http, const QStringList& more) {
  m_log.clear();
  m_process.setProcessChannelMode(QProcess::MergedChannels);
  m_process.start(programPath("carportd"),
                  QStringList{"serve", "--data", m_data, "--mqtt", mqtt, "--http", http} + kTwoThreads + more);
  static const QRegularExpression ready("^ready mqtt=(\\S+) http=(\\S+)(.*)$", QRegularExpression::MultilineOption);
  QElapsedTimer timer;
  timer.start();
  while (timer.elapsed() < kReadyTimeoutMs) {
    m_process.waitForReadyRead(100);
    const auto found = ready.match(QString::fromUtf8(log()));
    if (found.hasMatch()) {
      m_mqtt = found.captured(1);
      m_http = found.captured(2);
      m_others.clear();
      for (const QString& other : found.captured(3).split(' ', Qt::SkipEmptyParts)) {
        m_others[other.section('=', 0, 0)] = other.section('=', 1);
      }
      return true;
    }
    if (!isRunning()) break;
  }
  qWarning("The gateway did not become ready:\n%s", log().constData());
  return false;
}

bool GatewayProcess::stop() {
  m_process.terminate();
  const bool ended = m_process.waitForFinished(kStopTimeoutMs);
  const bool fine = ended && m_process.exitStatus() == QProcess::NormalExit && m_process.exitCode() == 0;
  if (!fine) qWarning("The gateway did not end as it should:\n%s", log().right(4000).constData());
  return fine;
}

void GatewayProcess::killNow() {
  m_process.kill();
  m_process.waitForFinished();
}

QByteArray GatewayProcess::log() {
  m_log += m_process.readAll();
  return m_log;
}

bool GatewayProcess::waitForLog(const QByteArray& text, int timeoutMs) {
  QElapsedTimer timer;
  timer.start();
  while (!log().contains(text)) {
    if (timer.elapsed() > timeoutMs) return false;
    m_process.waitForReadyRead(50);
  }
  return true;
}

bool GatewayProcess::addCar(const QString& id, const QString& password) {
  const auto added = carportd({"device", "add", id, "--data", m_data, "--password", password});
  if (!added.ok()) qWarning("%s", added.story().constData());
  return added.ok() && waitForStatus("/api/v2/cars/" + id, 200);
}

bool GatewayProcess::waitForStatus(const QString& path, int status, int timeoutMs) {
  QElapsedTimer timer;
  timer.start();
  while (request("GET", path).status != status) {
    if (timer.elapsed() > timeoutMs) return false;
    QThread::msleep(20);
  }
  return true;
}

QByteArray GatewayProcess::token() {
  if (!m_token.isEmpty()) return m_token;
  const auto user = carportd({"user", "add", "test-administrator", "--role", "admin", "--data", m_data});
  if (!user.ok()) qWarning("%s", user.story().constData());
  const auto made = carportd({"token", "create", "--user", "test-administrator", "--data", m_data});
  if (!made.ok()) qWarning("%s", made.story().constData());
  m_token = made.out.trimmed();
  if (!waitForStatus("/api/v2/session", 200)) qWarning("The gateway does not know the token");
  return m_token;
}

HttpAnswer GatewayProcess::request(const QByteArray& method, const QString& path, const QByteArray& body) {
  QNetworkAccessManager network;
  QNetworkRequest request(QUrl("http://" + m_http + path));
  request.setRawHeader("Authorization", "Bearer " + token());
  if (!body.isEmpty()) request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
  QNetworkReply* reply = network.sendCustomRequest(request, method, body);
  QEventLoop loop;
  QObject::connect(reply, &QNetworkReply::finished, &loop, &QEventLoop::quit);
  QTimer::singleShot(10'000, &loop, &QEventLoop::quit);
  loop.exec();
  return {reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(),
          QJsonDocument::fromJson(reply->readAll())};
}

QList<QByteArray> GatewayProcess::exportLines(const QString& car) {
  const auto written = carportd({"export", "--data", m_data, "--car", car, "--format", "jsonl"});
  if (!written.ok()) {
    qWarning("%s", written.story().constData());
    return {};
  }
  QList<QByteArray> lines = written.out.split('\n');
  lines.removeAll(QByteArray());
  return lines;
}

}  // namespace carport::test
