#include "ui/models/connection_words.h"

#include "ui/models/car_words.h"
#include "ui/models/phrases.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace carport::ui {

namespace {

using api::AttemptKind;
using api::ConnectionEnding;

QString sayConnection(const char* text, int n = -1) {
  return QCoreApplication::translate("ConnectionWords", text, nullptr, n);
}

QString plainEnding(ConnectionEnding ending) {
  switch (ending) {
    case ConnectionEnding::goodbye:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "the car said goodbye"));
    case ConnectionEnding::takenOver:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "a newer connection took its place"));
    case ConnectionEnding::keepAlive:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "its keep-alive ran out"));
    case ConnectionEnding::lost:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "the connection was lost"));
    case ConnectionEnding::protocol:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "it sent what is not MQTT"));
    case ConnectionEnding::blocked:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "it was shut out"));
    case ConnectionEnding::signInOver:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "what it signed in with expired"));
    case ConnectionEnding::notAllowed:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "it published where it may not"));
    case ConnectionEnding::limit:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "a limit was reached"));
    case ConnectionEnding::tooSlow:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "it did not take what it was sent"));
    case ConnectionEnding::drained:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "the gateway let its cars go"));
    case ConnectionEnding::stopped:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "the gateway was stopped"));
    case ConnectionEnding::died:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "the gateway ended without a goodbye"));
    case ConnectionEnding::trouble:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "the gateway could not go on with it"));
  }
  return {};
}

QString refusalWords(AttemptKind kind) {
  switch (kind) {
    case AttemptKind::wrongSecret:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "Refused for a wrong secret"));
    case AttemptKind::blocked:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "Refused because it is blocked"));
    case AttemptKind::busy:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "Refused because the gateway was busy"));
    case AttemptKind::throttled:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "Refused after too many wrong tries"));
    case AttemptKind::limited:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "Refused by a limit"));
    case AttemptKind::http:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "Sent over HTTP"));
  }
  return {};
}

QString amount(std::uint64_t messages, std::uint64_t bytes) {
  return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "messages: %1, %2"))
      .arg(QLocale().toString(static_cast<qulonglong>(messages)), phrases::bytes(bytes));
}

}  // namespace

QString doorwayWords(const api::Connection& connection) {
  const QString protocol = connection.level == 5 ? QStringLiteral("MQTT 5") : QStringLiteral("MQTT 3.1.1");
  switch (connection.doorway) {
    case api::Doorway::mqtts:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "%1 over TLS")).arg(protocol);
    case api::Doorway::ws:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "%1 over WebSocket")).arg(protocol);
    case api::Doorway::wss:
      return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "%1 over secure WebSocket")).arg(protocol);
    default:
      return protocol;
  }
}

QString endingWords(const api::Connection& connection) {
  const QString plain = plainEnding(connection.ending);
  if (connection.reason.empty()) return plain;
  return QStringLiteral("%1 (%2)").arg(plain, QString::fromStdString(connection.reason));
}

QString connectionSentence(const api::Connection& connection, TimePoint now) {
  const QString address = QString::fromStdString(connection.address);
  const QString door = doorwayWords(connection);
  const QString by = address.isEmpty()
                         ? sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "by %1")).arg(door)
                         : sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "from %1 by %2")).arg(address, door);
  if (!connection.closedAt) {
    return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "Connected for %1 %2"))
        .arg(twoUnits(std::max(now - connection.openedAt, Milliseconds(0))), by);
  }
  return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "Connected %1 %2, ended: %3"))
      .arg(twoUnits(*connection.closedAt - connection.openedAt), by, endingWords(connection));
}

QString carriedWords(const api::Connection& connection) {
  if (!connection.closedAt) return {};
  return sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "In: %1. Out: %2"))
      .arg(amount(connection.messagesIn, connection.bytesIn), amount(connection.messagesOut, connection.bytesOut));
}

QString attemptSentence(const api::AttemptCount& attempts, TimePoint now) {
  QString sentence = sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", "%1: %2, last %3"))
                         .arg(refusalWords(attempts.kind),
                              QLocale().toString(static_cast<qulonglong>(attempts.count)) + QStringLiteral("×"),
                              phrases::moment(attempts.lastAt, now));
  if (attempts.lastAddress.empty()) return sentence;
  return sentence + sayConnection(QT_TRANSLATE_NOOP("ConnectionWords", " from %1"))
                        .arg(QString::fromStdString(attempts.lastAddress));
}

std::vector<api::Connection> knownAt(std::vector<api::Connection> connections, TimePoint moment) {
  std::erase_if(connections, [moment](const api::Connection& one) { return one.openedAt > moment; });
  for (api::Connection& one : connections) {
    if (one.closedAt && *one.closedAt > moment) one.closedAt.reset();
  }
  return connections;
}

std::vector<TimeRange> connectedWithin(const std::vector<api::Connection>& connections, const TimeRange& range,
                                       TimePoint now) {
  std::vector<TimeRange> spans;
  for (const api::Connection& one : connections) {
    const TimeRange span{std::max(one.openedAt, range.from), std::min(one.closedAt.value_or(now), range.to)};
    // What was over within a moment was there all the same.
    if (span.to >= span.from && one.openedAt < range.to) spans.push_back({span.from, std::max(span.to, span.from)});
  }
  std::sort(spans.begin(), spans.end(), [](const TimeRange& a, const TimeRange& b) { return a.from < b.from; });
  std::vector<TimeRange> joined;
  for (const TimeRange& span : spans) {
    if (!joined.empty() && span.from <= joined.back().to) {
      joined.back().to = std::max(joined.back().to, span.to);
    } else {
      joined.push_back(span);
    }
  }
  return joined;
}

}  // namespace carport::ui
