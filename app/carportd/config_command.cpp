#include "app/carportd/settings.h"
#include "app/carportd/subcommands.h"
#include "app/embedded/platform_folders.h"
#include "gateway/transport/tls_context.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <ostream>

namespace carport {

namespace {

int checkConfig(Program& program) {
  const auto usualFolder = platformDataFolder().value_or(std::filesystem::path());
  SettingsRead read = readSettings({}, processEnvironment(), program.configFlag, usualFolder);
  if (read.mistakes.empty() && !read.settings.tls.certificate.empty()) {
    if (const auto tls = TlsContext::load(read.settings.tls); !tls) {
      read.mistakes.push_back({"tls-cert, tls-key", tls.error().message()});
    }
  }
  for (const SettingMistake& mistake : read.mistakes) {
    program.refuse(fmt::format("{}: {}", mistake.where, mistake.reason), kExitFailure);
  }
  if (!read.mistakes.empty()) return kExitFailure;
  program.out << "ok" << std::endl;
  return kExitOk;
}

}  // namespace

void addConfigCommand(CLI::App& app, Program& program) {
  CLI::App* config = app.add_subcommand("config", "Look at the settings");
  config->require_subcommand(1);
  CLI::App* check = config->add_subcommand("check", "Say ok, or every mistake in the settings and where it is");
  check->add_option("--config", program.configFlag, "Settings in TOML or INI; CARPORT_CONFIG where left out")
      ->type_name("FILE");
  std::string footer = "Settings, as KEY = \"VALUE\" in the file or as an environment variable:\n";
  for (const SettingKey& key : settingKeys())
    footer += fmt::format("  {:<16} {:<25} {}\n", key.key, key.variable, key.help);
  check->footer(footer);
  check->callback([&program] { program.action = [&program] { return checkConfig(program); }; });
}

}  // namespace carport
