#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/base/result.h"
#include "gateway/domain/first_start.h"
#include "gateway/server/gateway.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace carport {

struct GatewayHostConfig {
  std::filesystem::path dataFolder;  ///< made where it is missing
  GatewayConfig gateway;             ///< its dataFolder is filled in
  std::size_t readerThreads = 2;
  bool makePortalToken = false;  ///< a token for the window that embeds the gateway
};

/// A gateway with everything it needs, made in the right order and taken down in the reverse: data folder and its lock,
/// first administrator, storage writer, readers, gateway. Owner: the program (carportd, carport). Thread: the one that
/// starts it also stops it; start() and stop() block, so the portal calls them off its GUI thread.
class GatewayHost {
 public:
  /// Fails with a sentence: folder read-only, damaged, of a newer Carport, served by another, port taken.
  /// `clock` must outlive the host.
  static Result<std::unique_ptr<GatewayHost>> start(GatewayHostConfig config, const Clock& clock, Log log,
                                                    std::shared_ptr<RecentLog> recentLog = {});
  /// Stops.
  ~GatewayHost();

  Endpoint mqttAddress() const;
  Endpoint httpAddress() const;
  /// None for what was not asked for.
  std::optional<Endpoint> mqttsAddress() const;
  std::optional<Endpoint> wsAddress() const;
  std::optional<Endpoint> wssAddress() const;
  std::optional<Endpoint> httpsAddress() const;
  std::filesystem::path dataFolder() const;
  /// Where this start made one; its password is shown to the person once and kept nowhere.
  const std::optional<FirstAdministrator>& firstAdministrator() const;
  /// An administrator's token for the embedding window, valid until stop(); empty where none was asked for.
  const std::string& portalToken() const;

  /// See Gateway; nothing happens once it has stopped.
  void lookAfterCertificates();
  bool reloadCertificates();

  /// See Gateway::drain(); nothing happens once it has stopped.
  void drain(std::chrono::seconds period);

  /// Closes everything, flushes, joins. Safe to call twice.
  void stop();

 private:
  struct Impl;
  explicit GatewayHost(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

}  // namespace carport
