#include "app/carportd/folder_session.h"
#include "app/carportd/settings.h"
#include "app/carportd/subcommands.h"
#include "app/embedded/gateway_host.h"
#include "app/embedded/platform_folders.h"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <utility>

namespace carport {

namespace {

using Flags = std::map<std::string, std::string>;

/// The settings, complete, with a sentence about a folder that nobody named.
std::optional<Settings> settingsToServe(Program& program, Flags flags) {
  if (!program.dataFlag.empty()) flags["data"] = program.dataFlag;
  const auto usualFolder = platformDataFolder();
  SettingsRead read =
      readSettings(flags, processEnvironment(), program.configFlag, usualFolder.value_or(std::filesystem::path()));
  for (const SettingMistake& mistake : read.mistakes) {
    program.refuse(fmt::format("{}: {}", mistake.where, mistake.reason), kExitUsage);
  }
  if (!read.mistakes.empty()) return std::nullopt;
  if (read.settings.dataFolder.empty()) {
    if (!usualFolder) {
      program.refuse(usualFolder.error(), kExitUsage);
      return std::nullopt;
    }
    read.settings.dataFolder = *usualFolder;
    program.err << "Keeping data in " << usualFolder->string() << ", because --data names no other folder." << std::endl;
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
  config.gateway.https = exactly(settings.https);
  config.gateway.insecureListen = settings.insecureListen;
  config.gateway.tls = settings.tls;
  config.gateway.anonymous = settings.anonymous;
  config.gateway.ioThreads = settings.ioThreads;
  config.gateway.auditDays = settings.auditDays;
  config.gateway.nitrogenSignUp = settings.nitrogenSignUp;
  config.gateway.corsOrigins = settings.corsOrigins;
  config.gateway.version = CARPORT_VERSION;
  config.gateway.operations.metrics = settings.metrics;
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
  if (const auto at = host.httpsAddress()) line += " https=" + at->toString();
  return line;
}

/// What the main thread does while the gateway serves: waits for signals, and looks after the certificates. The one
/// place where signals are handled.
class Watch {
 public:
  /// How often the certificates' files are looked at.
  static constexpr std::chrono::seconds kCertificateLook{2};

  /// Before anything starts: a signal during the start must end it in order, too. SIGTERM lets clients go over
  /// `drainSeconds` first.
  explicit Watch(std::uint32_t drainSeconds)
      : m_drainSeconds(drainSeconds),
        m_ending(m_context, SIGINT, SIGTERM),
        m_reloading(m_context),
        m_timer(m_context) {
    waitForEnd();
#ifdef SIGHUP
    boost::system::error_code ignored;
    m_reloading.add(SIGHUP, ignored);
#endif
  }

  /// Serves until a signal, or whoever drained the gateway, ends it; says which.
  std::string run(GatewayHost& host, const Log& log) {
    m_host = &host;
    waitForReload(host, log);
    lookLater(host);
    m_context.run();
    return m_why;
  }
  /// Ends it because the last client has gone. Any thread.
  void endDrained() {
    boost::asio::post(m_context, [this] { end("drained"); });
  }

 private:
  void waitForEnd() {
    m_ending.async_wait([this](const boost::system::error_code& ec, int signal) {
      if (ec) return;
      // Whoever asks again, or presses Ctrl-C, does not want to wait.
      const bool mayDrain = signal == SIGTERM && m_drainSeconds > 0 && !m_isDraining;
      if (!mayDrain || m_host == nullptr) return end(fmt::format("signal {}", signal));
      m_isDraining = true;
      m_host->drain(std::chrono::seconds(m_drainSeconds));
      waitForEnd();
    });
  }
  void end(std::string why) {
    m_why = std::move(why);
    m_context.stop();
  }
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

  const std::uint32_t m_drainSeconds;
  boost::asio::io_context m_context{1};
  boost::asio::signal_set m_ending;
  boost::asio::signal_set m_reloading;
  boost::asio::steady_timer m_timer;
  GatewayHost* m_host = nullptr;
  bool m_isDraining = false;
  std::string m_why;
};

int serve(Program& program, const Flags& flags) {
  const auto settings = settingsToServe(program, flags);
  if (!settings) return kExitUsage;
  Watch watch(settings->drainSeconds);
  const SystemClock clock;
  const auto recentLog = std::make_shared<RecentLog>();
  const Log log = Log::toStandardError(settings->logLevel, recentLog);
  GatewayHostConfig config = hostConfig(*settings);
  config.gateway.operations.end = [&watch] { watch.endDrained(); };
  auto host = GatewayHost::start(std::move(config), clock, log, recentLog);
  if (!host) return program.refuse(host.error());
  if ((*host)->firstAdministrator()) printFirstAdministrator(program, *(*host)->firstAdministrator());
  program.out << readyLine(**host) << std::endl;
  const Log ours = log.as("carportd");
  const std::string why = watch.run(**host, ours);
  ours.info("Ending: no new connections, and what was taken in goes to the disk", {{"why", why}});
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
    CLI::Option* option = command->add_option_function<std::string>(
        "--" + name, [flags, name](const std::string& text) { (*flags)[name] = text; }, std::string(key.help));
    if (key.isSwitch) option->expected(0, 1)->default_str("true");
  }
  command->callback([&program, flags] { program.action = [&program, flags] { return serve(program, *flags); }; });
}

}  // namespace carport
