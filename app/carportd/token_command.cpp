#include "app/carportd/folder_session.h"
#include "app/carportd/subcommands.h"
#include "gateway/api/json_fields.h"

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <vector>

namespace carport {

namespace {

constexpr std::int64_t kMaxTokenDays = 3650;

struct TokenFlags {
  std::string user;
  std::string label = "command line";
  std::int64_t days = 0;
  std::int64_t number = 0;
  std::vector<std::string> actions;
  std::string cars;
};

/// What the token is for; prints a sentence and sets `exitCode` where that cannot be.
std::optional<api::TokenScope> readScope(Program& program, const TokenFlags& flags, int& exitCode) {
  nlohmann::json json = nlohmann::json::object();
  if (!flags.actions.empty()) json["actions"] = flags.actions;
  if (!flags.cars.empty()) json["cars"] = flags.cars;
  api::FieldReader fields(json);
  auto scope = api::readTokenScope(fields);
  if (const auto read = fields.finish(); !read) exitCode = program.refuse(read.error(), kExitUsage);
  return scope;
}

std::string whenUsed(const std::map<std::int64_t, TokenUse>& uses, std::int64_t token) {
  const auto use = uses.find(token);
  if (use == uses.end()) return "never used";
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ} {}", std::chrono::floor<std::chrono::seconds>(use->second.at),
                     use->second.address);
}

int listTokens(Program& program, const TokenFlags& flags) {
  int exitCode = kExitOk;
  const auto session = FolderSession::openForReading(program, exitCode);
  if (!session) return exitCode;
  const auto snapshot = session->registry().load();
  if (!snapshot) return program.refuse(snapshot.error());
  std::size_t told = 0;
  for (const PrincipalRecord& owner : snapshot->principals) {
    if (!flags.user.empty() && owner.principal.id != flags.user) continue;
    const auto isOwn = [&](const TokenRecord& token) { return token.info.owner == owner.principal.number; };
    if (std::none_of(snapshot->tokens.begin(), snapshot->tokens.end(), isOwn)) continue;
    const auto stored = session->registry().people().tokenUses(owner.principal.number);
    if (!stored) return program.refuse(stored.error());
    std::map<std::int64_t, TokenUse> uses;
    for (const TokenUse& use : *stored) uses[use.token] = use;
    for (const TokenRecord& token : snapshot->tokens) {
      if (!isOwn(token)) continue;
      auto scope = api::toJson(token.info);
      const std::string actions = scope.contains("actions") ? scope["actions"].dump() : "everything";
      program.out << token.info.number << '\t' << owner.principal.id << '\t' << token.info.label << '\t' << actions
                  << '\t' << scope.value("cars", "*") << '\t' << whenUsed(uses, token.info.number) << '\n';
      ++told;
    }
  }
  program.out.flush();
  program.err << told << (told == 1 ? " token" : " tokens")
              << "; columns: number, whose, label, for what, about which cars, last use." << std::endl;
  return kExitOk;
}

int revokeToken(Program& program, const TokenFlags& flags) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  if (const auto removed = session->registry().removeToken(flags.number); !removed) {
    return program.refuse(removed.error());
  }
  program.err << "The token " << flags.number << " is not good any more." << std::endl;
  return kExitOk;
}

int createToken(Program& program, const TokenFlags& flags) {
  int exitCode = kExitOk;
  const auto scope = readScope(program, flags, exitCode);
  if (exitCode != kExitOk) return exitCode;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  const auto snapshot = session->registry().load();
  if (!snapshot) return program.refuse(snapshot.error());
  const auto owner =
      std::find_if(snapshot->principals.begin(), snapshot->principals.end(), [&](const PrincipalRecord& r) {
        using enum api::PrincipalType;
        const auto type = r.principal.type;
        return (type == user || type == service || type == application) && r.principal.id == flags.user;
      });
  if (owner == snapshot->principals.end()) {
    return program.refuse(fmt::format("There is no user, service or application “{}” in this data folder", flags.user),
                          kExitFailure);
  }
  const std::string text = makeToken();
  TokenRecord token;
  token.info.owner = owner->principal.number;
  token.info.label = flags.label;
  token.info.scope = scope;
  token.info.createdAt = session->now();
  if (flags.days > 0) token.info.expiresAt = session->now() + std::chrono::hours(24 * flags.days);
  token.hash = hashToken(text);
  if (auto added = session->registry().addToken(std::move(token)); !added) return program.refuse(added.error());
  program.out << text << std::endl;
  return kExitOk;
}

}  // namespace

void addTokenCommand(CLI::App& app, Program& program) {
  CLI::App* token = app.add_subcommand("token", "Make, list and take back tokens");
  token->require_subcommand(1);
  const auto flags = std::make_shared<TokenFlags>();
  CLI::App* create = token->add_subcommand("create", "Make a token and print it, alone and this once");
  addDataFlags(*create, program);
  create->add_option("--user", flags->user, "The user, service or application that it stands for")
      ->required()
      ->type_name("NAME");
  create->add_option("--label", flags->label, "What it is for")->type_name("TEXT");
  create->add_option("--days", flags->days, "How long it lives; for ever where left out")
      ->check(CLI::Range(std::int64_t{1}, kMaxTokenDays))
      ->type_name("N");
  create
      ->add_option("--action", flags->actions,
                   "Only for this: view, subscribe, send, command, administer or impersonate; may be repeated")
      ->type_name("ACTION");
  create->add_option("--cars", flags->cars, "Only about these cars: principal:ID, group:ID, attribute:NAME=VALUE")
      ->type_name("SELECTOR");
  CLI::App* list = token->add_subcommand("list", "List tokens and sessions, and when they were last used");
  addDataFlags(*list, program);
  list->add_option("--user", flags->user, "Only this one's")->type_name("NAME");
  list->callback([&program, flags] { program.action = [&program, flags] { return listTokens(program, *flags); }; });
  CLI::App* revoke = token->add_subcommand("revoke", "Take a token or session back");
  addDataFlags(*revoke, program);
  revoke->add_option("NUMBER", flags->number, "Its number in the list")->required();
  revoke->callback([&program, flags] { program.action = [&program, flags] { return revokeToken(program, *flags); }; });
  create->callback([&program, flags] { program.action = [&program, flags] { return createToken(program, *flags); }; });
}

}  // namespace carport
