#pragma once

#include "gateway/api/connection.h"
#include "ui/models/time_range.h"

#include <QString>

#include <vector>

/// How a car was connected, in words and as stretches of time. Pure; any thread.
namespace carport::ui {

/// "MQTT 5 over TLS", "MQTT 3.1.1 over WebSocket".
QString doorwayWords(const api::Connection& connection);
/// "its keep-alive ran out", "the connection was lost (Connection reset by peer)".
QString endingWords(const api::Connection& connection);
/// "Connected 2 h 13 min from 127.0.0.1 by MQTT 5, ended: its keep-alive ran out"; "Connected for 12 min …" while it
/// is.
QString connectionSentence(const api::Connection& connection, TimePoint now);
/// "1,204 messages, 310 kB in; 3 messages, 12 kB out"; empty while it is open.
QString carriedWords(const api::Connection& connection);
/// "Refused 3 times for a wrong secret, last 12 min ago from 192.0.2.1"
QString attemptSentence(const api::AttemptCount& attempts, TimePoint now);

/// The connections as they were known at a moment: those that were opened by then, open where they ended later.
std::vector<api::Connection> knownAt(std::vector<api::Connection> connections, TimePoint moment);
/// When at least one of them was open within `range`, as far as `now`; in order, none touching the next.
std::vector<TimeRange> connectedWithin(const std::vector<api::Connection>& connections, const TimeRange& range,
                                       TimePoint now);

}  // namespace carport::ui
