#pragma once

#include "ui/client/gateway_client.h"
#include "ui/models/car_store.h"
#include "ui/models/fleet_feed.h"

namespace carport::ui {

/// What the whole window works on: the one connection and what is known of the cars. Owner: app; outlives the window.
struct Portal {
  GatewayClient client;
  CarStore store;
  FleetFeed feed{client, store};
};

}  // namespace carport::ui
