#include "ui/models/tile_source.h"

#include <QRegularExpression>

namespace carport::ui {
namespace {

constexpr int kMaxAttributionChars = 200;
constexpr qsizetype kMaxAttributionHtml = 4'096;

}  // namespace

bool isTilePicture(const QByteArray& bytes) {
  return bytes.startsWith("\x89PNG\r\n\x1a\n") || bytes.startsWith("\xff\xd8\xff") ||
         (bytes.startsWith("RIFF") && bytes.mid(8, 4) == "WEBP");
}

QString plainAttribution(const QString& html) {
  static const QRegularExpression tags(QStringLiteral("<[^<>]*>"));
  QString text = html.left(kMaxAttributionHtml);
  text.remove(tags);
  const std::pair<const char*, const char*> entities[] = {
      {"&copy;", "©"}, {"&quot;", "\""}, {"&nbsp;", " "}, {"&#39;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
  for (const auto& [entity, meaning] : entities)
    text.replace(QLatin1String(entity), QString::fromUtf8(meaning), Qt::CaseInsensitive);
  text = text.simplified();
  if (text.size() > kMaxAttributionChars) text = text.left(kMaxAttributionChars - 1) + u'…';
  return text;
}

}  // namespace carport::ui
