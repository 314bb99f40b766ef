#pragma once

#include "tests/fuzz/fuzz_input.h"
#include "tests/unit/server/control_fixture.h"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace carport::fuzz {

/// A control side over storage of its own, with sign-up open, metrics for this machine, and an administrator `root` of
/// both APIs. One for many inputs: what one of them changed, the next one finds.
class Gateway {
 public:
  Gateway() {
    const auto root = m_fixture.registry.record("root");
    require(root.has_value(), "there is an administrator");
    auto withPassword = *root;
    withPassword.passwordHash = passwordHash();
    require(m_fixture.store->updatePrincipal(withPassword).has_value(), "he has a password");
    m_token = m_fixture.tokenFor("root");
    restart();
    const auto answer = m_fixture.ask(test::Verb::post, "/api/v1/principals/user/auth", {},
                                      R"({"email":"root","password":"root-password"})", {});
    require(answer.status == 200, "he can sign in to Nitrogen's API");
    m_nitrogenToken = answer.json["accessToken"]["token"].get<std::string>();
    m_nitrogenId = answer.json["principal"]["id"].get<std::string>();
  }

  test::ControlFixture& fixture() { return m_fixture; }

  /// `$TOKEN`, `$NITROGEN` and `$ID` become the administrator's tokens of the two APIs and his id in the second: they
  /// differ from run to run.
  std::string filledIn(std::string_view text) const {
    const std::array<std::pair<std::string_view, const std::string*>, 3> words{
        {{"$TOKEN", &m_token}, {"$NITROGEN", &m_nitrogenToken}, {"$ID", &m_nitrogenId}}};
    std::string out(text);
    for (const auto& [word, value] : words) {
      for (std::size_t at = out.find(word); at != std::string::npos; at = out.find(word, at + value->size())) {
        out.replace(at, word.size(), *value);
      }
    }
    return out;
  }

  /// Sends the bytes and no more; the answer, or none where the gateway hung up without one.
  std::optional<test::HttpAnswer> send(std::string_view bytes) {
    boost::asio::io_context context;
    test::tcp::socket socket = connected(context);
    test::beast::error_code failed;
    std::size_t sent = 0;
    do {
      sent += boost::asio::write(socket, boost::asio::buffer(bytes.data() + sent, bytes.size() - sent), failed);
    } while (isInterrupted(failed));
    socket.shutdown(test::tcp::socket::shutdown_send, failed);
    test::beast::flat_buffer buffer;
    while (true) {
      test::http::response_parser<test::http::string_body> parser;
      parser.body_limit(64 * 1024 * 1024);
      parser.skip(bytes.starts_with("HEAD "));
      do {
        test::http::read(socket, buffer, parser, failed);
      } while (isInterrupted(failed));
      if (failed) return std::nullopt;
      if (parser.get().result() == test::http::status::continue_) continue;
      return test::ControlFixture::toAnswer(parser.release());
    }
  }

 private:
  /// The fuzzer's own alarm clock interrupts whoever waits.
  static bool isInterrupted(const test::beast::error_code& failed) { return failed == boost::asio::error::interrupted; }

  test::tcp::socket connected(boost::asio::io_context& context) {
    while (true) {
      test::tcp::socket socket(context, test::tcp::v4());
      // Closed connections keep their ports for a minute, and this machine has many addresses.
      m_source = m_source * 1'103'515'245U + 12'345U;
      socket.bind({boost::asio::ip::address_v4(0x7F000001U + (m_source >> 8U) % 0xFFFFF0U), 0});
      test::beast::error_code failed;
      socket.connect({boost::asio::ip::address_v4::loopback(), m_fixture.address.port}, failed);
      if (!failed) return socket;
      require(isInterrupted(failed), "the gateway takes connections");
    }
  }

  static const std::string& passwordHash() {
    static const std::string kHash = hashPassword("root-password").value();
    return kHash;
  }

  void restart() {
    auto& fixture = m_fixture;
    fixture.control.reset();
    OperationsSettings operations;
    operations.metrics = MetricsAccess::loopback;
    fixture.control = std::make_unique<Control>(ControlParts{*fixture.writer,
                                                             *fixture.readers,
                                                             *fixture.polled,
                                                             fixture.registry,
                                                             fixture.names,
                                                             fixture.clock,
                                                             fixture.folder->secretKey(),
                                                             *fixture.passwords,
                                                             fixture.recent,
                                                             Log::toMemory(fixture.recent),
                                                             {"9.9.9", "the folder"},
                                                             operations,
                                                             0,
                                                             {"https://fleet.example"},
                                                             true});
    require(fixture.control->start().has_value(), "it starts");
    fixture.control->attach(fixture.mqtt, Endpoint{"127.0.0.1", 1883});
    const auto address = fixture.control->listenHttp(Endpoint{"127.0.0.1", 0}, false);
    require(address.has_value(), "it listens");
    fixture.address = *address;
  }

  test::ControlFixture m_fixture;
  std::string m_token;
  std::string m_nitrogenToken;
  std::string m_nitrogenId;
  std::uint32_t m_source = 1;
};

}  // namespace carport::fuzz
