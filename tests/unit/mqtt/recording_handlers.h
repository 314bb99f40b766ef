#pragma once

#include "gateway/protocol/mqtt/client_connection.h"
#include "gateway/protocol/mqtt/server_connection.h"

#include <fmt/format.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

/// Write down, one line each, what connections tell; and do what the test wants at that moment.
namespace carport::mqtt {

/// "puback 1", with the reason where it is not success.
template <class Acknowledgement>
std::string answer(const char* what, const Acknowledgement& packet) {
  const auto reason = packet.reason == ReasonCode::success ? "" : fmt::format(" {}", toText(packet.reason));
  return fmt::format("{} {}{}", what, packet.packetId, reason);
}

class RecordingServerHandler final : public ServerHandler {
 public:
  void onConnect(const Connect& connect) override {
    note(fmt::format("connect {} clean={}", connect.clientId, connect.cleanSession));
    if (whenConnect) whenConnect();
  }
  void onPublish(const Publish& publish) override {
    note(fmt::format("publish {} {} qos={} retain={} dup={} id={}", publish.topic, publish.payload,
                     static_cast<int>(publish.qos), publish.retain, publish.duplicate, publish.packetId));
    if (whenPublish) whenPublish();
  }
  void onPubrel(PacketId packetId) override {
    note(fmt::format("pubrel {}", packetId));
    if (whenPubrel) whenPubrel(packetId);
  }
  void onPuback(const Puback& puback) override { note(answer("puback", puback)); }
  void onPubrec(const Pubrec& pubrec) override {
    note(answer("pubrec", pubrec));
    if (whenPubrec) whenPubrec(pubrec.packetId);
  }
  void onPubcomp(const Pubcomp& pubcomp) override { note(answer("pubcomp", pubcomp)); }
  void onSubscribe(const Subscribe& subscribe) override {
    std::string line = fmt::format("subscribe {}", subscribe.packetId);
    for (const auto& topic : subscribe.topics) line += fmt::format(" {}:{}", topic.filter, static_cast<int>(topic.qos));
    note(line);
  }
  void onUnsubscribe(const Unsubscribe& unsubscribe) override {
    std::string line = fmt::format("unsubscribe {}", unsubscribe.packetId);
    for (const auto filter : unsubscribe.filters) line += fmt::format(" {}", filter);
    note(line);
  }
  void onDisconnect(const Disconnect& disconnect) override {
    note(disconnect.reason == ReasonCode::success ? "disconnect"
                                                  : fmt::format("disconnect {}", toText(disconnect.reason)));
  }
  void onError(const Error& failure) override {
    note("error");
    error = failure;
  }

  void note(std::string line) { lines.push_back(std::move(line)); }

  std::vector<std::string> lines;
  std::optional<Error> error;
  std::function<void()> whenConnect;
  std::function<void()> whenPublish;
  std::function<void(PacketId)> whenPubrec;
  std::function<void(PacketId)> whenPubrel;
};

class RecordingClientHandler final : public ClientHandler {
 public:
  void onConnack(const Connack& connack) override {
    note(fmt::format("connack {} present={}", static_cast<int>(connack.reason), connack.sessionPresent));
  }
  void onPublish(const Publish& publish) override {
    note(fmt::format("publish {} {} qos={} dup={} id={}", publish.topic, publish.payload, static_cast<int>(publish.qos),
                     publish.duplicate, publish.packetId));
  }
  void onPuback(const Puback& puback) override { note(answer("puback", puback)); }
  void onPubrec(const Pubrec& pubrec) override { note(answer("pubrec", pubrec)); }
  void onPubcomp(const Pubcomp& pubcomp) override { note(answer("pubcomp", pubcomp)); }
  void onSuback(const Suback& suback) override {
    std::string line = fmt::format("suback {}", suback.packetId);
    for (const auto code : suback.codes) line += fmt::format(" {}", static_cast<int>(code));
    note(line);
  }
  void onUnsuback(const Unsuback& unsuback) override {
    std::string line = fmt::format("unsuback {}", unsuback.packetId);
    for (const auto code : unsuback.codes) line += fmt::format(" {}", static_cast<int>(code));
    note(line);
  }
  void onError(const Error& failure) override {
    note("error");
    error = failure;
  }

  void note(std::string line) { lines.push_back(std::move(line)); }

  std::vector<std::string> lines;
  std::optional<Error> error;
};

}  // namespace carport::mqtt
