#include "app/carportd/command_line_act.h"
#include "app/carportd/folder_session.h"
#include "app/carportd/host_names.h"
#include "app/carportd/subcommands.h"
#include "app/carportd/tls_folder.h"
#include "gateway/transport/certificate_summary.h"
#include "gateway/transport/pem_files.h"

#include <CLI/CLI.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace carport {

namespace {

namespace fs = std::filesystem;

/// An authority is carried to cars and portals by hand, so it lives long; a server's certificate is renewed by one
/// command, and clients refuse those that live much longer than a year.
constexpr std::int64_t kServerDays = 397;
constexpr std::int64_t kClientDays = 365;
constexpr std::int64_t kMaxDays = CertificateAuthority::kMaxLife.count();

struct TlsFlags {
  std::vector<std::string> names;  ///< besides this host's
  std::int64_t serverDays = kServerDays;
  std::int64_t clientDays = kClientDays;
  std::string id;
  std::string request;
  std::string out = ".";
};

std::string dayOf(TimePoint time) {
  return fmt::format("{:%Y-%m-%d}", std::chrono::time_point_cast<std::chrono::seconds>(time));
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : " ") + name;
  return text;
}

/// What the audit log is told of a certificate that was made.
nlohmann::json toldOf(const fs::path& certificate) {
  const auto summary = summarise(certificate);
  if (!summary) return nlohmann::json::object();
  return {{"sha256", summary->fingerprint}, {"until", dayOf(summary->validUntil)}};
}

int show(Program& program, const TlsFolder& folder) {
  const auto authority = summarise(folder.authorityCertificate());
  if (!authority) return program.refuse(authority.error());
  const auto server = summarise(folder.serverCertificate());
  if (!server) return program.refuse(server.error());
  const auto line = [&program](std::string_view what, std::string_view text) {
    program.out << what << '\t' << text << '\n';
  };
  line("authority", folder.authorityCertificate().string());
  line("authority-name", authority->subject);
  line("authority-until", dayOf(authority->validUntil));
  line("authority-sha256", authority->fingerprint);
  line("server", folder.serverCertificate().string());
  line("server-names", joined(server->names));
  line("server-until", dayOf(server->validUntil));
  line("server-sha256", server->fingerprint);
  program.out.flush();
  return kExitOk;
}

int showChosen(Program& program) {
  int exitCode = kExitOk;
  const auto data = chosenDataFolder(program, exitCode);
  return data ? show(program, TlsFolder(*data)) : exitCode;
}

/// These names and those that were given, each once.
std::vector<std::string> withGiven(std::vector<std::string> names, const TlsFlags& flags) {
  for (const auto& name : flags.names) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names;
}

/// This host's names, without what certificates cannot have, and those that were given.
std::vector<std::string> serverNames(const TlsFlags& flags) {
  auto names = namesOfThisHost();
  std::erase_if(names, [](const std::string& name) { return !isServerName(name); });
  return withGiven(std::move(names), flags);
}

std::string authorityName() {
  // "localhost" and the addresses of loopback come first; then what tells this machine from others, where it is known.
  constexpr std::size_t kLoopbackNames = 3;
  constexpr std::size_t kMaxHostBytes = 40;
  const auto names = namesOfThisHost();
  const auto& host = names.size() > kLoopbackNames ? names[kLoopbackNames] : names.front();
  return "Carport authority of " + host.substr(0, kMaxHostBytes);
}

int init(Program& program, const TlsFlags& flags) {
  int exitCode = kExitOk;
  const auto data = chosenDataFolder(program, exitCode);
  if (!data) return exitCode;
  const TlsFolder folder(*data);
  const auto made = CertificateAuthority::make(authorityName(), CertificateAuthority::kMaxLife);
  if (!made) return program.refuse(made.error());
  const auto authority = CertificateAuthority::of(*made);
  if (!authority) return program.refuse(authority.error());
  const auto server = authority->issueServer(serverNames(flags), std::chrono::days(flags.serverDays));
  if (!server) return program.refuse(server.error());
  if (const auto created = folder.create(*made, *server); !created) return program.refuse(created.error());
  enterInAudit(program, *data, "tls.init", {}, toldOf(folder.serverCertificate()));
  program.err << "Made an authority and a server certificate in " << folder.path().string()
              << ". Give authority.pem to cars and portals, keep authority.key to yourself, and serve with --mqtts, "
                 "--wss or --https."
              << std::endl;
  return show(program, folder);
}

int renew(Program& program, const TlsFlags& flags) {
  int exitCode = kExitOk;
  const auto data = chosenDataFolder(program, exitCode);
  if (!data) return exitCode;
  const TlsFolder folder(*data);
  const auto authority = CertificateAuthority::load(folder.authorityCertificate(), folder.authorityKey());
  if (!authority) return program.refuse(authority.error());
  const auto before = summarise(folder.serverCertificate());
  if (!before) return program.refuse(before.error());
  const auto server = authority->issueServer(withGiven(before->names, flags), std::chrono::days(flags.serverDays));
  if (!server) return program.refuse(server.error());
  if (const auto replaced = folder.replaceServer(*server); !replaced) return program.refuse(replaced.error());
  enterInAudit(program, *data, "tls.renew", {}, toldOf(folder.serverCertificate()));
  program.err << "Made a new server certificate; a gateway that serves takes it within seconds." << std::endl;
  return show(program, folder);
}

/// Whether there is somebody whom a certificate can stand for; prints a sentence where not.
bool isKnown(Program& program, FolderSession& session, const std::string& id, int& exitCode) {
  const auto snapshot = session.registry().load();
  if (!snapshot) {
    exitCode = program.refuse(snapshot.error());
    return false;
  }
  for (const auto& record : snapshot->principals) {
    if (record.principal.id == id && record.principal.type != api::PrincipalType::group) return true;
  }
  exitCode = program.refuse(
      fmt::format("Nobody who can sign in has the id “{}”. Add the car, user or service first", id), kExitFailure);
  return false;
}

Result<IssuedCertificate> issueClient(const CertificateAuthority& authority, const TlsFlags& flags) {
  const std::chrono::days life(flags.clientDays);
  if (flags.request.empty()) return authority.issueClient(flags.id, life);
  const auto request = readPemFile(flags.request, TransportErrc::badRequest, "The request");
  if (!request) return failFrom(request);
  return authority.signClientRequest(flags.id, *request, life);
}

int signClient(Program& program, const TlsFlags& flags) {
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session || !isKnown(program, *session, flags.id, exitCode)) return exitCode;
  const TlsFolder folder(session->folder().path());
  const auto authority = CertificateAuthority::load(folder.authorityCertificate(), folder.authorityKey());
  if (!authority) {
    program.refuse(authority.error());
    return program.refuse("The gateway's own authority signs clients' certificates; carportd tls init makes it",
                          kExitFailure);
  }
  const auto issued = issueClient(*authority, flags);
  if (!issued) return program.refuse(issued.error());
  const fs::path certificate = fs::path(flags.out) / (flags.id + ".pem");
  const fs::path key = fs::path(flags.out) / (flags.id + ".key");
  if (!issued->key.empty()) {
    const auto written = writeNewFile(key, issued->key, FileSecrecy::secret);
    if (!written) return program.refuse(written.error());
  }
  if (const auto written = writeNewFile(certificate, issued->certificate, FileSecrecy::open); !written) {
    std::error_code ignored;
    if (!issued->key.empty()) fs::remove(key, ignored);
    return program.refuse(written.error());
  }
  enterInAudit(program, session->folder().path(), "tls.signClient", flags.id, toldOf(certificate));
  const auto summary = summarise(certificate);
  program.out << "certificate\t" << certificate.string() << '\n';
  if (!issued->key.empty()) program.out << "key\t" << key.string() << '\n';
  if (summary) program.out << "until\t" << dayOf(summary->validUntil) << '\n';
  program.out.flush();
  return kExitOk;
}

using Action = int (*)(Program&, const TlsFlags&);

CLI::App& addPart(CLI::App& tls, Program& program, const std::shared_ptr<TlsFlags>& flags, const char* name,
                  const char* help, Action action) {
  CLI::App* part = tls.add_subcommand(name, help);
  addDataFlags(*part, program);
  part->callback(
      [&program, flags, action] { program.action = [&program, flags, action] { return action(program, *flags); }; });
  return *part;
}

void addServerFlags(CLI::App& part, TlsFlags& flags) {
  part.add_option("--name", flags.names, "A further name or address that the gateway is reached by; may be repeated")
      ->type_name("NAME");
  part.add_option("--days", flags.serverDays, fmt::format("How long it holds; {} where left out", kServerDays))
      ->check(CLI::Range(std::int64_t{1}, kMaxDays))
      ->type_name("N");
}

}  // namespace

void addTlsCommand(CLI::App& app, Program& program) {
  CLI::App* tls = app.add_subcommand("tls", "Make and look at certificates");
  tls->require_subcommand(1);
  const auto flags = std::make_shared<TlsFlags>();
  addServerFlags(addPart(*tls, program, flags, "init",
                         "Make an authority, and a server certificate for this machine's names", init),
                 *flags);
  addServerFlags(addPart(*tls, program, flags, "renew", "Make a new server certificate for the same names", renew),
                 *flags);
  addPart(*tls, program, flags, "show", "Say what certificates there are, for whom and until when",
          [](Program& each, const TlsFlags&) { return showChosen(each); });
  CLI::App& sign = addPart(*tls, program, flags, "sign-client",
                           "Make a certificate by which a car, user or service signs in", signClient);
  sign.add_option("ID", flags->id, "Whose it is")->required();
  sign.add_option("--days", flags->clientDays, fmt::format("How long it holds; {} where left out", kClientDays))
      ->check(CLI::Range(std::int64_t{1}, kMaxDays))
      ->type_name("N");
  sign.add_option("--request", flags->request, "Sign the key of this request, so that the key stays where it is")
      ->type_name("FILE");
  sign.add_option("--out", flags->out, "Folder for ID.pem and ID.key; the current one where left out")
      ->type_name("DIR");
}

}  // namespace carport
