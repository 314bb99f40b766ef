#include "app/carportd/folder_session.h"
#include "app/carportd/registry_lookup.h"
#include "app/carportd/subcommands.h"
#include "gateway/api/enum_names.h"
#include "gateway/domain/qr_picture.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <memory>
#include <ostream>

namespace carport {

namespace {

constexpr std::int64_t kMaxCodeDays = 366;

struct ClaimCodeFlags {
  std::string id, svg, png;
  std::string gives = "secret";
  std::int64_t days = 7;
  bool quiet = false;
};

bool writeFile(Program& program, const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (file) return true;
  program.refuse(fmt::format("“{}” cannot be written. The code is good all the same", path), kExitFailure);
  return false;
}

int makeCode(Program& program, const ClaimCodeFlags& flags) {
  const auto gives = api::valueOf<api::ClaimGives>(flags.gives);
  if (!gives) return program.refuse(fmt::format("--gives: “{}” is neither secret nor car", flags.gives), kExitUsage);
  int exitCode = kExitOk;
  const auto session = FolderSession::open(program, FolderSession::Missing::refuse, exitCode);
  if (!session) return exitCode;
  if (!findPrincipal(program, session->registry(), flags.id, api::PrincipalType::device, exitCode)) return exitCode;
  const std::string text = makeClaimCode();
  const auto picture = QrPicture::of(text);
  if (!picture) return program.refuse(picture.error());
  api::ClaimCode code;
  code.car = flags.id;
  code.gives = *gives;
  code.expiresAt = session->now() + std::chrono::days(flags.days);
  const auto added =
      session->registry().provisioning().addClaimCode(code, hashClaimCode(text, session->folder().secretKey()));
  if (!added) return program.refuse(added.error());
  program.err << fmt::format("The claim code of {} follows; it is shown this once, and is good once, for {} days.",
                             flags.id, flags.days)
              << std::endl;
  program.out << text << std::endl;
  if (!flags.quiet) program.err << picture->blocks() << std::flush;
  // Last: what the car had before is void already, so the new code must not get lost with its label.
  const bool isDrawn = flags.svg.empty() || writeFile(program, flags.svg, picture->svg());
  const bool isPainted = flags.png.empty() || writeFile(program, flags.png, picture->png());
  return isDrawn && isPainted ? kExitOk : kExitFailure;
}

}  // namespace

void addClaimCodeCommand(CLI::App& device, Program& program) {
  const auto flags = std::make_shared<ClaimCodeFlags>();
  CLI::App* code =
      device.add_subcommand("claim-code", "Make a code that gives a car, or its secret, to whoever has it");
  addDataFlags(*code, program);
  code->add_option("ID", flags->id, "The car's id")->required();
  code->add_option("--gives", flags->gives,
                   "secret: id and a new secret, for the device that is being fitted; car: every right about the car, "
                   "for the person who enters it")
      ->type_name("WHAT");
  code->add_option("--days", flags->days, "How long it is good; 7 where left out")
      ->check(CLI::Range(std::int64_t{1}, kMaxCodeDays))
      ->type_name("N");
  code->add_option("--svg", flags->svg, "Writes the QR code into this file, for a label")->type_name("FILE");
  code->add_option("--png", flags->png, "The same as a picture of dots, in PNG")->type_name("FILE");
  code->add_flag("--quiet", flags->quiet, "Does not draw the QR code");
  code->callback([&program, flags] { program.action = [&program, flags] { return makeCode(program, *flags); }; });
}

}  // namespace carport
