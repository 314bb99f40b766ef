#pragma once

#include "gateway/api/fence.h"
#include "gateway/base/result.h"

#include <QByteArray>
#include <QCoreApplication>
#include <QString>
#include <QStringList>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace carport::ui {

/// What can be wrong with a file of fences.
enum class FenceFileErrc : std::uint8_t {
  cannotRead = 1,
  tooLarge,
  unknownKind,
  malformed,
  tooManyFeatures,
  tooManyFences,
  tooManyPoints,
  tooDeep,
  wrongPlace,
  otherSystem,
  documentType,
  nothingInIt,
};

const ErrorDomain& errorDomain(FenceFileErrc);

/// The two kinds of files that fences come from and go to.
enum class FenceFileKind { geoJson, kml };

/// Largest file in bytes; most features of every kind in it; most corners of all of them together, before those that
/// are too fine for a fence are simplified; and how deep folders and collections may lie in each other.
inline constexpr qint64 kMaxFenceFileBytes = 8 * 1024 * 1024;
inline constexpr std::size_t kMaxFenceFileFeatures = 20'000;
inline constexpr std::size_t kMaxFenceFilePoints = 200'000;
inline constexpr int kMaxFenceFileDepth = 32;

/// What a file would make: fences with name, note, colour and shape, each of which the gateway would take. A value.
struct FenceFile {
  Q_DECLARE_TR_FUNCTIONS(FenceFile)

 public:
  /// Most remarks that are kept.
  static constexpr qsizetype kMaxRemarks = 50;

  std::vector<api::Fence> fences;
  std::size_t lines = 0;   ///< left out
  std::size_t points = 0;  ///< left out: places without a radius
  std::size_t others = 0;  ///< left out: pictures, models, links and what has no geometry
  /// What was changed or left out, a sentence each.
  QStringList remarks;
  std::size_t furtherRemarks = 0;

  /// "3 lines and 1 point are left out: only areas and circles become fences."; empty where nothing is.
  QString leftOut() const;
};

/// Reads a file, whichever of the two kinds it is. Every refusal is a sentence that says where in the file. Any thread.
Result<FenceFile> readFenceFile(const QString& path);
/// The same of a file's text.
Result<FenceFile> readFences(const QByteArray& text, FenceFileKind kind);
QByteArray writeFences(std::span<const api::Fence> fences, FenceFileKind kind);

/// Takes up what a reader finds, keeps the limits, and makes fences of it. Used by the readers alone.
class FenceFileBuilder {
  Q_DECLARE_TR_FUNCTIONS(FenceFile)

 public:
  /// One feature: what it is called, where in the file it stands, and what it has.
  struct Feature {
    QString name;
    QString note;
    int colour = 0;
    QString place;
    api::FenceArea area;
    std::optional<api::FenceCircle> circle;
  };

  /// Before anything is made of them.
  Result<void> countFeatures(std::size_t more, const QString& place);
  Result<void> countPoints(std::size_t more, const QString& place);
  /// A place as it stands in the file.
  static Result<api::FencePoint> pointOf(double longitude, double latitude, const QString& place);
  /// A ring as it stands in the file, its first corner mostly said twice.
  static api::FenceRing ringOf(api::FenceRing corners);

  Result<void> add(Feature feature);
  Result<FenceFile> finish();

  FenceFile file;

 private:
  void remark(const QString& sentence);
  QString nameOf(const Feature& feature);
  std::string shortened(const QString& text, std::size_t maxBytes, const QString& sentence);
  api::FenceShape shapeOf(Feature& feature, const QString& name);

  std::size_t m_features = 0;
  std::size_t m_points = 0;
};

}  // namespace carport::ui
