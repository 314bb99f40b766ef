#pragma once

#include "gateway/domain/nitrogen_message.h"
#include "gateway/domain/second_factor.h"
#include "tests/unit/server/day_of_access.h"

#include <fmt/format.h>

namespace carport::test {

/// What people and programs sign in with, and who has to wait before he may.
class DayOfPeople : public DayOfAccess {
  std::string m_liveBytes;  // that have come from the live feed

 protected:
  void planTokens() {
    const json body{{"label", "brief"}, {"expiresAt", toMs(kDay + 3h)}};
    m_plan.at(kDay, "a token is made", [this, body] {
      m_texts["brief"] = call("POST", "/tokens", m_root, body).json.value("token", "");
      m_clients["brief"] = connects("root", m_texts["brief"], "brief");
      return m_clients["brief"] != nullptr && openLive(m_texts["brief"]);
    });
    m_plan.add({"a token", kDay, kDay + 3h, [this] { return statusOf("/session", m_texts["brief"]) == 200; }});
    m_plan.add({"a token as password of MQTT", kDay, kDay + 3h,
                [this] { return connects("root", m_texts["brief"], "with-a-token") != nullptr; }, true});
    m_plan.add(
        {"the connection of a token", kDay, kDay + 3h, [this] { return isConnected("brief"); }, true, kMqttBeat});
    m_plan.add({"the live feed of a token", kDay, kDay + 3h, [this] { return isLiveOpen(); }, false, kSlowBeat});
    m_plan.at(kDay + 3h + 1min, "it is told why", [this] {
      const auto farewell = m_clients["brief"]->next(mqtt::PacketType::disconnect);
      return farewell && farewell->reason == mqtt::ReasonCode::maximumConnectTime;
    });
    m_plan.at(kDay + 1h, "somebody signs in", [this] {
      auto made = call("POST", "/session", {}, {{"id", "anna"}, {"password", TestGateway::kPassword}});
      m_texts["session"] = made.json.value("token", "");
      return made.status == 200 && made.json["expiresAt"] == toMs(kDay + 13h);
    });
    m_plan.add(
        {"a session", kDay + 1h, kDay + 13h, [this] { return statusOf("/session", m_texts["session"]) == 200; }});
    m_plan.add({"a session in the list", kDay + 1h, kDay + 13h,
                [this] { return call("GET", "/sessions?owner=anna", m_root).json["sessions"].size() == 1; }});
  }
  /// Whether no close frame has come (RFC 6455 §5.5.1).
  bool isLiveOpen() {
    if (!m_live) return false;
    std::string come(m_live->available(), '\0');
    come.resize(m_live->read_some(boost::asio::buffer(come)));
    m_liveBytes += come;
    const auto byteAt = [this](std::size_t i) { return static_cast<unsigned char>(m_liveBytes[i]); };
    while (m_liveBytes.size() >= 2) {
      if ((byteAt(0) & 0x0FU) == 8) return false;
      std::size_t head = 2, length = byteAt(1);
      if (length == 126) head = 4;
      if (length == 127) head = 10;
      if (m_liveBytes.size() < head) return true;
      if (head > 2) length = 0;
      for (std::size_t i = 2; i < head; ++i) length = length << 8 | byteAt(i);
      if (m_liveBytes.size() < head + length) return true;
      m_liveBytes.erase(0, head + length);
    }
    return true;
  }
  bool openLive(const std::string& token) {
    m_live = std::make_unique<boost::asio::ip::tcp::socket>(m_io);
    const auto& server = m_gateway->gateway->httpAddress();
    m_live->connect({boost::asio::ip::make_address(server.host), server.port});
    const std::string request =
        "GET /api/v2/live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nAuthorization: Bearer " +
        token + "\r\n\r\n";
    boost::asio::write(*m_live, boost::asio::buffer(request));
    const auto end = boost::asio::read_until(*m_live, boost::asio::dynamic_buffer(m_liveBytes), "\r\n\r\n");
    const bool isOpen = m_liveBytes.starts_with("HTTP/1.1 101");
    m_liveBytes.erase(0, end);
    return isOpen;
  }

  std::string codeOf(std::int64_t step) {
    const auto factor = m_gateway->store->people().secondFactor(m_gateway->recordOf("bea").principal.number);
    return oneTimeCode(*openKey(**factor, m_gateway->folder->secretKey()), step);
  }
  void planSecondFactor() {
    // A code of a step of 30 s is good in it, in the one before and in the one after it, and once.
    static constexpr TimePoint noted = kDay + 8h;
    const auto step = oneTimeStep(noted);
    const auto bea = [this](std::int64_t of) { return signIn("bea", TestGateway::kPassword, codeOf(of)); };
    m_plan.at(noted - 1h, "bea adds a second factor", [this] {
      const json password{{"password", TestGateway::kPassword}};
      const auto token = m_texts["bea"] = m_gateway->addToken("bea");
      if (!QTest::qWaitFor([&] { return statusOf("/session", token) == 200; })) return false;
      return call("POST", "/session/second-factor", token, password).status == 201 &&
             call("POST", "/session/second-factor/confirm", token, {{"code", codeOf(oneTimeStep(m_clock.now()))}})
                     .status == 200;
    });
    m_plan.at(noted - 30s - 1ms, "a code of the step after the next", [=] { return bea(step) == 401; });
    m_plan.at(noted - 30s, "a code of the next step", [=] { return bea(step) == 200; });
    m_plan.at(noted, "the same again", [=] { return bea(step) == 401; });
    m_plan.at(noted + 5min + 1min - 1ms, "a code of the step before", [=] { return bea(step + 10) == 200; });
    m_plan.at(noted + 10min + 1min, "a code of two steps before", [=] { return bea(step + 20) == 401; });
    m_plan.at(noted + 10min + 1min, "a code of now", [=] { return bea(step + 22) == 200; });
  }

  bool failsTimes(const std::string& id, int times) {
    for (int i = 0; i < times; ++i) {
      if (signIn(id, "a wrong password") != 401) return false;
    }
    return true;
  }
  void planLockOuts() {
    static constexpr TimePoint first = kDay + 9h, second = first + 1h, third = second + 1h;
    const auto right = [this](const std::string& id) { return signIn(id, TestGateway::kPassword); };
    m_plan.at(first, "five wrong passwords", [this] { return failsTimes("carl", 5); });
    m_plan.add({"carl waits", first, first + 1s,
                [this] {
                  const auto waiting = call("GET", "/sign-ins/waiting", m_root).json["waiting"];
                  return waiting.size() == 1 && waiting[0]["id"] == "carl" && right429("carl");
                },
                true});
    m_plan.at(first + 1s, "a sixth", [this] { return failsTimes("carl", 1); });
    m_plan.at(first + 3s - 1ms, "the wait is twice as long", [=] { return right("carl") == 429; });
    m_plan.at(first + 3s, "and over", [=] { return right("carl") == 200; });
    m_plan.at(first + 3s, "all is forgotten then", [this] { return failsTimes("carl", 4); });
    m_plan.at(first + 3s, "so that the next is free", [=] { return right("carl") == 200; });
    m_plan.at(second, "four wrong passwords each", [this] { return failsTimes("dora", 4) && failsTimes("emil", 4); });
    m_plan.at(second + 15min - 1ms, "are remembered for 15 minutes",
              [=, this] { return failsTimes("dora", 1) && right("dora") == 429; });
    m_plan.at(second + 15min + 1ms, "and no longer",
              [=, this] { return failsTimes("emil", 1) && right("emil") == 200; });
    m_plan.at(third, "ten wrong secrets", [this] {
      for (int i = 0; i < 10; ++i) {
        if (connects("car-2", "a-wrong-secret-of-it", "car-2")) return false;
      }
      return true;
    });
    m_plan.add(
        {"a car waits", third, third + 1s, [this] { return !connects("car-2", TestGateway::kSecret, "car-2"); }, true});
  }
  bool right429(const std::string& id) {
    const auto answer = call("POST", "/session", {}, {{"id", id}, {"password", TestGateway::kPassword}});
    return answer.status == 429 && answer.field("retry-after") == "1";
  }

  void planNitrogen() {
    static constexpr TimePoint end = kDay + 4h;
    m_plan.at(kDay, "a token and a message of Nitrogen's API", [this] {
      const auto signsIn = [this](const char* id) {
        return call("POST", "/v1/principals/user/auth", {}, {{"email", id}, {"password", TestGateway::kPassword}});
      };
      auto in = signsIn("olga");
      const auto rights = signsIn("root").json["accessToken"].value("token", "");
      const auto own = in.json["accessToken"].value("token", "");
      const std::string id = in.json["principal"].value("id", "");
      const json wanted{{"principal_id", id}, {"expires", isoTime(end)}};
      m_texts["nitrogen"] =
          call("POST", "/v1/principals/accesstoken", rights, wanted).json["accessToken"].value("token", "");
      const json message{
          {"type", "_note"}, {"from", id}, {"body", {{"text", "a"}}}, {"index_until", isoTime(end + 1h)}};
      const auto posted = call("POST", "/v1/messages", own, message);
      m_texts["own"] = own;
      return posted.status == 200 && !m_texts["nitrogen"].empty();
    });
    m_plan.add({"a token of Nitrogen's API", kDay, end,
                [this] { return statusOf("/v1/api_keys", m_texts["nitrogen"]) == 200; }});
    m_plan.add(
        {"a message of Nitrogen's API", kDay, end + 1h, [this] {
           return !call("GET", "/v1/messages?q=%7B%22type%22:%22_note%22%7D", m_texts["own"]).json["messages"].empty();
         }});
  }
};

}  // namespace carport::test
