#pragma once

#include "gateway/base/result.h"
#include "ui/models/street_map_info.h"
#include "ui/models/street_source.h"

#include <QString>

namespace carport::ui {

/// What an operator calls an extract: its file's name without what says what kind of file it is.
QString extractName(const QString& file);
/// Under what name an index is kept: extractName without what file systems do not take.
QString streetMapId(const QString& file);

/// How index files end.
inline constexpr char kStreetMapSuffix[] = ".streets";

/// Reads an .osm.pbf extract and writes its index to `folder`, in place of one of the same name. Until it is whole
/// there is nothing of it. Takes seconds for a city and minutes for a country; `progress` is told how far it is and may
/// end it. Any thread.
Result<StreetMapInfo> importStreets(const QString& extract, const QString& folder, const StreetProgress& progress);

}  // namespace carport::ui
