#include "app/carportd/settings.h"

#include "app/carportd/config_file.h"
#include "app/carportd/tls_settings.h"
#include "gateway/api/drain_state.h"
#include "gateway/base/base_errc.h"
#include "gateway/server/http/origin.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <utility>

namespace carport {

namespace {

constexpr std::size_t kMaxIoThreads = 256;
constexpr std::uint32_t kMaxAuditDays = 36'500;
constexpr std::uint32_t kMaxDrainSeconds = api::DrainWish::kMostSeconds;

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

Result<void> applyHttps(Settings& s, const std::string& text) {
  return applyOptional(s.https, text);
}

Result<void> applySwitch(bool& on, const std::string& text) {
  if (text != "true" && text != "false") {
    return fail(BaseErrc::invalidArgument, fmt::format("Write true or false, not “{}”", text));
  }
  on = text == "true";
  return {};
}
Result<void> applyInsecureListen(Settings& s, const std::string& text) {
  return applySwitch(s.insecureListen, text);
}
Result<void> applyNitrogenSignUp(Settings& s, const std::string& text) {
  return applySwitch(s.nitrogenSignUp, text);
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

/// Origins with blanks or commas between them.
Result<void> applyCorsOrigins(Settings& settings, const std::string& text) {
  std::vector<std::string> origins;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::string_view origin = rest.substr(0, rest.find_first_of(" ,"));
    rest.remove_prefix(std::min(origin.size() + 1, rest.size()));
    if (origin.empty()) continue;
    if (const auto fine = checkOrigin(origin); !fine) return fine;
    origins.emplace_back(origin);
  }
  if (origins.size() > kMaxCrossOrigins) {
    return fail(BaseErrc::invalidArgument, fmt::format("Name at most {} origins", kMaxCrossOrigins));
  }
  settings.corsOrigins = std::move(origins);
  return {};
}

/// A whole number up to `most`; `none` is how its sentence writes 0.
template <class Number>
Result<void> applyNumber(Number& number, const std::string& text, Number most, std::string_view what,
                         std::string_view none = "0") {
  Number read = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), read);
  if (text.empty() || code != std::errc() || end != text.data() + text.size() || read > most) {
    return fail(BaseErrc::invalidArgument,
                fmt::format("“{}” is not a number of {}. Write {} to {}", text, what, none, most));
  }
  number = read;
  return {};
}
Result<void> applyIoThreads(Settings& s, const std::string& text) {
  return applyNumber(s.ioThreads, text, kMaxIoThreads, "threads", "0 (one less than there are cores)");
}
Result<void> applyAuditDays(Settings& s, const std::string& text) {
  return applyNumber(s.auditDays, text, kMaxAuditDays, "days", "0 (for ever)");
}
Result<void> applyDrainTime(Settings& s, const std::string& text) {
  return applyNumber(s.drainSeconds, text, kMaxDrainSeconds, "seconds");
}

Result<void> applyMetrics(Settings& settings, const std::string& text) {
  constexpr std::array<std::pair<std::string_view, MetricsAccess>, 3> kWords{
      {{"token", MetricsAccess::token}, {"loopback", MetricsAccess::loopback}, {"off", MetricsAccess::off}}};
  for (const auto& [word, meaning] : kWords) {
    if (text != word) continue;
    settings.metrics = meaning;
    return {};
  }
  return fail(BaseErrc::invalidArgument, fmt::format("Write token, loopback or off, not “{}”", text));
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

constexpr auto kKeys = std::to_array<SettingKey>({
    {"data", "CARPORT_DATA", "Folder with everything the gateway keeps", applyData},
    {"mqtt", "CARPORT_MQTT", "Where cars connect, HOST:PORT; port 0 takes a free one", applyMqtt},
    {"http", "CARPORT_HTTP", "Where the portal connects, HOST:PORT; port 0 takes a free one", applyHttp},
    {"mqtts", "CARPORT_MQTTS", "MQTT over TLS, HOST:PORT; needs tls-cert and tls-key", applyMqtts},
    {"ws", "CARPORT_WS", "MQTT over WebSocket, HOST:PORT", applyWs},
    {"wss", "CARPORT_WSS", "MQTT over WebSocket with TLS, HOST:PORT; needs tls-cert and tls-key", applyWss},
    {"https", "CARPORT_HTTPS", "The API and the portal's connection over TLS, HOST:PORT; needs tls-cert and tls-key",
     applyHttps},
    {"insecure-listen", "CARPORT_INSECURE_LISTEN",
     "true: mqtt, http and ws may listen where others reach them, without TLS", applyInsecureListen, true},
    {"nitrogen-sign-up", "CARPORT_NITROGEN_SIGN_UP", "true: anybody may become a user by Nitrogen's API (/api/v1)",
     applyNitrogenSignUp, true},
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
    {"cors-origins", "CARPORT_CORS_ORIGINS",
     "Origins of pages that may use the API in a browser, as in https://fleet.example; none where it is not set",
     applyCorsOrigins},
    {"io-threads", "CARPORT_IO_THREADS", "Threads that serve connections; 0: one less than there are cores",
     applyIoThreads},
    {"audit-days", "CARPORT_AUDIT_DAYS", "Days that entries of the audit log are kept; 0: for ever", applyAuditDays},
    {"log-level", "CARPORT_LOG_LEVEL", "debug, info, warning or error", applyLogLevel},
    {"metrics", "CARPORT_METRICS", "Who may scrape /metrics: token, loopback or off", applyMetrics},
    {"drain-time", "CARPORT_DRAIN_TIME", "Seconds over which SIGTERM lets clients go; 0: all at once", applyDrainTime},
});

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

SettingsRead readEachSetting(const std::map<std::string, std::string>& flags, const Environment& environment,
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
  return result;
}

SettingsRead readSettings(const std::map<std::string, std::string>& flags, const Environment& environment,
                          std::filesystem::path configFile, const std::filesystem::path& usualFolder) {
  SettingsRead result = readEachSetting(flags, environment, std::move(configFile));
  settleTls(result.settings, usualFolder, result.mistakes);
  checkExposure(result.settings, result.mistakes);
  return result;
}

}  // namespace carport
