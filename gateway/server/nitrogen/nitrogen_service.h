#pragma once

#include "gateway/server/nitrogen/command_messages.h"
#include "gateway/server/nitrogen/nitrogen_context.h"
#include "gateway/server/nitrogen/nitrogen_reply.h"
#include "gateway/server/nitrogen/socketio_hub.h"

#include <boost/asio/awaitable.hpp>

#include <map>
#include <string>
#include <vector>

namespace carport {

/// Nitrogen's API: `/api/v1` and Socket.IO 0.9 at `/socket.io/1/`, on the same registry, rules, telemetry and commands
/// as Carport's own (docs/nitrogen.md). Owner: ApiService; its thread, the control thread.
class NitrogenService {
 public:
  NitrogenService(ControlContext& control, bool isSignUpOpen, Log log);

  /// Takes over what is stored; before the first call.
  void restore(const std::vector<NitrogenProfile>& profiles, std::vector<NitrogenApiKey> keys);

  /// Whether a request's target is this API's.
  static bool owns(std::string_view target);
  std::size_t maxBodyBytes(const HttpHeader& header) const;
  boost::asio::awaitable<HttpResponse> answer(HttpRequest request, std::string address);
  boost::asio::awaitable<void> upgrade(HttpStream stream, HttpRequest request, std::string address);

  /// A message that came by Nitrogen's MQTT dialect; `done` is called once it is on disk, or with why it was not taken.
  boost::asio::awaitable<void> publish(PrincipalNumber by, std::string address, std::string payload,
                                       DurableLog::Done done);
  MqttSubscribers& mqttSubscribers() { return m_sockets.mqttSubscribers(); }

  void commandChanged(const api::Command& command) { m_commands.changed(command); }
  void samplesCommitted(const SampleBatch& samples) { m_sockets.samplesCommitted(samples); }
  void registryChanged() { m_sockets.refresh(); }
  /// Call about once a second.
  void tick();
  void closeAll() { m_sockets.closeAll(); }

 private:
  struct Answered {
    NitrogenReply reply;
    std::string freshToken;
  };

  boost::asio::awaitable<Answered> reply(HttpRequest request, std::string address);
  /// A new token for a caller whose own has little life left; empty: none.
  boost::asio::awaitable<std::string> freshTokenFor(NitrogenCall& call);
  /// Of whom another door removed, nothing stays here either.
  void forgetMissing();
  NitrogenReply shakeHands(const std::string& target);
  void noteRefusal(const NitrogenCall& call, const NitrogenReply& reply);

  NitrogenContext m_context;
  CommandMessages m_commands;
  SocketioHub m_sockets;
  std::map<std::int64_t, std::string> m_fresh;  // tokens that were made in the place of others, by the others' numbers
  SteadyPoint m_forgotten{};
  std::size_t m_publishing = 0;
};

}  // namespace carport
