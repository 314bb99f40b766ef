#include "ui/models/plain_tip.h"

namespace carport::ui {

QString plainTip(const QString& text) {
  if (!text.contains(u'<') && !text.contains(u'&')) return text;
  return QStringLiteral("<span>%1</span>").arg(text.toHtmlEscaped().replace(u'\n', QStringLiteral("<br>")));
}

}  // namespace carport::ui
