#pragma once

#include "ui/models/time_range.h"

#include <QObject>
#include <QString>
#include <QUrl>

#include <cstddef>
#include <vector>

namespace carport::ui {

/// Something that a person wrote beside a moment or a stretch of a car's time.
struct PlotNote {
  QString id;
  QString carId;
  TimePoint from{};
  TimePoint to{};  ///< the same as `from` for a moment
  QString text;

  bool isMoment() const { return from == to; }
  bool operator==(const PlotNote&) const = default;
};

/// The notes of one gateway's cars, kept on this computer in a file of JSON: `{"version": 1, "notes": [{"id", "car",
/// "from", "to" (ms since 1970), "text"}]}`. Written whole and at once with each change, so that a crash leaves the old
/// or the new one. A file that cannot be read is left as it is and nothing is written over it. Owner: Portal. GUI
/// thread.
class PlotNotes : public QObject {
  Q_OBJECT

 public:
  static constexpr std::size_t kMaxNotes = 2'000;
  static constexpr int kMaxTextLength = 500;
  /// A bigger file is not read.
  static constexpr qint64 kMaxFileBytes = 8 * 1024 * 1024;

  explicit PlotNotes(QObject* parent = nullptr);

  /// Where the files of all gateways are; without one, notes last as long as the program.
  void setFolder(const QString& folder);
  /// Turns to the notes of the gateway at this address.
  void setGateway(const QUrl& address);

  const std::vector<PlotNote>& all() const { return m_notes; }
  /// Those of a car that touch `range`, in the order of their beginning.
  std::vector<PlotNote> of(const QString& carId, const TimeRange& range) const;
  const PlotNote* find(const QString& id) const;
  /// Why notes cannot be read or kept, a sentence; empty where nothing is wrong.
  const QString& trouble() const { return m_trouble; }

  /// Adds a note, or changes the one with its id. A sentence says why it did not; empty where it did. Text is trimmed.
  QString put(PlotNote note);
  /// The same for removing.
  QString remove(const QString& id);

 signals:
  void changed();

 private:
  QString fileName() const;
  void load();
  QString save(std::vector<PlotNote> notes);

  QString m_folder;
  QUrl m_gateway;
  std::vector<PlotNote> m_notes;
  QString m_trouble;
  bool m_mayWrite = true;
};

}  // namespace carport::ui
