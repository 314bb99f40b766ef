#include "app/carportd/settings.h"

#include "app/carportd/config_file.h"
#include "gateway/base/base_errc.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <utility>

namespace carport {

namespace {

constexpr std::size_t kMaxIoThreads = 256;

Result<void> applyData(Settings& settings, const std::string& text) {
  if (text.empty()) return fail(BaseErrc::invalidArgument, "A folder is needed");
  settings.dataFolder = text;
  return {};
}

Result<void> applyEndpoint(Endpoint& endpoint, bool& chosen, const std::string& text) {
  auto parsed = Endpoint::parse(text);
  if (!parsed) return failFrom(parsed);
  endpoint = std::move(*parsed);
  chosen = true;
  return {};
}
Result<void> applyMqtt(Settings& s, const std::string& text) {
  return applyEndpoint(s.mqtt, s.mqttChosen, text);
}
Result<void> applyHttp(Settings& s, const std::string& text) {
  return applyEndpoint(s.http, s.httpChosen, text);
}

Result<void> applyOptional(std::optional<Endpoint>& endpoint, const std::string& text) {
  auto parsed = Endpoint::parse(text);
  if (!parsed) return failFrom(parsed);
  endpoint = std::move(*parsed);
  return {};
}
Result<void> applyMqtts(Settings& s, const std::string& text) {
  return applyOptional(s.mqtts, text);
}
Result<void> applyWs(Settings& s, const std::string& text) {
  return applyOptional(s.ws, text);
}
Result<void> applyWss(Settings& s, const std::string& text) {
  return applyOptional(s.wss, text);
}

Result<void> applyFile(std::filesystem::path& file, const std::string& text) {
  if (text.empty()) return fail(BaseErrc::invalidArgument, "A file is needed");
  file = text;
  return {};
}
Result<void> applyTlsCert(Settings& s, const std::string& text) {
  return applyFile(s.tls.certificate, text);
}
Result<void> applyTlsKey(Settings& s, const std::string& text) {
  return applyFile(s.tls.key, text);
}
Result<void> applyTlsClientCa(Settings& s, const std::string& text) {
  return applyFile(s.tls.clientCa, text);
}

Result<void> applyTlsClientCerts(Settings& settings, const std::string& text) {
  constexpr std::array<std::pair<std::string_view, ClientCertificates>, 3> kWords{
      {{"none", ClientCertificates::none},
       {"optional", ClientCertificates::optional},
       {"required", ClientCertificates::required}}};
  for (const auto& [word, meaning] : kWords) {
    if (text != word) continue;
    settings.clientCertificates = meaning;
    return {};
  }
  return fail(BaseErrc::invalidArgument, fmt::format("Write none, optional or required, not “{}”", text));
}

Result<void> applyAnonymous(Settings& settings, const std::string& text) {
  if (text.empty()) return fail(BaseErrc::invalidArgument, "The id of a user or service is needed");
  settings.anonymous = text;
  return {};
}

Result<void> applyIoThreads(Settings& settings, const std::string& text) {
  std::size_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || code != std::errc() || end != text.data() + text.size() || number > kMaxIoThreads) {
    return fail(BaseErrc::invalidArgument,
                fmt::format("“{}” is not a number of threads. Write 0 (one less than there are cores) to {}", text,
                            kMaxIoThreads));
  }
  settings.ioThreads = number;
  return {};
}

Result<void> applyLogLevel(Settings& settings, const std::string& text) {
  constexpr std::array<std::pair<std::string_view, LogLevel>, 4> kLevels{{{"debug", LogLevel::debug},
                                                                          {"info", LogLevel::info},
                                                                          {"warning", LogLevel::warning},
                                                                          {"error", LogLevel::error}}};
  for (const auto& [name, level] : kLevels) {
    if (text != name) continue;
    settings.logLevel = level;
    return {};
  }
  return fail(BaseErrc::invalidArgument, fmt::format("“{}” is not a level. Write debug, info, warning or error", text));
}

constexpr std::array<SettingKey, 13> kKeys{{
    {"data", "CARPORT_DATA", "Folder with everything the gateway keeps", applyData},
    {"mqtt", "CARPORT_MQTT", "Where cars connect, HOST:PORT; port 0 takes a free one", applyMqtt},
    {"http", "CARPORT_HTTP", "Where the portal connects, HOST:PORT; port 0 takes a free one", applyHttp},
    {"mqtts", "CARPORT_MQTTS", "MQTT over TLS, HOST:PORT; needs tls-cert and tls-key", applyMqtts},
    {"ws", "CARPORT_WS", "MQTT over WebSocket, HOST:PORT", applyWs},
    {"wss", "CARPORT_WSS", "MQTT over WebSocket with TLS, HOST:PORT; needs tls-cert and tls-key", applyWss},
    {"tls-cert", "CARPORT_TLS_CERT", "The server's certificate and those that lead to its authority, PEM",
     applyTlsCert},
    {"tls-key", "CARPORT_TLS_KEY", "The key of that certificate, PEM without a passphrase", applyTlsKey},
    {"tls-client-ca", "CARPORT_TLS_CLIENT_CA", "Authorities whose certificates clients may show, PEM",
     applyTlsClientCa},
    {"tls-client-certs", "CARPORT_TLS_CLIENT_CERTS",
     "Whether clients show certificates: none, optional or required; optional where tls-client-ca is set",
     applyTlsClientCerts},
    {"anonymous", "CARPORT_ANONYMOUS", "Id of the user or service that MQTT clients without credentials are let in as",
     applyAnonymous},
    {"io-threads", "CARPORT_IO_THREADS", "Threads that serve connections; 0: one less than there are cores",
     applyIoThreads},
    {"log-level", "CARPORT_LOG_LEVEL", "debug, info, warning or error", applyLogLevel},
}};

/// What settings mean together; says what does not fit.
void settleTls(Settings& settings, std::vector<SettingMistake>& mistakes) {
  const bool hasTls = settings.mqtts || settings.wss;
  const bool hasCa = !settings.tls.clientCa.empty();
  const auto wanted =
      settings.clientCertificates.value_or(hasCa ? ClientCertificates::optional : ClientCertificates::none);
  settings.tls.clientCertificates = wanted;
  if (hasTls && (settings.tls.certificate.empty() || settings.tls.key.empty())) {
    mistakes.push_back(
        {settings.mqtts ? "mqtts" : "wss", "TLS needs a certificate and its key: set tls-cert and tls-key"});
  } else if (settings.tls.certificate.empty() != settings.tls.key.empty()) {
    mistakes.push_back({"tls-cert, tls-key", "One of them alone is of no use; set both"});
  }
  if (wanted != ClientCertificates::none && !hasCa) {
    mistakes.push_back(
        {"tls-client-certs", "Clients' certificates are checked against an authority: set tls-client-ca"});
  }
}

}  // namespace

std::span<const SettingKey> settingKeys() {
  return kKeys;
}

Environment processEnvironment() {
  return [](std::string_view variable) -> std::optional<std::string> {
    const char* value = std::getenv(std::string(variable).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

SettingsRead readSettings(const std::map<std::string, std::string>& flags, const Environment& environment,
                          std::filesystem::path configFile) {
  SettingsRead result;
  if (configFile.empty()) configFile = environment("CARPORT_CONFIG").value_or("");
  ConfigFile file;
  if (!configFile.empty()) file = readConfigFile(configFile);
  result.mistakes = std::move(file.mistakes);

  const auto apply = [&](const SettingKey& key, const std::string& text, std::string where) {
    if (auto applied = key.apply(result.settings, text); !applied) {
      result.mistakes.push_back({std::move(where), applied.error().message()});
    }
  };
  // From the weakest to the strongest, so that the last word counts and every mistake is found.
  for (const SettingKey& key : settingKeys()) {
    for (const ConfigEntry& entry : file.entries) {
      if (entry.key != key.key) continue;
      apply(key, entry.value, fmt::format("{}, line {}, {}", configFile.string(), entry.line, key.key));
    }
    if (const auto text = environment(key.variable)) apply(key, *text, std::string(key.variable));
    if (const auto flag = flags.find(std::string(key.key)); flag != flags.end()) {
      apply(key, flag->second, fmt::format("--{}", key.key));
    }
  }
  settleTls(result.settings, result.mistakes);
  return result;
}

}  // namespace carport
