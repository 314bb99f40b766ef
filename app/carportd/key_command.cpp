#include "app/carportd/folder_session.h"
#include "app/carportd/subcommands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <ostream>

namespace carport {

namespace {

constexpr std::int64_t kMaxKeyDays = 3650;

struct KeyFlags {
  api::ProvisioningKey key;
  std::int64_t days = 0;
};

int createKey(Program& program, const KeyFlags& flags) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  api::ProvisioningKey key = flags.key;
  if (key.idPrefix.empty() && !key.organisation.empty()) key.idPrefix = key.organisation + '.';
  if (flags.days > 0) key.expiresAt = session->now() + std::chrono::days(flags.days);
  const std::string text = makeProvisioningKey();
  const auto added = session->registry().provisioning().addProvisioningKey(std::move(key), hashToken(text));
  if (!added) return program.refuse(added.error());
  program.err << fmt::format("Made the provisioning key {} for {} devices. It follows; it is shown this once.",
                             added->number, added->quota)
              << std::endl;
  program.out << text << std::endl;
  return kExitOk;
}

int listKeys(Program& program) {
  int exitCode = kExitOk;
  const auto session = FolderSession::openForReading(program, exitCode);
  if (!session) return exitCode;
  const auto keys = session->registry().provisioning().provisioningKeys();
  if (!keys) return program.refuse(keys.error());
  for (const api::ProvisioningKey& key : *keys) {
    const bool expired = key.expiresAt && *key.expiresAt <= session->now();
    program.out << key.number << '\t' << key.label << '\t' << key.used << '/' << key.quota << '\t' << key.idPrefix
                << '\t' << (expired ? "expired" : "active") << '\n';
  }
  program.out.flush();
  return kExitOk;
}

int removeKey(Program& program, const KeyFlags& flags) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  const auto removed = session->registry().provisioning().removeProvisioningKey(flags.key.number);
  if (!removed) return program.refuse(removed.error());
  program.err << "Took the provisioning key " << flags.key.number << " back. The devices that it registered stay."
              << std::endl;
  return kExitOk;
}

}  // namespace

void addKeyCommand(CLI::App& app, Program& program) {
  CLI::App* key = app.add_subcommand("key", "Make, list and take back the keys by which devices register themselves");
  key->require_subcommand(1);
  const auto flags = std::make_shared<KeyFlags>();
  CLI::App* create = key->add_subcommand("create", "Make a key and print it, alone and this once");
  addDataFlags(*create, program);
  create->add_option("--quota", flags->key.quota, "Devices that it may register in all")
      ->required()
      ->check(CLI::Range(std::uint32_t{1}, api::kMaxProvisioningQuota))
      ->type_name("N");
  create->add_option("--label", flags->key.label, "What it is for")->type_name("TEXT");
  create->add_option("--prefix", flags->key.idPrefix, "What the ids of its devices begin with")->type_name("TEXT");
  create->add_option("--group", flags->key.group, "The group that its devices come into")->type_name("ID");
  create->add_option("--organisation", flags->key.organisation, "Whose devices it makes; the house's where left out")
      ->type_name("ID");
  create->add_option("--days", flags->days, "How long it is good; for ever where left out")
      ->check(CLI::Range(std::int64_t{1}, kMaxKeyDays))
      ->type_name("N");
  create->callback([&program, flags] { program.action = [&program, flags] { return createKey(program, *flags); }; });
  CLI::App* list = key->add_subcommand("list", "List the keys: number, label, used/quota, prefix, state");
  addDataFlags(*list, program);
  list->callback([&program] { program.action = [&program] { return listKeys(program); }; });
  CLI::App* remove = key->add_subcommand("remove", "Take a key back");
  addDataFlags(*remove, program);
  remove->add_option("NUMBER", flags->key.number, "As “key list” has it")->required();
  remove->callback([&program, flags] { program.action = [&program, flags] { return removeKey(program, *flags); }; });
}

}  // namespace carport
