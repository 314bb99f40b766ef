#include "ui/models/street_words.h"

#include <QCoreApplication>

namespace carport::ui {

QString atStreet(const QString& doing, api::Activity activity, const std::optional<NearStreet>& street) {
  if (!street || street->name.isEmpty()) return doing;
  const bool moves = activity == api::Activity::driving || activity == api::Activity::alarm;
  const char* pattern = moves ? QT_TRANSLATE_NOOP("streets", "%1, %2") : QT_TRANSLATE_NOOP("streets", "%1 at %2");
  return QCoreApplication::translate("streets", pattern).arg(doing, street->name);
}

}  // namespace carport::ui
