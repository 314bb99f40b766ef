#pragma once

#include <QFile>
#include <QString>

#include <osmium/builder/attr.hpp>
#include <osmium/io/pbf_output.hpp>
#include <osmium/io/writer.hpp>
#include <osmium/memory/buffer.hpp>

#include <utility>
#include <vector>

/// A small OpenStreetMap extract for tests: a town at a harbour with one of everything that the map draws.
namespace carport::ui::test {

class StreetExtract {
 public:
  using Tags = std::vector<std::pair<const char*, const char*>>;
  using Places = std::vector<std::pair<double, double>>;  // latitude, longitude

  /// A way through new nodes; a closed one ends at its first. Returns its id.
  osmium::object_id_type way(const Places& places, const Tags& tags, bool closed = false) {
    std::vector<osmium::object_id_type> nodes;
    for (const auto& [latitude, longitude] : places) nodes.push_back(node(latitude, longitude, {}));
    if (closed) nodes.push_back(nodes.front());
    osmium::builder::add_way(m_ways, osmium::builder::attr::_id(++m_lastWay), osmium::builder::attr::_nodes(nodes),
                             osmium::builder::attr::_tags(tags));
    return m_lastWay;
  }

  osmium::object_id_type node(double latitude, double longitude, const Tags& tags) {
    osmium::builder::add_node(m_nodes, osmium::builder::attr::_id(++m_lastNode),
                              osmium::builder::attr::_location(osmium::Location(longitude, latitude)),
                              osmium::builder::attr::_tags(tags));
    return m_lastNode;
  }

  void multipolygon(osmium::object_id_type outer, osmium::object_id_type inner, const Tags& tags) {
    const std::vector<osmium::builder::attr::member_type> members{{osmium::item_type::way, outer, "outer"},
                                                                  {osmium::item_type::way, inner, "inner"}};
    osmium::builder::add_relation(m_relations, osmium::builder::attr::_id(++m_lastRelation),
                                  osmium::builder::attr::_members(members), osmium::builder::attr::_tags(tags));
  }

  /// `generator`: the program that the file says it is of.
  void write(const QString& file, const char* generator = "osmium") {
    osmium::io::Header header;
    header.set("generator", generator);
    osmium::io::Writer writer(osmium::io::File(QFile::encodeName(file).toStdString(), "pbf"), header,
                              osmium::io::overwrite::allow);
    for (auto* buffer : {&m_nodes, &m_ways, &m_relations}) writer(std::move(*buffer));
    writer.close();
  }

 private:
  static osmium::memory::Buffer makeBuffer() {
    return osmium::memory::Buffer(64 * 1024, osmium::memory::Buffer::auto_grow::yes);
  }

  osmium::memory::Buffer m_nodes = makeBuffer();
  osmium::memory::Buffer m_ways = makeBuffer();
  osmium::memory::Buffer m_relations = makeBuffer();
  osmium::object_id_type m_lastNode = 0;
  osmium::object_id_type m_lastWay = 0;
  osmium::object_id_type m_lastRelation = 0;
};

inline void writeStreetExtract(const QString& file, const char* generator = "osmium") {
  StreetExtract extract;
  extract.node(43.735, 7.411, {{"place", "town"}, {"name", "Petit Port"}, {"population", "12000"}});
  extract.way({{43.732, 7.400}, {43.732, 7.412}, {43.732, 7.425}}, {{"natural", "coastline"}});
  extract.way({{43.734, 7.410}, {43.734, 7.414}}, {{"highway", "primary"}, {"name", "Quai Été"}});
  extract.way({{43.736, 7.410}, {43.736, 7.414}}, {{"highway", "residential"}, {"name", "Rue du Port"}});
  extract.way({{43.73616, 7.410}, {43.73616, 7.414}}, {{"highway", "footway"}, {"name", "Chemin"}});
  extract.way({{43.734, 7.414}, {43.736, 7.414}}, {{"highway", "service"}});
  extract.way({{43.737, 7.410}, {43.737, 7.414}}, {{"railway", "rail"}});
  extract.way({{43.7345, 7.410}, {43.7345, 7.4105}, {43.7349, 7.4105}, {43.7349, 7.410}},
              {{"leisure", "park"}, {"name", "Jardin"}}, true);
  const auto outer =
      extract.way({{43.7352, 7.4120}, {43.7352, 7.4126}, {43.7356, 7.4126}, {43.7356, 7.4120}}, {}, true);
  const auto inner =
      extract.way({{43.7353, 7.4122}, {43.7353, 7.4124}, {43.7355, 7.4124}, {43.7355, 7.4122}}, {}, true);
  extract.multipolygon(outer, inner, {{"type", "multipolygon"}, {"building", "yes"}});
  extract.write(file, generator);
}

}  // namespace carport::ui::test
