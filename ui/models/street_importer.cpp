#include "ui/models/street_importer.h"

#include "ui/models/street_errc.h"
#include "ui/models/street_map.h"
#include "ui/models/street_map_writer.h"

#include <QDir>
#include <QFileInfo>
#include <QRegularExpression>

#include <new>

namespace carport::ui {
namespace {

constexpr double kReadShare = 0.9;  // of the time; the rest is writing
constexpr int kMaxIdLength = 80;

}  // namespace

QString extractName(const QString& file) {
  QString name = QFileInfo(file).fileName();
  for (const char* ending : {".pbf", ".osm", "-latest"}) {
    if (name.endsWith(QLatin1String(ending), Qt::CaseInsensitive)) name.chop(int(qstrlen(ending)));
  }
  return name.isEmpty() ? QFileInfo(file).fileName() : name;
}

QString streetMapId(const QString& file) {
  static const QRegularExpression unusual(QStringLiteral("[^\\w.-]"), QRegularExpression::UseUnicodePropertiesOption);
  const QString id = extractName(file).replace(unusual, QStringLiteral("_")).left(kMaxIdLength);
  return id.startsWith('.') ? "_" + id : id;
}

Result<StreetMapInfo> importStreets(const QString& extract, const QString& folder, const StreetProgress& progress) {
  const QFileInfo source(extract);
  const QString name = extractName(extract);
  StreetMapWriter writer;
  const auto tooLarge = [&](const char* why) {
    return fail(StreetErrc::tooLarge, "“" + source.fileName().toStdString() + "” " + why +
                                          " Take an extract of a smaller region, for example of one city");
  };
  try {
    const auto head = readStreetSource(extract, writer,
                                       [&](double share) { return !writer.isFull() && progress(share * kReadShare); });
    if (writer.isFull()) return tooLarge("makes a street map of more than 1 GB.");
    if (!head) return failFrom(head);
    if (!writer.hasStreets())
      return fail(StreetErrc::nothingInIt, "There are no streets in “" + source.fileName().toStdString() + "”");
    const QString file = QDir(folder).filePath(streetMapId(extract) + QLatin1String(kStreetMapSuffix));
    const auto written = writer.write(file, name, quint64(source.size()), source.lastModified().toMSecsSinceEpoch(),
                                      *head, [&] { return progress(kReadShare); });
    if (!written) return failFrom(written);
    const auto map = StreetMap::open(file);
    if (!map) return failFrom(map);
    return (*map)->info();
  } catch (const std::bad_alloc&) {
    return tooLarge("needs more memory than there is.");
  }
}

}  // namespace carport::ui
