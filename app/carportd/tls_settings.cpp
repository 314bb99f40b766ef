#include "app/carportd/tls_settings.h"

#include "app/carportd/tls_folder.h"
#include "gateway/server/gateway.h"

#include <string>
#include <system_error>
#include <utility>

namespace carport {

namespace {

/// Takes what `carportd tls init` made where nothing else was chosen.
void useOwn(Settings& settings, const std::filesystem::path& dataFolder) {
  if (!settings.tls.certificate.empty() || !settings.tls.key.empty() || dataFolder.empty()) return;
  const TlsFolder own(dataFolder);
  std::error_code ec;
  if (!std::filesystem::exists(own.serverCertificate(), ec)) return;
  settings.tls.certificate = own.serverCertificate();
  settings.tls.key = own.serverKey();
  const bool wantsAuthority = settings.clientCertificates != ClientCertificates::none;
  if (settings.tls.clientCa.empty() && wantsAuthority) settings.tls.clientCa = own.authorityCertificate();
}

}  // namespace

void settleTls(Settings& settings, const std::filesystem::path& usualFolder, std::vector<SettingMistake>& mistakes) {
  const bool hasTls = settings.mqtts || settings.wss || settings.https;
  if (hasTls) useOwn(settings, settings.dataFolder.empty() ? usualFolder : settings.dataFolder);
  const bool hasCa = !settings.tls.clientCa.empty();
  const auto wanted =
      settings.clientCertificates.value_or(hasCa ? ClientCertificates::optional : ClientCertificates::none);
  settings.tls.clientCertificates = wanted;
  if (hasTls && (settings.tls.certificate.empty() || settings.tls.key.empty())) {
    const char* where = settings.mqtts ? "mqtts" : settings.wss ? "wss" : "https";
    mistakes.push_back(
        {where, "TLS needs a certificate and its key: set tls-cert and tls-key, or make them with carportd tls init"});
  } else if (settings.tls.certificate.empty() != settings.tls.key.empty()) {
    mistakes.push_back({"tls-cert, tls-key", "One of them alone is of no use; set both"});
  }
  if (wanted != ClientCertificates::none && !hasCa) {
    mistakes.push_back(
        {"tls-client-certs", "Clients' certificates are checked against an authority: set tls-client-ca"});
  }
}

void checkExposure(const Settings& settings, std::vector<SettingMistake>& mistakes) {
  if (settings.insecureListen) return;
  const auto check = [&mistakes](const char* key, const char* what, const Endpoint& endpoint) {
    auto reason = whyInsecure(what, endpoint);
    if (!reason.empty()) mistakes.push_back({key, std::move(reason)});
  };
  check("mqtt", "MQTT", settings.mqtt);
  check("http", "HTTP", settings.http);
  if (settings.ws) check("ws", "MQTT over WebSocket", *settings.ws);
}

}  // namespace carport
