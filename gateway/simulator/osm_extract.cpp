#include "gateway/simulator/osm_extract.h"

#include "gateway/simulator/sim_errc.h"

#include <fmt/format.h>
#include <osmium/builder/attr.hpp>
#include <osmium/io/pbf_output.hpp>
#include <osmium/io/writer.hpp>
#include <osmium/memory/buffer.hpp>
#include <osmium/thread/pool.hpp>

#include <exception>
#include <system_error>

namespace carport::sim {

namespace {
constexpr std::size_t kBufferBytes = 1024 * 1024;

osmium::Box boundsOf(const OsmExtract& extract) {
  osmium::Box bounds;
  for (const OsmNode& node : extract.nodes) bounds.extend({node.place.longitude, node.place.latitude});
  return bounds;
}

/// Hands a full buffer over and begins a new one.
void passOn(osmium::io::Writer& writer, osmium::memory::Buffer& buffer, bool all) {
  if (!all && buffer.committed() < kBufferBytes) return;
  writer(std::move(buffer));
  buffer = osmium::memory::Buffer(2 * kBufferBytes, osmium::memory::Buffer::auto_grow::yes);
}

void writeAll(const OsmExtract& extract, const std::filesystem::path& file) {
  using namespace osmium::builder::attr;
  osmium::io::Header header;
  header.set("generator", "carport-sim");
  header.set("sorting", "Type_then_ID");
  header.add_box(boundsOf(extract));
  osmium::thread::Pool pool(1);  // no threads beyond those that the format needs
  osmium::io::Writer writer(osmium::io::File(file.string(), "pbf"), header, osmium::io::overwrite::allow, pool);
  osmium::memory::Buffer buffer(2 * kBufferBytes, osmium::memory::Buffer::auto_grow::yes);
  for (const OsmNode& node : extract.nodes) {
    osmium::builder::add_node(buffer, _id(node.id), _version(1), _location(node.place.longitude, node.place.latitude),
                              _tags(node.tags));
    passOn(writer, buffer, false);
  }
  for (const OsmWay& way : extract.ways) {
    osmium::builder::add_way(buffer, _id(way.id), _version(1), _nodes(way.nodes), _tags(way.tags));
    passOn(writer, buffer, false);
  }
  passOn(writer, buffer, true);
  writer.close();
}
}  // namespace

Result<void> writeOsmExtract(const OsmExtract& extract, const std::filesystem::path& file) {
  const auto refuse = [&](const std::string& why) {
    return fail(SimErrc::fileFailed, fmt::format("The extract {} cannot be written: {}", file.string(), why));
  };
  std::filesystem::path part = file;
  part += ".part";
  try {
    writeAll(extract, part);
    std::error_code problem;
    std::filesystem::rename(part, file, problem);
    if (!problem) return {};
    std::filesystem::remove(part, problem);
    return refuse("it cannot take its name there. Choose another place");
  } catch (const std::exception& failure) {
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    return refuse(failure.what());
  }
}

}  // namespace carport::sim
