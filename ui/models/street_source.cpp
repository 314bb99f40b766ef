// libosmium is included here alone: its templates take long to compile. CMake keeps this file by itself.
#include "ui/models/street_source.h"

#include "ui/models/street_classify.h"
#include "ui/models/street_errc.h"
#include "ui/models/street_geometry.h"

#include <QFile>
#include <QFileInfo>

#include <osmium/area/assembler.hpp>
#include <osmium/area/multipolygon_manager.hpp>
#include <osmium/handler.hpp>
#include <osmium/handler/node_locations_for_ways.hpp>
#include <osmium/index/map/flex_mem.hpp>
#include <osmium/io/pbf_input.hpp>
#include <osmium/io/reader.hpp>
#include <osmium/tags/tags_filter.hpp>
#include <osmium/thread/pool.hpp>
#include <osmium/visitor.hpp>

#include <cmath>
#include <exception>
#include <new>
#include <utility>

namespace carport::ui {
namespace {

using LocationIndex = osmium::index::map::FlexMem<osmium::unsigned_object_id_type, osmium::Location>;
using Areas = osmium::area::MultipolygonManager<osmium::area::Assembler>;

constexpr double kRelationsShare = 0.15;  // of the time, as far as progress goes
constexpr int kPoolThreads = 1;
constexpr std::size_t kPoolQueue = 8;
constexpr char kTownGenerator[] = "carport-sim";  // as gateway/simulator/osm_extract.cpp writes it

struct TooManyNodes : std::exception {};
struct Cancelled : std::exception {};

std::optional<StreetPoint> placeOf(const osmium::Location& location) {
  if (!location.valid()) return std::nullopt;
  return toStreetPoint(toWorld({location.lat_without_check(), location.lon_without_check()}));
}

template <class Nodes>
StreetRing placesOf(const Nodes& nodes) {
  StreetRing points;
  for (const osmium::NodeRef& node : nodes) {
    const auto place = placeOf(node.location());
    if (!place || (!points.empty() && points.back() == *place)) continue;
    points.push_back(*place);
    if (points.size() == kMaxWayPoints) break;
  }
  return points;
}

StreetTags tagsOf(const osmium::OSMObject& object) {
  return [&object](const char* key) { return object.tags().get_value_by_key(key); };
}

/// Sorts what it is shown into the sink.
class Collector : public osmium::handler::Handler {
 public:
  explicit Collector(StreetSink& sink) : m_sink(sink) {}

  void node(const osmium::Node& node) {
    if (++m_nodes > kMaxExtractNodes) throw TooManyNodes();
    if (node.tags().empty()) return;
    const StreetTags tags = tagsOf(node);
    const auto kind = classifyPoint(tags);
    const auto place = placeOf(node.location());
    if (!kind || !place) return;
    StreetFeature feature{*kind, 0, 0, streetName(tags, *kind), {{*place}}};
    if (*kind == StreetKind::placeName) feature.size = placeWeight(tags);
    if (!feature.name.isEmpty()) m_sink.take(std::move(feature));
  }

  void way(const osmium::Way& way) {
    if (way.tags().empty()) return;
    const StreetTags tags = tagsOf(way);
    const bool coast = isCoastline(tags);
    const auto line = classifyLine(tags);
    if (!coast && !line) return;
    StreetRing points = placesOf(way.nodes());
    if (points.size() < 2) return;
    if (coast) m_sink.takeCoast(points);
    if (line) m_sink.take({line->kind, line->flags, 0, streetName(tags, line->kind), {std::move(points)}});
  }

  void area(const osmium::Area& area) {
    const StreetTags tags = tagsOf(area);
    const auto kind = classifyArea(tags);
    const auto nameKind = classifyAreaName(tags);
    if (!kind && !nameKind) return;
    for (const auto& outer : area.outer_rings()) {
      std::vector<StreetRing> rings{placesOf(outer)};
      if (rings.front().size() > 1 && rings.front().front() == rings.front().back()) rings.front().pop_back();
      if (rings.front().size() < 3) continue;
      if (nameKind) takeName(*nameKind, tags, rings.front());
      if (!kind) continue;
      for (const auto& inner : area.inner_rings(outer)) {
        StreetRing hole = placesOf(inner);
        if (hole.size() > 1 && hole.front() == hole.back()) hole.pop_back();
        if (hole.size() >= 3) rings.push_back(std::move(hole));
      }
      m_sink.take({*kind, 0, 0, {}, std::move(rings)});
    }
  }

 private:
  void takeName(StreetKind kind, const StreetTags& tags, const StreetRing& outline) {
    const QString name = streetName(tags, kind);
    if (name.isEmpty()) return;
    const auto side = std::uint32_t(std::sqrt(std::abs(signedArea2(outline)) / 2));
    m_sink.take({kind, 0, side, name, {{labelPlace(outline)}}});
  }

  StreetSink& m_sink;
  std::uint64_t m_nodes = 0;
};

/// Relations and closed ways with one of these tags are put together as areas; the others would only take time.
osmium::TagsFilter areaFilter() {
  osmium::TagsFilter filter{false};
  for (const char* key : {"building", "natural", "landuse", "leisure", "waterway", "man_made"})
    filter.add_rule(true, key);
  filter.add_rule(true, "area", "yes");
  return filter;
}

/// Reads the file once, buffer by buffer, and says how far it is.
template <class Take>
osmium::io::Header readThrough(const osmium::io::File& file, osmium::osm_entity_bits::type what,
                               osmium::thread::Pool& pool, const StreetProgress& progress, double from, double to,
                               Take take) {
  osmium::io::Reader reader(file, what, pool);
  const osmium::io::Header header = reader.header();
  const auto size = double(std::max<std::size_t>(1, reader.file_size()));
  while (osmium::memory::Buffer buffer = reader.read()) {
    take(buffer);
    if (!progress(from + (to - from) * std::min(1.0, double(reader.offset()) / size))) throw Cancelled();
  }
  reader.close();
  return header;
}

std::optional<StreetBox> boxOf(const osmium::io::Header& header) {
  StreetBox box;
  for (const osmium::Box& one : header.boxes()) {
    if (!one.valid()) continue;
    for (const osmium::Location& corner : {one.bottom_left(), one.top_right()}) {
      if (const auto place = placeOf(corner)) box.add(*place);
    }
  }
  return box.isEmpty() ? std::nullopt : std::optional(box);
}

StreetExtractHead readAll(const osmium::io::File& file, StreetSink& sink, const StreetProgress& progress) {
  osmium::thread::Pool pool(kPoolThreads, kPoolQueue);
  Areas areas(osmium::area::Assembler::config_type(), areaFilter());
  readThrough(file, osmium::osm_entity_bits::relation, pool, progress, 0, kRelationsShare,
              [&](osmium::memory::Buffer& buffer) { osmium::apply(buffer, areas); });
  areas.prepare_for_lookup();
  LocationIndex index;
  osmium::handler::NodeLocationsForWays<LocationIndex> locations(index);
  locations.ignore_errors();
  Collector collector(sink);
  auto& assemble = areas.handler([&](osmium::memory::Buffer&& buffer) { osmium::apply(buffer, collector); });
  const osmium::io::Header header =
      readThrough(file, osmium::osm_entity_bits::node | osmium::osm_entity_bits::way, pool, progress, kRelationsShare,
                  1, [&](osmium::memory::Buffer& buffer) { osmium::apply(buffer, locations, collector, assemble); });
  areas.flush_output();
  return {boxOf(header), header.get("generator") == kTownGenerator};
}

}  // namespace

Result<StreetExtractHead> readStreetSource(const QString& file, StreetSink& sink, const StreetProgress& progress) {
  const QFileInfo info(file);
  const auto named = [&](StreetErrc code, const char* sentence) {
    return fail(code, "“" + info.fileName().toStdString() + "” " + sentence);
  };
  if (!info.isFile() || !info.isReadable())
    return named(StreetErrc::cannotRead, "cannot be read. Does it still exist, and may you read it?");
  if (info.size() > kMaxExtractBytes)
    return named(StreetErrc::tooLarge,
                 "has more than 2 GB. Take an extract of a smaller region, for example of one city");
  QFile probe(file);
  // An .osm.pbf file begins with the length of a header block and its type.
  if (!probe.open(QIODevice::ReadOnly) || !probe.read(32).contains("OSMHeader"))
    return named(StreetErrc::notAnExtract,
                 "is no OpenStreetMap extract. Street maps come from files that end in .osm.pbf");
  probe.close();
  try {
    return readAll(osmium::io::File(QFile::encodeName(file).toStdString(), "pbf"), sink, progress);
  } catch (const Cancelled&) {
    return fail(StreetErrc::cancelled);
  } catch (const TooManyNodes&) {
    return named(StreetErrc::tooLarge, "has too many places in it. Take an extract of a smaller region");
  } catch (const std::bad_alloc&) {
    return named(StreetErrc::tooLarge, "needs more memory than there is. Take an extract of a smaller region");
  } catch (const std::exception&) {
    return named(StreetErrc::damagedExtract, "is damaged or incomplete. Download it once more and add it again");
  }
}

}  // namespace carport::ui
