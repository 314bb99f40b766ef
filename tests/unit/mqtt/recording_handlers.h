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
  void onPuback(PacketId packetId) override { note(fmt::format("puback {}", packetId)); }
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
  void onDisconnect() override { note("disconnect"); }
  void onError(const Error& failure) override {
    note("error");
    error = failure;
  }

  void note(std::string line) { lines.push_back(std::move(line)); }

  std::vector<std::string> lines;
  std::optional<Error> error;
  std::function<void()> whenConnect;
  std::function<void()> whenPublish;
};

class RecordingClientHandler final : public ClientHandler {
 public:
  void onConnack(const Connack& connack) override {
    note(fmt::format("connack {} present={}", static_cast<int>(connack.code), connack.sessionPresent));
  }
  void onPublish(const Publish& publish) override {
    note(fmt::format("publish {} {} qos={} dup={} id={}", publish.topic, publish.payload, static_cast<int>(publish.qos),
                     publish.duplicate, publish.packetId));
  }
  void onPuback(PacketId packetId) override { note(fmt::format("puback {}", packetId)); }
  void onSuback(PacketId packetId, std::span<const ReasonCode> codes) override {
    std::string line = fmt::format("suback {}", packetId);
    for (const auto code : codes) line += fmt::format(" {}", static_cast<int>(code));
    note(line);
  }
  void onUnsuback(PacketId packetId) override { note(fmt::format("unsuback {}", packetId)); }
  void onError(const Error& failure) override {
    note("error");
    error = failure;
  }

  void note(std::string line) { lines.push_back(std::move(line)); }

  std::vector<std::string> lines;
  std::optional<Error> error;
};

}  // namespace carport::mqtt
