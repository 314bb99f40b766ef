#include "gateway/simulator/road_source.h"

#include "gateway/simulator/sim_errc.h"

#include <fmt/format.h>
#include <osmium/io/pbf_input.hpp>
#include <osmium/io/reader.hpp>
#include <osmium/osm/node.hpp>
#include <osmium/osm/way.hpp>
#include <osmium/thread/pool.hpp>

#include <algorithm>
#include <exception>
#include <limits>
#include <string>
#include <system_error>
#include <utility>

namespace carport::sim {

namespace {
constexpr std::uint32_t kNoPoint = std::numeric_limits<std::uint32_t>::max();

/// A way with the ids of its nodes.
struct RawRoad {
  std::vector<std::int64_t> nodes;
  RoadRules rules;
};

TagLookup lookupOf(const osmium::TagList& tags) {
  return [&tags](const char* key) { return tags.get_value_by_key(key); };
}

/// Reads an extract twice, as its nodes come before the ways that say which of them matter.
class RoadSourceReader {
 public:
  /// By its whole path: libosmium fetches what looks like an address, and reads its standard input for "-".
  explicit RoadSourceReader(const std::filesystem::path& file)
      : m_file(std::filesystem::absolute(file).string(), "pbf") {}

  /// False where there are more points than a simulator takes.
  bool readWays() {
    osmium::io::Reader reader(m_file, osmium::osm_entity_bits::way, osmium::io::read_meta::no, m_pool);
    while (const osmium::memory::Buffer buffer = reader.read()) {
      for (const osmium::Way& way : buffer.select<osmium::Way>()) {
        const auto rules = roadRulesOf(lookupOf(way.tags()));
        if (!rules || way.nodes().size() < 2) continue;
        RawRoad& road = m_raw.emplace_back();
        road.rules = *rules;
        for (const osmium::NodeRef& node : way.nodes()) road.nodes.push_back(node.ref());
        m_ids.insert(m_ids.end(), road.nodes.begin(), road.nodes.end());
        if (m_ids.size() > 2 * RoadSource::kMaxPoints) return false;
      }
    }
    reader.close();
    std::sort(m_ids.begin(), m_ids.end());
    m_ids.erase(std::unique(m_ids.begin(), m_ids.end()), m_ids.end());
    return m_ids.size() <= RoadSource::kMaxPoints;
  }

  void readNodes() {
    m_known.assign(m_ids.size(), {});
    m_isKnown.assign(m_ids.size(), false);
    osmium::io::Reader reader(m_file, osmium::osm_entity_bits::node, osmium::io::read_meta::no, m_pool);
    while (const osmium::memory::Buffer buffer = reader.read()) {
      for (const osmium::Node& node : buffer.select<osmium::Node>()) {
        const std::uint32_t index = indexOf(node.id());
        if (index == kNoPoint || !node.location().valid()) continue;
        m_known[index] = {
            node.id(), {node.location().lat(), node.location().lon()}, pointRuleOf(lookupOf(node.tags()))};
        m_isKnown[index] = true;
      }
    }
    reader.close();
  }

  RoadSource take() {
    RoadSource source;
    source.points = std::move(m_known);
    for (const RawRoad& raw : m_raw) {
      RoadSource::Road road{{}, raw.rules};
      for (const std::int64_t id : raw.nodes) {
        const std::uint32_t index = indexOf(id);
        if (m_isKnown[index]) {
          road.points.push_back(index);
          continue;
        }
        keep(source, std::exchange(road.points, {}), raw.rules);
      }
      keep(source, std::move(road.points), raw.rules);
    }
    return source;
  }

 private:
  static void keep(RoadSource& source, std::vector<std::uint32_t> points, const RoadRules& rules) {
    if (points.size() >= 2) source.roads.push_back({std::move(points), rules});
  }

  std::uint32_t indexOf(std::int64_t id) const {
    const auto found = std::lower_bound(m_ids.begin(), m_ids.end(), id);
    return found != m_ids.end() && *found == id ? static_cast<std::uint32_t>(found - m_ids.begin()) : kNoPoint;
  }

  const osmium::io::File m_file;
  osmium::thread::Pool m_pool{1};
  std::vector<RawRoad> m_raw;
  std::vector<std::int64_t> m_ids;
  std::vector<RoadSource::Point> m_known;
  std::vector<bool> m_isKnown;
};
}  // namespace

Result<RoadSource> RoadSource::read(const std::filesystem::path& file) {
  std::error_code problem;
  if (!std::filesystem::is_regular_file(file, problem)) {
    return fail(SimErrc::badStreets, fmt::format("There is no file {}. Name an extract of OpenStreetMap (.osm.pbf), or "
                                                 "make a town: carport-sim town --out FILE.osm.pbf",
                                                 file.string()));
  }
  try {
    RoadSourceReader reader(file);
    if (!reader.readWays()) {
      return fail(SimErrc::badStreets,
                  fmt::format("The extract {} has more than {} points of roads. Cut a smaller area out of it",
                              file.string(), kMaxPoints));
    }
    reader.readNodes();
    RoadSource source = reader.take();
    if (!source.roads.empty()) return source;
    return fail(SimErrc::badStreets, fmt::format("The extract {} has no road that a car may use", file.string()));
  } catch (const std::exception& failure) {
    return fail(SimErrc::badStreets,
                fmt::format("The file {} is no whole extract of OpenStreetMap (.osm.pbf): {}. Fetch it again",
                            file.string(), failure.what()));
  }
}

}  // namespace carport::sim
