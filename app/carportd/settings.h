#pragma once

#include "gateway/base/endpoint.h"
#include "gateway/base/log.h"
#include "gateway/base/result.h"
#include "gateway/server/operations/operations_settings.h"
#include "gateway/transport/tls_files.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace carport {

/// What can be set, wherever it comes from.
struct Settings {
  std::filesystem::path dataFolder;  ///< empty: the platform's
  Endpoint mqtt{"127.0.0.1", 1883};
  Endpoint http{"127.0.0.1", 8080};
  bool mqttChosen = false;  ///< somebody chose it, so another port will not do
  bool httpChosen = false;
  std::optional<Endpoint> mqtts;  ///< none: not served
  std::optional<Endpoint> ws;
  std::optional<Endpoint> wss;
  std::optional<Endpoint> https;
  bool insecureListen = false;  ///< ports without TLS may be reached from other machines
  TlsFiles tls;                 ///< those of the data folder (TlsFolder) where they are there and no others were set
  std::optional<ClientCertificates> clientCertificates;  ///< as it was set; tls has what that comes to
  std::string anonymous;      ///< id of the principal for clients without credentials; empty: none
  std::size_t ioThreads = 0;  ///< 0: one less than cores
  bool nitrogenSignUp = false;  ///< anybody may become a user by /api/v1
  std::uint32_t auditDays = 0;  ///< how long entries of the audit log are kept; 0: for ever
  std::vector<std::string> corsOrigins;  ///< pages of these may use the API in a browser
  LogLevel logLevel = LogLevel::info;
  MetricsAccess metrics = MetricsAccess::token;
  std::uint32_t drainSeconds = 0;  ///< over which SIGTERM lets clients go
};

/// One thing that can be set: its key in files, its environment variable, and how its text becomes a value.
struct SettingKey {
  std::string_view key;
  std::string_view variable;
  std::string_view help;
  Result<void> (*apply)(Settings& settings, const std::string& text);
  bool isSwitch = false;  ///< true or false; as a flag it stands alone
};
std::span<const SettingKey> settingKeys();

/// What is wrong with a setting, and where: “carport.toml, line 3, mqtt: …”.
struct SettingMistake {
  std::string where;
  std::string reason;
};

/// Looks environment variables up; none where it is not set. Tests give their own.
using Environment = std::function<std::optional<std::string>(std::string_view variable)>;
Environment processEnvironment();

struct SettingsRead {
  Settings settings;
  std::vector<SettingMistake> mistakes;
};

/// Puts settings together: `flags` (by key) before the environment before `configFile` (from CARPORT_CONFIG where
/// empty). Whatever is wrong anywhere is among the mistakes. `usualFolder` is where data is kept that no setting names;
/// its TLS files are looked for.
SettingsRead readSettings(const std::map<std::string, std::string>& flags, const Environment& environment,
                          std::filesystem::path configFile, const std::filesystem::path& usualFolder = {});

/// The same without a look at whether they fit together, for commands that want to know one of them.
SettingsRead readEachSetting(const std::map<std::string, std::string>& flags, const Environment& environment,
                             std::filesystem::path configFile);

}  // namespace carport
