#include "app/carportd/folder_session.h"
#include "app/carportd/settings.h"
#include "app/carportd/subcommands.h"
#include "app/embedded/gateway_host.h"
#include "app/embedded/platform_folders.h"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include <csignal>
#include <map>
#include <memory>
#include <ostream>

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

GatewayHostConfig hostConfig(const Settings& settings) {
  GatewayHostConfig config;
  config.dataFolder = settings.dataFolder;
  config.gateway.mqtt = {settings.mqtt, !settings.mqttChosen};
  config.gateway.http = {settings.http, !settings.httpChosen};
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

int serve(Program& program, const Flags& flags) {
  const auto settings = settingsToServe(program, flags);
  if (!settings) return kExitUsage;
  // Before anything starts: a signal during the start must end it in order, too.
  boost::asio::io_context context(1);
  boost::asio::signal_set signals(context, SIGINT, SIGTERM);
  int received = 0;
  signals.async_wait([&received](const boost::system::error_code& error, int signal) {
    if (!error) received = signal;
  });

  const SystemClock clock;
  const auto recentLog = std::make_shared<RecentLog>();
  const Log log = Log::toStandardError(settings->logLevel, recentLog);
  auto host = GatewayHost::start(hostConfig(*settings), clock, log, recentLog);
  if (!host) return program.refuse(host.error());
  if ((*host)->firstAdministrator()) printFirstAdministrator(program, *(*host)->firstAdministrator());
  program.out << "ready mqtt=" << (*host)->mqttAddress().toString() << " http=" << (*host)->httpAddress().toString()
              << std::endl;
  context.run();
  log.as("carportd").info("Ending: no new connections, and what was taken in goes to the disk", {{"signal", received}});
  (*host)->stop();
  host->reset();
  log.as("carportd").info("Ended");
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
