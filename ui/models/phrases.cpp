#include "ui/models/phrases.h"

#include "gateway/api/enum_names.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>

#include <array>
#include <cmath>
#include <string_view>

namespace carport::ui::phrases {

namespace {

QString say(const char* text) {
  return QCoreApplication::translate("phrases", text);
}

const QString kDash = QStringLiteral("–");

/// Three significant figures above 1, without trailing noise: "1.24", "12.4", "124", "1,240".
QString threeFigures(double value) {
  const double size = std::abs(value);
  const int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2;
  return QLocale().toString(value, 'f', decimals);
}

struct MetricWord {
  std::string_view metric;
  const char* name;
  const char* unit;
};
// What cars commonly call things. Names that are not here are shown as they came.
constexpr std::array kMetricWords{
    MetricWord{"lat", QT_TRANSLATE_NOOP("phrases", "Latitude"), "°"},
    MetricWord{"lon", QT_TRANSLATE_NOOP("phrases", "Longitude"), "°"},
    MetricWord{"alt", QT_TRANSLATE_NOOP("phrases", "Altitude"), "m"},
    MetricWord{"speed", QT_TRANSLATE_NOOP("phrases", "Speed"), "km/h"},
    MetricWord{"heading", QT_TRANSLATE_NOOP("phrases", "Heading"), "°"},
    MetricWord{"soc", QT_TRANSLATE_NOOP("phrases", "State of charge"), "%"},
    MetricWord{"battery", QT_TRANSLATE_NOOP("phrases", "Battery"), "%"},
    MetricWord{"fuel", QT_TRANSLATE_NOOP("phrases", "Fuel"), "%"},
    MetricWord{"odometer", QT_TRANSLATE_NOOP("phrases", "Odometer"), "km"},
    MetricWord{"range", QT_TRANSLATE_NOOP("phrases", "Range"), "km"},
    MetricWord{"temperature", QT_TRANSLATE_NOOP("phrases", "Temperature"), "°C"},
    MetricWord{"voltage", QT_TRANSLATE_NOOP("phrases", "Voltage"), "V"},
    MetricWord{"current", QT_TRANSLATE_NOOP("phrases", "Current"), "A"},
    MetricWord{"power", QT_TRANSLATE_NOOP("phrases", "Power"), "kW"},
    MetricWord{"batteryVoltage", QT_TRANSLATE_NOOP("phrases", "Battery voltage"), "V"},
    MetricWord{"engineTemperature", QT_TRANSLATE_NOOP("phrases", "Engine temperature"), "°C"},
    MetricWord{"charging", QT_TRANSLATE_NOOP("phrases", "Charging"), ""},
    MetricWord{"ignition", QT_TRANSLATE_NOOP("phrases", "Ignition"), ""},
    MetricWord{"locked", QT_TRANSLATE_NOOP("phrases", "Locked"), ""},
    MetricWord{"horn", QT_TRANSLATE_NOOP("phrases", "Horn"), ""},
    MetricWord{"lights", QT_TRANSLATE_NOOP("phrases", "Lights"), ""},
    MetricWord{"rpm", QT_TRANSLATE_NOOP("phrases", "Engine speed"), "1/min"},
};

const MetricWord* wordOf(std::string_view metric) {
  for (const MetricWord& word : kMetricWords) {
    if (word.metric == metric) return &word;
  }
  return nullptr;
}

/// Units that names of metrics end in, as device makers write them: "battery_v", "tempC" is left alone.
struct UnitSuffix {
  std::string_view suffix;
  const char* unit;
};
constexpr std::array kUnitSuffixes{
    UnitSuffix{"_kmh", "km/h"}, UnitSuffix{"_km", "km"},   UnitSuffix{"_m", "m"},     UnitSuffix{"_v", "V"},
    UnitSuffix{"_mv", "mV"},    UnitSuffix{"_a", "A"},     UnitSuffix{"_ma", "mA"},   UnitSuffix{"_w", "W"},
    UnitSuffix{"_kw", "kW"},    UnitSuffix{"_kwh", "kWh"}, UnitSuffix{"_ah", "Ah"},   UnitSuffix{"_c", "°C"},
    UnitSuffix{"_pct", "%"},    UnitSuffix{"_bar", "bar"}, UnitSuffix{"_kpa", "kPa"}, UnitSuffix{"_rpm", "1/min"},
    UnitSuffix{"_s", "s"},      UnitSuffix{"_ms", "ms"},
};

QString plural(const char* text, qint64 count) {
  return QCoreApplication::translate("phrases", text, nullptr, int(count)).replace("%1", QLocale().toString(count));
}

}  // namespace

QString activity(api::Activity activity) {
  switch (activity) {
    case api::Activity::driving:
      return say(QT_TRANSLATE_NOOP("phrases", "Driving"));
    case api::Activity::idling:
      return say(QT_TRANSLATE_NOOP("phrases", "Idling"));
    case api::Activity::parked:
      return say(QT_TRANSLATE_NOOP("phrases", "Parked"));
    case api::Activity::silent:
      return say(QT_TRANSLATE_NOOP("phrases", "Silent"));
    case api::Activity::alarm:
      return say(QT_TRANSLATE_NOOP("phrases", "Alarm"));
    case api::Activity::unknown:
      break;
  }
  return say(QT_TRANSLATE_NOOP("phrases", "No message yet"));
}

QString doing(const api::CarPosition& position, TimePoint now) {
  const QString what = activity(position.activity);
  if (position.activity == api::Activity::unknown) return what;
  if (position.activity == api::Activity::silent) {
    return say(QT_TRANSLATE_NOOP("phrases", "Silent for %1")).arg(duration(now - position.time));
  }
  if (position.activity == api::Activity::parked || std::isnan(position.speed)) return what;
  if (position.activity == api::Activity::idling) return what;
  return say(QT_TRANSLATE_NOOP("phrases", "%1, %2")).arg(what, speed(double(position.speed)));
}

QString commandState(api::CommandState state) {
  switch (state) {
    case api::CommandState::queued:
      return say(QT_TRANSLATE_NOOP("phrases", "Waiting for the car"));
    case api::CommandState::sent:
      return say(QT_TRANSLATE_NOOP("phrases", "Sent"));
    case api::CommandState::received:
      return say(QT_TRANSLATE_NOOP("phrases", "Received by the car"));
    case api::CommandState::done:
      return say(QT_TRANSLATE_NOOP("phrases", "Done"));
    case api::CommandState::failed:
      return say(QT_TRANSLATE_NOOP("phrases", "Failed"));
    case api::CommandState::expired:
      return say(QT_TRANSLATE_NOOP("phrases", "Expired"));
    case api::CommandState::cancelled:
      return say(QT_TRANSLATE_NOOP("phrases", "Cancelled"));
  }
  return {};
}

QString severity(api::Severity severity) {
  switch (severity) {
    case api::Severity::info:
      return say(QT_TRANSLATE_NOOP("phrases", "Information"));
    case api::Severity::warning:
      return say(QT_TRANSLATE_NOOP("phrases", "Warning"));
    case api::Severity::alarm:
      return say(QT_TRANSLATE_NOOP("phrases", "Alarm"));
  }
  return {};
}

QString action(api::Action action) {
  switch (action) {
    case api::Action::view:
      return say(QT_TRANSLATE_NOOP("phrases", "view"));
    case api::Action::subscribe:
      return say(QT_TRANSLATE_NOOP("phrases", "subscribe to"));
    case api::Action::send:
      return say(QT_TRANSLATE_NOOP("phrases", "send as"));
    case api::Action::command:
      return say(QT_TRANSLATE_NOOP("phrases", "command"));
    case api::Action::administer:
      return say(QT_TRANSLATE_NOOP("phrases", "administer"));
    case api::Action::impersonate:
      return say(QT_TRANSLATE_NOOP("phrases", "act as"));
  }
  return {};
}

QString principalType(api::PrincipalType type) {
  switch (type) {
    case api::PrincipalType::device:
      return say(QT_TRANSLATE_NOOP("phrases", "Car"));
    case api::PrincipalType::user:
      return say(QT_TRANSLATE_NOOP("phrases", "Person"));
    case api::PrincipalType::service:
      return say(QT_TRANSLATE_NOOP("phrases", "Service"));
    case api::PrincipalType::group:
      return say(QT_TRANSLATE_NOOP("phrases", "Group"));
    case api::PrincipalType::application:
      return say(QT_TRANSLATE_NOOP("phrases", "Application"));
  }
  return {};
}

QString role(std::string_view id) {
  if (id.empty()) return say(QT_TRANSLATE_NOOP("phrases", "No role"));
  if (id == api::kAdministratorRole) return say(QT_TRANSLATE_NOOP("phrases", "Administrator"));
  if (id == api::kOperatorRole) return say(QT_TRANSLATE_NOOP("phrases", "Operator"));
  if (id == api::kViewerRole) return say(QT_TRANSLATE_NOOP("phrases", "Viewer"));
  return QString::fromUtf8(id.data(), qsizetype(id.size()));
}

QString logLevel(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return say(QT_TRANSLATE_NOOP("phrases", "Detail"));
    case LogLevel::info:
      return say(QT_TRANSLATE_NOOP("phrases", "Information"));
    case LogLevel::warning:
      return say(QT_TRANSLATE_NOOP("phrases", "Warning"));
    case LogLevel::error:
      return say(QT_TRANSLATE_NOOP("phrases", "Error"));
  }
  return {};
}

QString selector(const api::Selector& selector) {
  const QString value = QString::fromStdString(selector.value);
  switch (selector.kind) {
    case api::Selector::Kind::anyone:
      return say(QT_TRANSLATE_NOOP("phrases", "Everyone and everything"));
    case api::Selector::Kind::self:
      return say(QT_TRANSLATE_NOOP("phrases", "Oneself"));
    case api::Selector::Kind::principal:
      return value;
    case api::Selector::Kind::group:
      return say(QT_TRANSLATE_NOOP("phrases", "Group %1")).arg(value);
    case api::Selector::Kind::role:
      return say(QT_TRANSLATE_NOOP("phrases", "Role %1")).arg(role(selector.value));
    case api::Selector::Kind::type: {
      const auto known = api::valueOf<api::PrincipalType>(selector.value);
      return say(QT_TRANSLATE_NOOP("phrases", "Every %1")).arg(known ? principalType(*known).toLower() : value);
    }
    case api::Selector::Kind::topic:
      return say(QT_TRANSLATE_NOOP("phrases", "Topic %1")).arg(value);
    case api::Selector::Kind::attribute:
      return say(QT_TRANSLATE_NOOP("phrases", "Whoever has %1")).arg(value);
    case api::Selector::Kind::organisation:
      return value == QStringLiteral("*") ? say(QT_TRANSLATE_NOOP("phrases", "Every organisation"))
                                          : say(QT_TRANSLATE_NOOP("phrases", "Organisation %1")).arg(value);
  }
  return {};
}

QString duration(Milliseconds length) {
  const qint64 seconds = std::max<qint64>(0, length.count() / 1000);
  if (seconds < 60) return plural(QT_TRANSLATE_NOOP("phrases", "%1 s"), seconds);
  if (seconds < 3600) return plural(QT_TRANSLATE_NOOP("phrases", "%1 min"), seconds / 60);
  if (seconds < 48 * 3600) return plural(QT_TRANSLATE_NOOP("phrases", "%1 h"), seconds / 3600);
  return plural(QT_TRANSLATE_NOOP("phrases", "%1 d"), seconds / 86'400);
}

QString age(TimePoint then, TimePoint now) {
  if (toMs(then) == 0) return say(QT_TRANSLATE_NOOP("phrases", "never"));
  if (now - then < Milliseconds(1000)) return say(QT_TRANSLATE_NOOP("phrases", "now"));
  return duration(now - then);
}

QString moment(TimePoint time, TimePoint now) {
  if (toMs(time) == 0) return kDash;
  const QDateTime then = QDateTime::fromMSecsSinceEpoch(toMs(time));
  const QDateTime today = QDateTime::fromMSecsSinceEpoch(toMs(now));
  if (then.date() == today.date()) return then.toString("HH:mm:ss");
  if (then.date().year() == today.date().year()) return QLocale().toString(then, "d MMM, HH:mm");
  return QLocale().toString(then, "d MMM yyyy, HH:mm");
}

QString speed(double kmh) {
  if (std::isnan(kmh)) return kDash;
  return say(QT_TRANSLATE_NOOP("phrases", "%1 km/h")).arg(QLocale().toString(std::abs(kmh), 'f', 0));
}

QString distance(double metres) {
  if (std::isnan(metres)) return kDash;
  if (metres < 999.5) return say(QT_TRANSLATE_NOOP("phrases", "%1 m")).arg(QLocale().toString(metres, 'f', 0));
  return say(QT_TRANSLATE_NOOP("phrases", "%1 km")).arg(threeFigures(metres / 1000));
}

QString bytes(std::uint64_t count) {
  constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB", "PB"};
  double value = double(count);
  std::size_t unit = 0;
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  const QString figure = unit == 0 ? QLocale().toString(qulonglong(count)) : threeFigures(value);
  return say(QT_TRANSLATE_NOOP("phrases", "%1 %2")).arg(figure, QLatin1String(kUnits[unit]));
}

QString messageRate(double perSecond) {
  const QString figure = QLocale().toString(perSecond, 'f', perSecond > 0 && perSecond < 9.95 ? 1 : 0);
  return say(QT_TRANSLATE_NOOP("phrases", "%1 messages/s")).arg(figure);
}

QString coordinates(double latitude, double longitude) {
  if (std::isnan(latitude) || std::isnan(longitude)) return kDash;
  return QString("%1, %2").arg(QLocale::c().toString(latitude, 'f', 5), QLocale::c().toString(longitude, 'f', 5));
}

QString metricName(const std::string& metric) {
  const MetricWord* word = wordOf(metric);
  return word != nullptr ? say(word->name) : QString::fromStdString(metric);
}

QString metricUnit(const std::string& metric) {
  if (const MetricWord* word = wordOf(metric)) return QString::fromUtf8(word->unit);
  for (const UnitSuffix& entry : kUnitSuffixes) {
    if (std::string_view(metric).ends_with(entry.suffix)) return QString::fromUtf8(entry.unit);
  }
  return {};
}

QString figure(double value) {
  if (!std::isfinite(value)) return kDash;
  const double size = std::abs(value);
  if (size >= 1e15 || (size > 0 && size < 1e-4)) return QLocale().toString(value, 'g', 4);
  const int decimals = size >= 1000 ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 4;
  QString text = QLocale().toString(value, 'f', decimals);
  if (decimals > 0) {
    const QString point = QLocale().decimalPoint();
    while (text.endsWith('0')) text.chop(1);
    if (text.endsWith(point)) text.chop(point.size());
  }
  return text == "-0" ? QStringLiteral("0") : text;
}

QString metricValue(const std::string& metric, double value) {
  if (metric == api::metric::kLatitude || metric == api::metric::kLongitude) {
    return QLocale::c().toString(value, 'f', 5) + "°";
  }
  const QString unit = metricUnit(metric);
  if (unit.isEmpty()) return figure(value);
  return unit == "°" ? figure(value) + unit : say(QT_TRANSLATE_NOOP("phrases", "%1 %2")).arg(figure(value), unit);
}

QString attributeValue(const api::AttributeValue& value) {
  if (const bool* flag = std::get_if<bool>(&value)) {
    return *flag ? say(QT_TRANSLATE_NOOP("phrases", "yes")) : say(QT_TRANSLATE_NOOP("phrases", "no"));
  }
  return QString::fromStdString(std::get<std::string>(value));
}

}  // namespace carport::ui::phrases
