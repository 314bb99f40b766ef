#include "ui/models/tile_errc.h"

#include <array>

namespace carport::ui {
namespace {

constexpr std::array kTileEntries{
    ErrorEntry{int(TileErrc::cannotRead), ErrorKind::io, "The file cannot be read"},
    ErrorEntry{int(TileErrc::notMbtiles), ErrorKind::invalid,
               "This is no MBTiles file. Map pictures come in files that end in .mbtiles"},
    ErrorEntry{
        int(TileErrc::vectorTiles), ErrorKind::invalid,
        "This file has vector tiles (pbf), which Carport does not draw. Take a raster one, with PNG, JPEG or WebP "
        "pictures; for streets add an OpenStreetMap extract (.osm.pbf)"},
    ErrorEntry{int(TileErrc::unknownPictures), ErrorKind::invalid,
               "The pictures in this file are of a kind that Carport does not know. PNG, JPEG and WebP it does"},
    ErrorEntry{int(TileErrc::noTiles), ErrorKind::invalid, "There are no pictures in this file"},
    ErrorEntry{int(TileErrc::damaged), ErrorKind::corrupted, "The file is damaged. Fetch it once more"},
    ErrorEntry{int(TileErrc::tooSlow), ErrorKind::limit,
               "The file answers too slowly: it has no index of its tiles. Make it anew with one"},
    ErrorEntry{int(TileErrc::tooManyFiles), ErrorKind::limit,
               "There are as many map files as Carport shows. Remove one first"},
    ErrorEntry{int(TileErrc::wrongAddress), ErrorKind::invalid, "The address is not one of map tiles"},
    ErrorEntry{int(TileErrc::noAttribution), ErrorKind::invalid,
               "Write whose map it is, as its provider asks for it. It stands on the map"},
    ErrorEntry{int(TileErrc::cacheUnusable), ErrorKind::io, "Map pictures cannot be kept on this disk"},
    ErrorEntry{int(TileErrc::cacheNewer), ErrorKind::newerVersion,
               "The kept map pictures were written by a newer Carport"},
    ErrorEntry{int(TileErrc::tooManyTiles), ErrorKind::tooLarge, "The area has too many pictures"},
    ErrorEntry{int(TileErrc::tooManyAreas), ErrorKind::limit,
               "There are as many kept areas as Carport remembers. Remove one first"},
    ErrorEntry{int(TileErrc::cacheTooSmall), ErrorKind::full, "The area needs more room than map pictures may take"},
    ErrorEntry{int(TileErrc::noProvider), ErrorKind::invalid, "Enter the address of an online map first"},
};
constexpr ErrorDomain kTileDomain{"tiles", kTileEntries};

}  // namespace

const ErrorDomain& errorDomain(TileErrc) {
  return kTileDomain;
}

}  // namespace carport::ui
