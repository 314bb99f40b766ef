#include "app/carportd/folder_session.h"
#include "app/carportd/settings.h"
#include "app/carportd/subcommands.h"
#include "app/embedded/gateway_host.h"
#include "app/embedded/platform_folders.h"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

namespace carport {

namespace {

using Flags = std::map<std::string, std::string>;

/// The settings, complete, with a sentence about a folder that nobody named.
std::optional<Settings> settingsToServe(Program& program, Flags flags) {
  if (!program.dataFlag.empty()) flags["data"] = program.dataFlag;
  SettingsRead read = readSettings(flags, processEnvironment(), program.configFlag);
  for (const SettingMistake& mistake : read.mistakes) {
    program.refuse(fmt::format("{}: {}", mistake.where, mistake.reason), kExitUsage);
  }
  if (!read.mistakes.empty()) return std::nullopt;
  if (read.settings.dataFolder.empty()) {
    auto folder = platformDataFolder();
    if (!folder) {
      program.refuse(folder.error(), kExitUsage);
      return std::nullopt;
    }
    read.settings.dataFolder = *folder;
    program.err << "Keeping data in " << folder->string() << ", because --data names no other folder." << std::endl;
  }
  return read.settings;
}

std::optional<ListenAt> exactly(const std::optional<Endpoint>& endpoint) {
  return endpoint ? std::optional(ListenAt{*endpoint, false}) : std::nullopt;
}

GatewayHostConfig hostConfig(const Settings& settings) {
  GatewayHostConfig config;
  config.dataFolder = settings.dataFolder;
  config.gateway.mqtt = {settings.mqtt, !settings.mqttChosen};
  config.gateway.http = {settings.http, !settings.httpChosen};
  config.gateway.mqtts = exactly(settings.mqtts);
  config.gateway.ws = exactly(settings.ws);
  config.gateway.wss = exactly(settings.wss);
  config.gateway.tls = settings.tls;
  config.gateway.anonymous = settings.anonymous;
  config.gateway.ioThreads = settings.ioThreads;
  config.gateway.version = CARPORT_VERSION;
  return config;
}

/// The password goes to standard error, so that standard output holds nothing but the line that scripts wait for.
void printFirstAdministrator(Program& program, const FirstAdministrator& administrator) {
  program.err << fmt::format(
                     "First start: sign in as “{}” with the one-time password {} and change it then. It is shown "
                     "this once.",
                     administrator.id, administrator.password)
              << std::endl;
}

/// The line that scripts wait for: mqtt and http always, in this order; the others where they are served.
std::string readyLine(const GatewayHost& host) {
  std::string line = fmt::format("ready mqtt={} http={}", host.mqttAddress().toString(), host.httpAddress().toString());
  if (const auto at = host.mqttsAddress()) line += " mqtts=" + at->toString();
  if (const auto at = host.wsAddress()) line += " ws=" + at->toString();
  if (const auto at = host.wssAddress()) line += " wss=" + at->toString();
  return line;
}

/// What the main thread does while the gateway serves: waits for signals, and looks after the certificates. The one
/// place where signals are handled.
class Watch {
 public:
  /// How often the certificates' files are looked at.
  static constexpr std::chrono::seconds kCertificateLook{2};

  /// Before anything starts: a signal during the start must end it in order, too.
  Watch() : m_ending(m_context, SIGINT, SIGTERM), m_reloading(m_context), m_timer(m_context) {
    m_ending.async_wait([this](const boost::system::error_code& ec, int signal) {
      if (ec) return;
      m_received = signal;
      m_context.stop();
    });
#ifdef SIGHUP
    boost::system::error_code ignored;
    m_reloading.add(SIGHUP, ignored);
#endif
  }

  /// Serves until a signal ends it; returns which.
  int run(GatewayHost& host, const Log& log) {
    waitForReload(host, log);
    lookLater(host);
    m_context.run();
    return m_received;
  }

 private:
  void waitForReload(GatewayHost& host, const Log& log) {
    m_reloading.async_wait([this, &host, &log](const boost::system::error_code& ec, int) {
      if (ec) return;
      log.info("Asked to read the TLS certificate again");
      host.reloadCertificates();
      waitForReload(host, log);
    });
  }
  void lookLater(GatewayHost& host) {
    m_timer.expires_after(kCertificateLook);
    m_timer.async_wait([this, &host](const boost::system::error_code& ec) {
      if (ec) return;
      host.lookAfterCertificates();
      lookLater(host);
    });
  }

  boost::asio::io_context m_context{1};
  boost::asio::signal_set m_ending;
  boost::asio::signal_set m_reloading;
  boost::asio::steady_timer m_timer;
  int m_received = 0;
};

int serve(Program& program, const Flags& flags) {
  const auto settings = settingsToServe(program, flags);
  if (!settings) return kExitUsage;
  Watch watch;
  const SystemClock clock;
  const auto recentLog = std::make_shared<RecentLog>();
  const Log log = Log::toStandardError(settings->logLevel, recentLog);
  auto host = GatewayHost::start(hostConfig(*settings), clock, log, recentLog);
  if (!host) return program.refuse(host.error());
  if ((*host)->firstAdministrator()) printFirstAdministrator(program, *(*host)->firstAdministrator());
  program.out << readyLine(**host) << std::endl;
  const Log ours = log.as("carportd");
  const int received = watch.run(**host, ours);
  ours.info("Ending: no new connections, and what was taken in goes to the disk", {{"signal", received}});
  (*host)->stop();
  host->reset();
  ours.info("Ended");
  return kExitOk;
}

}  // namespace

void addServeCommand(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand("serve", "Serve cars and portals until SIGINT or SIGTERM");
  addDataFlags(*command, program);
  const auto flags = std::make_shared<Flags>();
  for (const SettingKey& key : settingKeys()) {
    if (key.key == "data") continue;
    const std::string name(key.key);
    command->add_option_function<std::string>(
        "--" + name, [flags, name](const std::string& text) { (*flags)[name] = text; }, std::string(key.help));
  }
  command->callback([&program, flags] { program.action = [&program, flags] { return serve(program, *flags); }; });
}

}  // namespace carport
