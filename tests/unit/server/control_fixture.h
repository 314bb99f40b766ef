#pragma once

#include "gateway/domain/access.h"
#include "gateway/domain/credentials.h"
#include "gateway/domain/first_start.h"
#include "gateway/server/control/control.h"
#include "gateway/storage/data_folder.h"
#include "tests/unit/server/recording_mqtt.h"

#include <QTemporaryDir>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace carport::test {

namespace beast = boost::beast;
namespace http = beast::http;
using tcp = boost::asio::ip::tcp;
using Verb = http::verb;

/// Header fields of a request, by name.
using HttpFields = std::map<std::string, std::string>;

struct HttpAnswer {
  unsigned status = 0;
  nlohmann::json json;
  std::string body;
  http::response<http::string_body> raw;

  template <class Name>
  std::string header(Name name) const {
    const auto value = raw[name];
    return {value.data(), value.size()};
  }
};

/// A control thread over real storage in a folder of its own, with one of each kind of caller and three cars.
class ControlFixture {
 public:
  ControlFixture();
  ~ControlFixture();

  void startControl();
  void restartControl();

  PrincipalNumber addUser(const std::string& id, std::string_view role);
  PrincipalNumber addCar(const std::string& id);
  /// `acme` with its administrator `acme.anna` and its viewer `acme.vera`, and `beta` with its administrator
  /// `beta.bert`. Call where the gateway was started.
  void addTwoOrganisations();
  /// A token for `id`; the gateway sees it at its next poll, before start at once.
  std::string tokenFor(const std::string& id, std::optional<TimePoint> expiresAt = {});
  PrincipalNumber numberOf(const std::string& id) const;
  bool knowsToken(const std::string& token) const;
  /// A token for `id` that the gateway has seen already; empty where it does not serve.
  std::string usableToken(const std::string& id);

  /// One sample, as the MQTT side reports it after the commit.
  void sample(const std::string& car, double latitude, double longitude, double speed);

  /// A call of the API below /api/v2.
  HttpAnswer call(Verb method, const std::string& path, const std::string& token = {}, const std::string& body = {},
                  const std::string& contentType = "application/json");
  /// A request for any path of the gateway. A body is JSON, and the host this machine, unless `fields` say otherwise.
  HttpAnswer ask(Verb method, const std::string& target, const std::string& token, const std::string& body,
                 const HttpFields& fields);
  HttpAnswer send(const http::request<http::string_body>& request);
  tcp::socket connect(boost::asio::io_context& context) const;
  static HttpAnswer toAnswer(http::response<http::string_body> raw);

  QTemporaryDir dir;
  SystemClock clock;
  MetricNames names;
  std::shared_ptr<RecentLog> recent = std::make_shared<RecentLog>();
  std::optional<DataFolder> folder;
  std::unique_ptr<RegistryStore> store;   ///< as a second process has it
  std::unique_ptr<RegistryStore> polled;  ///< the gateway's own
  std::unique_ptr<PasswordChecker> passwords;
  std::unique_ptr<DurableLog> writer;
  std::unique_ptr<ReaderPool> readers;
  Registry registry;
  RecordingMqtt mqtt;
  OperationsSettings operations{};       ///< for the next startControl()
  std::vector<std::string> corsOrigins;  ///< before startControl()
  Result<void> started;
  Endpoint address;
  std::unique_ptr<Control> control;

 private:
  void init();
};

/// A gateway of its own for each of a test's functions, and a token of its administrator `root`. A base beside QObject.
class WithAdministrator {
 protected:
  /// Makes both anew; false where the gateway does not serve.
  bool begin();

  std::unique_ptr<ControlFixture> m_gateway;
  std::string m_token;
};

}  // namespace carport::test
