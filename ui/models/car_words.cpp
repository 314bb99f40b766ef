#include "ui/models/car_words.h"

#include "ui/models/phrases.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <cmath>

namespace carport::ui {

namespace {

QString sayCar(const char* text) {
  return QCoreApplication::translate("CarWords", text);
}

QString shortPlace(const api::CarPosition& position) {
  return QStringLiteral("%1, %2").arg(QLocale::c().toString(position.latitude, 'f', 3),
                                      QLocale::c().toString(position.longitude, 'f', 3));
}

/// How long, "more than 24 h" where its beginning lies before what is known; empty where nothing is.
QString howLong(const std::optional<DayTimeline::Since>& since, TimePoint now) {
  if (!since) return {};
  if (since->exactly) return twoUnits(now - *since->exactly);
  if (now - since->known < api::kSilentAfter) return {};
  return sayCar(QT_TRANSLATE_NOOP("CarWords", "more than %1")).arg(twoUnits(now - since->known));
}

QString whatItDoes(const api::CarPosition& position, const CarContext& context, TimePoint now) {
  const QString what = phrases::activity(position.activity);
  const QString length = howLong(context.since, now);
  switch (position.activity) {
    case api::Activity::unknown:
      return what;
    case api::Activity::silent:
      return sayCar(QT_TRANSLATE_NOOP("CarWords", "Silent for %1")).arg(twoUnits(now - position.time));
    case api::Activity::parked:
    case api::Activity::idling:
      return length.isEmpty() ? what : sayCar(QT_TRANSLATE_NOOP("CarWords", "%1 %2")).arg(what, length);
    default:
      break;
  }
  QString text = what;
  if (!std::isnan(position.speed)) {
    text = sayCar(QT_TRANSLATE_NOOP("CarWords", "%1, %2")).arg(what, phrases::speed(double(position.speed)));
  }
  if (position.activity == api::Activity::driving && !length.isEmpty()) {
    text = sayCar(QT_TRANSLATE_NOOP("CarWords", "%1, for %2")).arg(text, length);
  }
  return text;
}

}  // namespace

QString twoUnits(Milliseconds length) {
  const qint64 seconds = std::max<qint64>(0, length.count() / 1000);
  constexpr qint64 kMinute = 60;
  constexpr qint64 kHour = 3'600;
  constexpr qint64 kDay = 86'400;
  const auto pair = [](const char* text, qint64 large, qint64 small) { return sayCar(text).arg(large).arg(small); };
  const auto one = [](qint64 inSeconds) { return phrases::duration(Milliseconds(inSeconds * 1000)); };
  if (seconds < kHour) return one(seconds);
  if (seconds < kDay) {
    const qint64 minutes = seconds % kHour / kMinute;
    if (minutes == 0) return one(seconds);
    return pair(QT_TRANSLATE_NOOP("CarWords", "%1 h %2 min"), seconds / kHour, minutes);
  }
  const qint64 hours = seconds % kDay / kHour;
  if (hours == 0) return sayCar(QT_TRANSLATE_NOOP("CarWords", "%1 d")).arg(seconds / kDay);
  return pair(QT_TRANSLATE_NOOP("CarWords", "%1 d %2 h"), seconds / kDay, hours);
}

QString carSentence(const api::CarPosition& position, const CarContext& context, TimePoint now) {
  QString text = whatItDoes(position, context, now);
  if (position.hasFix()) {
    const QString place = context.place.isEmpty() ? shortPlace(position) : context.place;
    const bool moves = position.activity == api::Activity::driving || position.activity == api::Activity::alarm;
    if (position.activity == api::Activity::silent) {
      text = sayCar(QT_TRANSLATE_NOOP("CarWords", "%1, last at %2")).arg(text, place);
    } else {
      text = (moves ? sayCar(QT_TRANSLATE_NOOP("CarWords", "%1, at %2"))
                    : sayCar(QT_TRANSLATE_NOOP("CarWords", "%1 at %2")))
                 .arg(text, place);
    }
  }
  if (!context.offline || position.activity == api::Activity::unknown) return text;
  return sayCar(QT_TRANSLATE_NOOP("CarWords", "Last known, %1 ago: %2")).arg(phrases::age(position.time, now), text);
}

}  // namespace carport::ui
