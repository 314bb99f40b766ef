#pragma once

#include "gateway/base/base_errc.h"
#include "gateway/domain/live_states.h"
#include "gateway/server/control/control.h"
#include "gateway/server/control/control_context.h"
#include "gateway/server/control/provisioning_desk.h"
#include "gateway/server/http/api_service.h"
#include "gateway/transport/http_server.h"
#include "gateway/transport/io_thread.h"

#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace carport {

/// Control's members and what runs on its thread. The destructor ends the thread first, and with it every coroutine,
/// while what those refer to is still there.
struct Control::Impl {
  explicit Impl(ControlParts controlParts);

  /// Live states and open commands as the store has them. Before the thread runs; blocks.
  Result<void> restore();
  void startLoops();
  Result<Endpoint> listen(const Endpoint& endpoint, bool mayMove, HttpSecurity security);
  /// The same from another thread, which waits for it.
  Result<Endpoint> listenOnThread(const Endpoint& endpoint, bool mayMove, HttpSecurity security);
  /// Stops listening and ends live clients; `quiet` is called when they are gone, or `longest` has passed.
  void beginStopping(std::function<void()> quiet, std::chrono::milliseconds longest);

  /// Onto the thread; where too many wait, what came is dropped, logged and false.
  bool post(std::string_view what, std::function<void()> function);

  void applySamples(const SampleBatch& samples);
  void applyEvents(std::span<const api::Event> events);
  void registryChanged();
  void publishNitrogen(PrincipalNumber by, std::string address, std::string payload, DurableLog::Done done);
  void addFigures(GatewayFigures& figures) const;

  boost::asio::awaitable<void> followRegistry();
  boost::asio::awaitable<void> feedClients();
  boost::asio::awaitable<void> everySecond();

  ControlParts parts;
  Log log;
  LiveStates states;
  RegistryFollower follower;
  Statistics statistics;
  LiveHub hub;
  MqttLink* mqtt = nullptr;
  bool running = false;
  bool stopped = false;
  std::atomic<std::size_t> dropped = 0;

  std::unique_ptr<IoThread> threadHolder =
      std::make_unique<IoThread>(IoThread::kMaxPosted, [theLog = log](std::string_view what) {
        theLog.error("an internal error on the control thread; the thread goes on", {{"reason", what}});
      });
  IoThread& thread = *threadHolder;
  std::shared_ptr<ControlPort> port = std::make_shared<ControlPort>(thread);
  CommandDesk commands;
  ProvisioningDesk provisioning;
  AuditDesk audit;
  TokenUses tokenUses;
  OperationsDesk operations;
  ControlContext context;
  ApiService service;
  HttpServer server;

  /// Ends the thread and its coroutines before what they refer to.
  ~Impl();
};

}  // namespace carport
