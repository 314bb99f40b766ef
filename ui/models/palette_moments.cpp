#include "ui/models/palette_moments.h"

#include "ui/models/phrases.h"

#include <QLocale>
#include <QRegularExpression>

#include <array>
#include <limits>

namespace carport::ui {
namespace {

constexpr int kPaletteDaysOfWeek = 7;

QString said(const char* text) {
  return QCoreApplication::translate("carport::ui::PaletteMoments", text);
}

/// "14:30", "14:30:05", "8.15" is none: a point is between the parts of a date.
std::optional<QTime> timeOf(const QString& word) {
  static const QRegularExpression kForm(QStringLiteral("^(\\d{1,2}):(\\d{2})(?::(\\d{2}))?$"));
  const auto match = kForm.match(word);
  if (!match.hasMatch()) return std::nullopt;
  const QTime time(match.captured(1).toInt(), match.captured(2).toInt(), match.captured(3).toInt());
  return time.isValid() ? std::optional(time) : std::nullopt;
}

/// The latest day with that month and day which is not after `today`.
std::optional<QDate> dateWithoutYear(int month, int day, const QDate& today) {
  // The 29th of February may be four years away, eight around a century.
  for (int year = today.year(); year > today.year() - 9; --year) {
    const QDate date(year, month, day);
    if (date.isValid() && date <= today) return date;
  }
  return std::nullopt;
}

std::optional<QDate> numericDateOf(const QString& word, const QDate& today) {
  static const QRegularExpression kIso(QStringLiteral("^(\\d{4})-(\\d{1,2})-(\\d{1,2})$"));
  static const QRegularExpression kDotted(QStringLiteral("^(\\d{1,2})\\.(\\d{1,2})\\.?(\\d{4})?$"));
  if (const auto iso = kIso.match(word); iso.hasMatch()) {
    const QDate date(iso.captured(1).toInt(), iso.captured(2).toInt(), iso.captured(3).toInt());
    return date.isValid() ? std::optional(date) : std::nullopt;
  }
  const auto dotted = kDotted.match(word);
  if (!dotted.hasMatch()) return std::nullopt;
  const int day = dotted.captured(1).toInt();
  const int month = dotted.captured(2).toInt();
  if (dotted.captured(3).isEmpty()) return dateWithoutYear(month, day, today);
  const QDate date(dotted.captured(3).toInt(), month, day);
  return date.isValid() ? std::optional(date) : std::nullopt;
}

/// At least three letters of a day's name, in English or the computer's language; the latest such day before today.
std::optional<QDate> weekdayOf(const QString& word, const QDate& today) {
  if (word.size() < 3) return std::nullopt;
  for (int back = 1; back <= kPaletteDaysOfWeek; ++back) {
    const QDate date = today.addDays(-back);
    for (const QLocale& locale : {QLocale::c(), QLocale()}) {
      if (paletteFold(locale.dayName(date.dayOfWeek())).startsWith(word)) return date;
    }
  }
  return std::nullopt;
}

std::optional<QDate> dateOf(const QString& word, const QDate& today) {
  if (word == QLatin1String("today") || word == paletteFold(said("today"))) return today;
  if (word == QLatin1String("yesterday") || word == paletteFold(said("yesterday"))) return today.addDays(-1);
  if (const auto date = numericDateOf(word, today)) return date;
  return weekdayOf(word, today);
}

/// Seconds of "min", "h", "days" …; 0 where it is no unit.
qint64 unitSeconds(const QString& word) {
  struct Unit {
    const char* name;
    qint64 seconds;
  };
  static constexpr std::array kUnits{Unit{"s", 1},      Unit{"sec", 1},      Unit{"second", 1},  Unit{"m", 60},
                                     Unit{"min", 60},   Unit{"minute", 60},  Unit{"h", 3'600},   Unit{"hour", 3'600},
                                     Unit{"d", 86'400}, Unit{"day", 86'400}, Unit{"w", 604'800}, Unit{"week", 604'800}};
  for (const Unit& unit : kUnits) {
    if (word == QLatin1String(unit.name) || word == QLatin1String(unit.name) + QLatin1Char('s')) return unit.seconds;
  }
  return 0;
}

/// "10 min ago", "2h ago".
std::optional<QDateTime> agoOf(const QString& text, const QDateTime& now) {
  static const QRegularExpression kForm(QStringLiteral("^(\\d{1,6}) ?([a-z]+) ago$"));
  const auto match = kForm.match(text);
  if (!match.hasMatch()) return std::nullopt;
  const qint64 seconds = unitSeconds(match.captured(2));
  if (seconds == 0) return std::nullopt;
  return now.addSecs(-match.captured(1).toLongLong() * seconds);
}

}  // namespace

std::optional<QDateTime> parsePaletteMoment(const QString& text, const QDateTime& now) {
  QString folded = paletteFold(text.left(PaletteQuery::kMaxLength).simplified());
  if (const auto ago = agoOf(folded, now)) return ago->isValid() ? ago : std::nullopt;
  static const QRegularExpression kJoined(QStringLiteral("^(\\d{4}-\\d{1,2}-\\d{1,2})t(\\d)"));
  folded.replace(kJoined, QStringLiteral("\\1 \\2"));
  const QStringList words = folded.split(QLatin1Char(' '), Qt::SkipEmptyParts);
  if (words.isEmpty() || words.size() > 2) return std::nullopt;
  std::optional<QDate> date;
  std::optional<QTime> time;
  for (const QString& word : words) {
    const auto asTime = timeOf(word);
    const auto asDate = asTime ? std::nullopt : dateOf(word, now.date());
    if (!asTime && !asDate) return std::nullopt;
    if ((asTime && time) || (asDate && date)) return std::nullopt;
    if (asTime) time = asTime;
    if (asDate) date = asDate;
  }
  QDateTime moment(date.value_or(now.date()), time.value_or(now.time()));
  if (!date && moment > now) moment = moment.addDays(-1);
  // A single "today" is the present, which needs no time machine.
  if (!moment.isValid() || moment >= now) return std::nullopt;
  return moment;
}

std::vector<PaletteItem> PaletteMoments::find(const PaletteQuery& query, std::size_t limit) {
  if (query.isEmpty() || limit == 0) return {};
  const TimePoint present = m_now();
  const auto moment = parsePaletteMoment(query.typed(), QDateTime::fromMSecsSinceEpoch(toMs(present)));
  if (!moment || moment->toMSecsSinceEpoch() <= 0) return {};
  const TimePoint time = fromMs(moment->toMSecsSinceEpoch());
  PaletteItem item;
  item.title = tr("Go to %1").arg(QLocale().toString(*moment, QStringLiteral("ddd d MMM yyyy, HH:mm:ss")));
  item.detail = tr("%1 ago").arg(phrases::duration(present - time));
  item.icon = QStringLiteral("history");
  item.run = [run = m_run, time] { run(time); };
  // Whoever writes a moment means it.
  item.score = std::numeric_limits<int>::max();
  return {item};
}

}  // namespace carport::ui
