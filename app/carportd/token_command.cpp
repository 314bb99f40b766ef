#include "app/carportd/folder_session.h"
#include "app/carportd/subcommands.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

namespace carport {

namespace {

constexpr std::int64_t kMaxTokenDays = 3650;

struct TokenFlags {
  std::string user;
  std::string label = "command line";
  std::int64_t days = 0;
};

int createToken(Program& program, const TokenFlags& flags) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  const auto snapshot = session->registry().load();
  if (!snapshot) return program.refuse(snapshot.error());
  const auto owner =
      std::find_if(snapshot->principals.begin(), snapshot->principals.end(), [&](const PrincipalRecord& r) {
        const bool signsIn =
            r.principal.type == api::PrincipalType::user || r.principal.type == api::PrincipalType::service;
        return signsIn && r.principal.id == flags.user;
      });
  if (owner == snapshot->principals.end()) {
    return program.refuse(fmt::format("There is no user or service “{}” in this data folder", flags.user),
                          kExitFailure);
  }
  const std::string text = makeToken();
  TokenRecord token;
  token.info.owner = owner->principal.number;
  token.info.label = flags.label;
  token.info.createdAt = session->now();
  if (flags.days > 0) token.info.expiresAt = session->now() + std::chrono::hours(24 * flags.days);
  token.hash = hashToken(text);
  if (auto added = session->registry().addToken(std::move(token)); !added) return program.refuse(added.error());
  program.out << text << std::endl;
  return kExitOk;
}

}  // namespace

void addTokenCommand(CLI::App& app, Program& program) {
  CLI::App* token = app.add_subcommand("token", "Make tokens for programs");
  token->require_subcommand(1);
  const auto flags = std::make_shared<TokenFlags>();
  CLI::App* create = token->add_subcommand("create", "Make a token and print it, alone and this once");
  addDataFlags(*create, program);
  create->add_option("--user", flags->user, "The user or service that it stands for")->required()->type_name("NAME");
  create->add_option("--label", flags->label, "What it is for")->type_name("TEXT");
  create->add_option("--days", flags->days, "How long it lives; for ever where left out")
      ->check(CLI::Range(std::int64_t{1}, kMaxTokenDays))
      ->type_name("N");
  create->callback([&program, flags] { program.action = [&program, flags] { return createToken(program, *flags); }; });
}

}  // namespace carport
