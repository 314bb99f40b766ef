#pragma once

#include "gateway/base/strong_id.h"
#include "tests/support/integration_program.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QList>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QString>
#include <QStringList>
#include <QTest>
#include <QTime>

#include <cmath>

/// Trips that were driven, or where those recordings are not there, made-up ones, to be sent with times of the past.
namespace carport::test {

struct Row {
  qint64 ms = 0;
  double latitude = 0, longitude = 0, speed = 0, soc = 0;
};

/// What was sent of a car.
struct Trip {
  QString id;
  QList<Row> rows;
  PrincipalNumber car;

  /// What the gateway had of it at that moment; null: nothing yet.
  const Row* at(qint64 ms) const {
    const Row* newest = nullptr;
    for (const Row& row : rows) {
      if (row.ms <= ms) newest = &row;
    }
    return newest;
  }
};

inline constexpr qsizetype kMostRows = 900;
inline constexpr qsizetype kRowsAPost = 300;
inline constexpr qint64 kBetweenTripsMs = 240'000;
inline constexpr int kPostPatienceMs = 20'000;
inline const QStringList kRecordings{"T3_05_31_2021", "T3_04_22_2021_1", "T3_06_07_2021"};
inline const QString kSecret = QStringLiteral("a secret of sixteen");

/// The rows of a real trip where there is one, as if it had begun at `begin`.
inline QList<Row> recordedRows(const QString& recording, qint64 begin) {
  QFile file(testDataFolder() + "/twizy/" + recording + ".csv");
  QList<Row> rows;
  if (testDataFolder().isEmpty() || !file.open(QIODevice::ReadOnly)) return rows;
  const QList<QByteArray> header = file.readLine().trimmed().split(',');
  QTime first;
  while (!file.atEnd() && rows.size() < kMostRows) {
    const QList<QByteArray> fields = file.readLine().trimmed().split(',');
    const auto field = [&](const char* name) { return fields.value(header.indexOf(name)); };
    const QTime time = QTime::fromString(QString::fromLatin1(field("Time")), "HH:mm:ss");
    if (!first.isValid()) first = time;
    const Row row{begin + first.msecsTo(time), field("LAT").toDouble(), field("LON").toDouble(),
                  field("Speed").toDouble(), field("Soc").toDouble()};
    if (std::abs(row.longitude) <= 180 && (rows.isEmpty() || row.ms > rows.last().ms)) rows.push_back(row);
  }
  return rows;
}

/// A made-up trip: round a block, a sample a second, a stop in the middle.
inline QList<Row> madeUpRows(qint64 begin) {
  QList<Row> rows;
  for (int second = 0; second < 600; ++second) {
    const bool stands = second > 250 && second < 350;
    const double way = stands ? 250 : second < 350 ? second : second - 100;
    rows.push_back({begin + second * qint64(1000), 43.73 + 0.01 * std::sin(way / 80), 7.42 + 0.01 * std::cos(way / 80),
                    stands ? 0.0 : 30 + way / 20, 80 - second / 60.0});
  }
  return rows;
}

/// Sends rows as the car itself, over HTTP; true where the gateway has them.
inline bool postRows(QNetworkAccessManager& network, const QUrl& gateway, const QString& car, const QList<Row>& rows) {
  QJsonArray array;
  for (const Row& row : rows) {
    array.append(QJsonObject{
        {"ts", row.ms}, {"lat", row.latitude}, {"lon", row.longitude}, {"speed", row.speed}, {"soc", row.soc}});
  }
  QNetworkRequest request(QUrl(gateway.toString() + "/api/v2/cars/" + car + "/telemetry"));
  request.setHeader(QNetworkRequest::ContentTypeHeader, "application/json");
  request.setRawHeader("Authorization", "Basic " + (car + ":" + kSecret).toUtf8().toBase64());
  QNetworkReply* reply = network.post(request, QJsonDocument(array).toJson(QJsonDocument::Compact));
  const bool ended = QTest::qWaitFor([reply] { return reply->isFinished(); }, kPostPatienceMs);
  const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
  if (status != 200) qWarning("%d %s", status, reply->readAll().constData());
  reply->deleteLater();
  return ended && status == 200;
}

}  // namespace carport::test
