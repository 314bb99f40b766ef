#pragma once

#include "gateway/api/car_state.h"
#include "gateway/api/command.h"
#include "gateway/api/event.h"
#include "gateway/api/permission.h"
#include "gateway/api/principal.h"
#include "gateway/base/clock.h"
#include "gateway/base/log.h"

#include <QString>

#include <cstdint>
#include <string>
#include <string_view>

/// The portal's words, so that the same thing is called the same everywhere. All of them can be translated (context
/// "phrases"). Pure; any thread.
namespace carport::ui::phrases {

/// "Driving", "Silent" …
QString activity(api::Activity activity);
/// What a car is doing, for a headline: "Driving, 63 km/h", "Silent for 12 min", "No message yet".
QString doing(const api::CarPosition& position, TimePoint now);
QString commandState(api::CommandState state);
QString severity(api::Severity severity);
QString action(api::Action action);
QString principalType(api::PrincipalType type);
/// What people call a role: "Administrator"; those that a fleet has added by their id.
QString role(std::string_view id);
QString logLevel(LogLevel level);
/// Who or what a selector speaks of: "Everyone", "Group north", "Cars".
QString selector(const api::Selector& selector);

/// A length of time in its one fitting unit: "12 s", "3 min", "5 h", "2 d". Negative ones count as 0.
QString duration(Milliseconds length);
/// How long ago: "now", "12 s", "3 min"; "never" for the epoch itself.
QString age(TimePoint then, TimePoint now);
/// "14:03:07" today, with the date otherwise; in the computer's time zone.
QString moment(TimePoint time, TimePoint now);
/// "63 km/h"; "–" where NaN.
QString speed(double kmh);
/// "340 m", "12.4 km", "1,240 km".
QString distance(double metres);
/// "512 B", "3.4 MB", "1.2 TB".
QString bytes(std::uint64_t count);
/// "1,240 messages/s", "0.4 messages/s".
QString messageRate(double perSecond);
/// "50.84512, 4.35721"; "–" without a fix.
QString coordinates(double latitude, double longitude);

/// What people call a metric: "Speed", "State of charge"; the car's own names as they are.
QString metricName(const std::string& metric);
/// Its unit, as far as it is known: "km/h", "%", "V"; otherwise empty.
QString metricUnit(const std::string& metric);
/// A figure with as many decimals as are worth reading: "63", "71.5", "0.0042".
QString figure(double value);
/// figure() with unit.
QString metricValue(const std::string& metric, double value);
QString attributeValue(const api::AttributeValue& value);

}  // namespace carport::ui::phrases
