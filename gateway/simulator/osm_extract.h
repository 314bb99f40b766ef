#pragma once

#include "gateway/base/result.h"
#include "gateway/simulator/geo.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace carport::sim {

/// Key and value of OpenStreetMap, in UTF-8.
using OsmTags = std::vector<std::pair<std::string, std::string>>;

struct OsmNode {
  std::int64_t id = 0;
  GeoPoint place;
  OsmTags tags;
};

struct OsmWay {
  std::int64_t id = 0;
  std::vector<std::int64_t> nodes;
  OsmTags tags;
};

/// Nodes and ways, each in ascending order of their ids, on their way into a file. A value.
struct OsmExtract {
  std::vector<OsmNode> nodes;
  std::vector<OsmWay> ways;
};

/// Writes an ordinary extract (.osm.pbf, OpenStreetMap's PBF format) with its bounds in the header. The file appears
/// whole or not at all: it is written under another name beside it first. Blocks. Fails with a sentence where the place
/// cannot be written.
Result<void> writeOsmExtract(const OsmExtract& extract, const std::filesystem::path& file);

}  // namespace carport::sim
