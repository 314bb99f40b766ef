#pragma once

#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/fleet_feed.h"
#include "ui/models/plot_notes.h"
#include "ui/models/street_atlas.h"

namespace carport::ui {

/// What the whole window works on: the one connection and what is known of the cars. Owner: app; outlives the window.
struct Portal {
  GatewayClient client;
  CarStore store;
  FleetFeed feed{client, store};
  PlotNotes notes;
  StreetAtlas streets;
};

}  // namespace carport::ui
