#pragma once

#include "tests/unit/server/control_fixture.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace carport::test {

/// A blocking client of `/api/v2/live`.
class LiveClient {
 public:
  /// `seeAs`: whose live feed it wants to see; empty: its own.
  LiveClient(const ControlFixture& fixture, const std::string& token, const std::string& seeAs = {});
  ~LiveClient();

  /// What the gateway answered to the handshake.
  unsigned status() const;
  void say(const std::string& text);
  /// The next message, with whether it is binary; none once the gateway has closed.
  std::optional<std::pair<std::string, bool>> next();
  /// Reads until a text of this type comes.
  std::optional<nlohmann::json> nextOfType(const std::string& type);
  std::string closeReason() const;

 private:
  struct Connection;
  std::unique_ptr<Connection> m_connection;
};

}  // namespace carport::test
