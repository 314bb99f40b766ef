#pragma once

#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/fence_store.h"
#include "ui/models/fleet_feed.h"
#include "ui/models/plot_notes.h"
#include "ui/models/position_source.h"
#include "ui/models/street_atlas.h"
#include "ui/models/tile_atlas.h"

namespace carport::ui {

/// What the whole window works on: the one connection, what is known of the cars, and the maps. Owner: app; outlives
/// the window.
struct Portal {
  GatewayClient client;
  CarStore store;
  FleetFeed feed{client, store};
  FenceStore fences{client};
  PlotNotes notes;
  StreetAtlas streets;
  TileAtlas tiles;
  PositionSource position;
};

}  // namespace carport::ui
