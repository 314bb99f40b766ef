#include "ui/models/car_query_help.h"

#include <algorithm>

namespace carport::ui {

namespace {

/// A field and its text; in quotation marks where the text has spaces.
QString writtenPart(const QString& field, const QString& text) {
  return text.contains(u' ') ? QStringLiteral("%1\"%2\"").arg(field, text) : field + text;
}

QStringList everyOffer(const CarWords& words) {
  QStringList offers;
  for (const api::Activity state : {api::Activity::driving, api::Activity::idling, api::Activity::parked,
                                    api::Activity::silent, api::Activity::alarm, api::Activity::unknown}) {
    offers.append(QStringLiteral("state:") + CarQuery::stateWord(state));
  }
  for (const QString& group : words.groups) offers.append(writtenPart(QStringLiteral("group:"), group));
  for (const QString& tag : words.tags) offers.append(writtenPart(QStringLiteral("tag:"), tag));
  for (const QString& fence : words.fences) offers.append(writtenPart(QStringLiteral("fence:"), fence));
  offers += {"is:connected", "is:disconnected", "is:blocked", "is:located", "id:",
             "name:",        "speed>",          "age>",       "battery<",   "heading="};
  for (const QString& name : words.attributes) offers.append(name + u':');
  for (const QString& metric : words.metrics) {
    if (!offers.contains(metric + u'>')) offers.append(metric + u'>');
  }
  return offers;
}

/// Fields before their texts: “st” offers “state:”, and only “state:” offers what may follow.
QString fieldOf(const QString& offer) {
  const qsizetype colon = offer.indexOf(u':');
  return colon < 0 ? offer : offer.first(colon + 1);
}

}  // namespace

CarQueryHelp CarQueryHelp::at(const QString& text, qsizetype cursor, const CarWords& words) {
  CarQueryHelp help;
  for (const CarQueryToken& token : CarQuery::tokens(text)) {
    if (cursor <= token.from || cursor > token.from + token.length || token.quoted) continue;
    help.from = token.from;
    help.length = token.length;
    QString written = token.text;
    const QString minus = written.startsWith(u'-') ? QStringLiteral("-") : QString();
    written = written.sliced(minus.size());
    const bool hasField = written.contains(u':');
    if (written.isEmpty()) break;
    for (const QString& offer : everyOffer(words)) {
      const QString candidate = minus + (hasField ? offer : fieldOf(offer));
      QString plain = candidate;
      plain.remove(u'"');
      const bool begins = plain.startsWith(minus + written, Qt::CaseInsensitive);
      if (begins && plain.size() > minus.size() + written.size() && !help.offers.contains(candidate))
        help.offers.append(candidate);
      if (help.offers.size() >= kMaxOffers) break;
    }
  }
  return help;
}

QString CarQueryHelp::taken(const QString& text, const QString& offer, qsizetype* cursor) const {
  // What is complete is followed by a space, so that the next part can be written at once.
  const bool goesOn = offer.endsWith(u':') || offer.endsWith(u'>') || offer.endsWith(u'<') || offer.endsWith(u'=');
  const QString rest = text.mid(from + length);
  const QString part = goesOn || rest.startsWith(u' ') ? offer : offer + u' ';
  if (cursor != nullptr) *cursor = from + part.size();
  return text.left(from) + part + rest;
}

}  // namespace carport::ui
