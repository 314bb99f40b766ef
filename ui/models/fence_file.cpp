#include "ui/models/fence_file.h"

#include "ui/models/fence_geojson.h"
#include "ui/models/fence_kml.h"

#include <QFile>
#include <QFileInfo>
#include <QLocale>

#include <array>

namespace carport::ui {
namespace {

constexpr std::array kFenceFileEntries{
    ErrorEntry{int(FenceFileErrc::cannotRead), ErrorKind::io, "The file cannot be read"},
    ErrorEntry{int(FenceFileErrc::tooLarge), ErrorKind::tooLarge, "The file is too large for fences"},
    ErrorEntry{int(FenceFileErrc::unknownKind), ErrorKind::invalid, "This is neither GeoJSON nor KML"},
    ErrorEntry{int(FenceFileErrc::malformed), ErrorKind::invalid, "The file is damaged"},
    ErrorEntry{int(FenceFileErrc::tooManyFeatures), ErrorKind::limit, "There is too much in the file"},
    ErrorEntry{int(FenceFileErrc::tooManyFences), ErrorKind::limit, "There are too many areas in the file"},
    ErrorEntry{int(FenceFileErrc::tooManyPoints), ErrorKind::limit, "There are too many corners in the file"},
    ErrorEntry{int(FenceFileErrc::tooDeep), ErrorKind::limit, "The file is nested too deeply"},
    ErrorEntry{int(FenceFileErrc::wrongPlace), ErrorKind::invalid, "The file names a place that is not on the globe"},
    ErrorEntry{int(FenceFileErrc::otherSystem), ErrorKind::invalid, "The file is in another coordinate system"},
    ErrorEntry{int(FenceFileErrc::documentType), ErrorKind::invalid, "The file has a document type definition"},
    ErrorEntry{int(FenceFileErrc::nothingInIt), ErrorKind::invalid, "There are no areas and no circles in the file"},
};
constexpr ErrorDomain kFenceFileDomain{"fence files", kFenceFileEntries};

/// What the text begins with, blanks and a byte order mark left out; 0: nothing.
char firstSign(const QByteArray& text) {
  for (const char sign : text) {
    if (sign != ' ' && sign != '\t' && sign != '\r' && sign != '\n' && sign != '\xEF' && sign != '\xBB' &&
        sign != '\xBF') {
      return sign;
    }
  }
  return 0;
}

}  // namespace

const ErrorDomain& errorDomain(FenceFileErrc) {
  return kFenceFileDomain;
}

QString FenceFile::leftOut() const {
  QStringList parts;
  if (lines > 0) parts << (lines == 1 ? tr("1 line") : tr("%1 lines").arg(QLocale().toString(qulonglong(lines))));
  if (points > 0) parts << (points == 1 ? tr("1 point") : tr("%1 points").arg(QLocale().toString(qulonglong(points))));
  if (others > 0) {
    parts << (others == 1 ? tr("1 other thing") : tr("%1 other things").arg(QLocale().toString(qulonglong(others))));
  }
  if (parts.isEmpty()) return {};
  QString list = parts.takeLast();
  if (!parts.isEmpty()) list = tr("%1 and %2").arg(parts.join(tr(", ")), list);
  return tr("Left out: %1. Only areas, and points with a radius, become fences.").arg(list);
}

Result<FenceFile> readFences(const QByteArray& text, FenceFileKind kind) {
  return kind == FenceFileKind::geoJson ? readGeoJson(text) : readKml(text);
}

Result<FenceFile> readFenceFile(const QString& path) {
  QFile file(path);
  const QString name = QFileInfo(path).fileName();
  const auto refuse = [](FenceFileErrc code, const QString& sentence) { return fail(code, sentence.toStdString()); };
  if (!file.open(QIODevice::ReadOnly))
    return refuse(FenceFileErrc::cannotRead, FenceFile::tr("%1 cannot be read: %2").arg(name, file.errorString()));
  if (file.size() > kMaxFenceFileBytes) {
    return refuse(FenceFileErrc::tooLarge,
                  FenceFile::tr("%1 has %2 MB; a file of fences has at most %3. Leave out or simplify what is in it")
                      .arg(name, QLocale().toString(double(file.size()) / 1e6, 'f', 1))
                      .arg(kMaxFenceFileBytes / 1024 / 1024));
  }
  const QByteArray text = file.read(kMaxFenceFileBytes);
  if (text.startsWith("PK")) {
    return refuse(FenceFileErrc::unknownKind,
                  FenceFile::tr("%1 is zipped, as KMZ files are. Unpack it and import the .kml file inside").arg(name));
  }
  const char sign = firstSign(text);
  if (sign != '{' && sign != '[' && sign != '<') {
    return refuse(
        FenceFileErrc::unknownKind,
        FenceFile::tr("%1 is neither GeoJSON nor KML. Fences come from .geojson, .json and .kml files").arg(name));
  }
  return readFences(text, sign == '<' ? FenceFileKind::kml : FenceFileKind::geoJson);
}

QByteArray writeFences(std::span<const api::Fence> fences, FenceFileKind kind) {
  return kind == FenceFileKind::geoJson ? writeGeoJson(fences) : writeKml(fences);
}

}  // namespace carport::ui
