#pragma once

#include "gateway/base/result.h"
#include "ui/models/near_street.h"
#include "ui/models/own_thread.h"
#include "ui/models/street_map_info.h"

#include <QObject>
#include <QString>
#include <QStringList>

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

namespace carport::ui {

class StreetFinder;

/// The street maps that the operator has added: remembered in a folder, imported on a thread of its own, and asked for
/// the street that a place is at. Owner: Portal. GUI thread, but for the import itself.
///
/// `carPage.setStreets(&portal.streets)` is all that a widget needs: nearestStreet() answers at once, and changed()
/// says that answers may be others now. Without any map every answer is empty.
class StreetAtlas : public QObject {
  Q_OBJECT

 public:
  /// Most maps at a time; a further one is refused until one is removed.
  static constexpr std::size_t kMaxMaps = 16;
  /// A place farther than this from every named street is at none.
  static constexpr double kReachMetres = 60;

  explicit StreetAtlas(QObject* parent = nullptr);
  /// Cancels an import and waits for it to end.
  ~StreetAtlas() override;

  /// Shows every map in `folder` from now on; new ones are kept there. It is made when the first is imported. What does
  /// not read back is left out and said with troubled().
  void open(const QString& folder);
  /// By name.
  const std::vector<StreetMapInfo>& maps() const { return m_maps; }

  /// Imports an .osm.pbf extract in the background; imported() or troubled() follows. A map of the same name takes its
  /// new content; one that was imported from this very file is only told again. While one is being imported, others
  /// wait.
  void add(const QString& extract);
  bool isImporting() const { return m_importing; }
  /// Ends the import that runs, and forgets those that wait. Nothing is left of them.
  void cancelImport();
  /// Forgets a map and deletes its index; the operator's extract stays.
  Result<void> remove(const QString& id);

  /// The named street nearest to a place (WGS 84 degrees) within kReachMetres. A look-up takes far less than a
  /// millisecond where the neighbourhood was asked for before, a few at first.
  std::optional<NearStreet> nearestStreet(double latitude, double longitude) const;

 signals:
  /// maps() is another now.
  void changed();
  void importStarted(const QString& name);
  /// `share` from 0 to 1.
  void importProgressed(double share);
  /// The import ended, whichever way; changed() and imported() or troubled() tell which.
  void importEnded();
  void imported(const carport::ui::StreetMapInfo& map);
  /// A sentence for a person.
  void troubled(const QString& sentence);

 private:
  void startNext();
  void finish(const Result<StreetMapInfo>& result);
  void reload();
  const StreetMapInfo* sameSource(const QString& extract) const;

  QString m_folder;
  std::vector<StreetMapInfo> m_maps;
  std::vector<std::unique_ptr<StreetFinder>> m_finders;  ///< one a map, in the same order
  QStringList m_waiting;
  QString m_running;                              ///< the extract of the import that runs
  std::shared_ptr<std::atomic_bool> m_cancelled;  ///< of the import that runs
  bool m_importing = false;
  OwnThread m_thread;
};

}  // namespace carport::ui
