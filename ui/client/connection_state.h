#pragma once

#include <QMetaType>

#include <cstdint>

namespace carport::ui {

/// How the portal stands with its gateway.
enum class ConnectionState : std::uint8_t {
  idle,         ///< nobody asked for a connection
  connecting,   ///< the first attempt, or one after a wait, is under way
  connected,    ///< requests work and what changes arrives
  waiting,      ///< lost or not reached; the next attempt comes by itself
  needsSignIn,  ///< the gateway does not accept the token or password; nothing happens until somebody signs in
  failed,       ///< trying again cannot help (wrong address, not a Carport gateway, certificate not trusted)
};

}  // namespace carport::ui

Q_DECLARE_METATYPE(carport::ui::ConnectionState)
