#include "gateway/storage/backup_manifest.h"

#include "gateway/storage/day_file.h"
#include "gateway/storage/storage_errc.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>

namespace carport {

namespace {

tl::unexpected<Error> noManifest(std::string_view why) {
  return fail(StorageErrc::corrupted, fmt::format("The backup's manifest.json does not make sense: {}", why));
}

bool isChecksum(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

Result<void> readFile(const nlohmann::json& json, BackupManifest& manifest) {
  const auto path = json.find("path"), bytes = json.find("bytes"), checksum = json.find("checksum");
  if (!json.is_object() || path == json.end() || !path->is_string() || bytes == json.end() ||
      !bytes->is_number_unsigned() || checksum == json.end() || !checksum->is_string()) {
    return noManifest("a file has no path, bytes or checksum");
  }
  const auto name = path->get<std::string>();
  const FileDigest digest{bytes->get<std::uint64_t>(), checksum->get<std::string>()};
  if (!isBackupPath(name)) return noManifest(fmt::format("“{}” is no file of a data folder", name.substr(0, 64)));
  if (!isChecksum(digest.checksum)) return noManifest(fmt::format("{} has no checksum", name));
  if (!manifest.files.emplace(name, digest).second) return noManifest(fmt::format("{} is in it twice", name));
  return {};
}

}  // namespace

bool isBackupPath(std::string_view path) {
  constexpr std::string_view kTelemetry = "telemetry/";
  if (path == "registry.db" || path == "sessions.db" || path == "nitrogen.db" || path == "secret.key") return true;
  return path.starts_with(kTelemetry) && dayOfFile(std::string(path.substr(kTelemetry.size()))).has_value();
}

std::string BackupManifest::toText() const {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& [path, digest] : files) {
    list.push_back({{"path", path}, {"bytes", digest.bytes}, {"checksum", digest.checksum}});
  }
  const nlohmann::json json{
      {"format", kFormat}, {"takenAt", toMs(takenAt)}, {"writtenBy", writtenBy}, {"files", std::move(list)}};
  return json.dump(1) + "\n";
}

Result<BackupManifest> BackupManifest::parse(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return noManifest("it is no JSON object");
  const auto format = json.find("format");
  if (format == json.end() || !format->is_number_integer()) return noManifest("it has no format");
  if (format->get<std::int64_t>() > kFormat) {
    return fail(StorageErrc::newerVersion, "The backup was made by a newer Carport. Use that one or a newer one");
  }
  BackupManifest manifest;
  if (const auto at = json.find("takenAt"); at != json.end() && at->is_number_integer()) {
    manifest.takenAt = fromMs(at->get<std::int64_t>());
  }
  if (const auto by = json.find("writtenBy"); by != json.end() && by->is_string()) manifest.writtenBy = *by;
  const auto files = json.find("files");
  if (files == json.end() || !files->is_array() || files->size() > kMaxFiles) return noManifest("it lists no files");
  for (const auto& file : *files) {
    if (auto done = readFile(file, manifest); !done) return failFrom(done);
  }
  return manifest;
}

Result<BackupManifest> BackupManifest::read(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary | std::ios::ate);
  if (!in) {
    return fail(StorageErrc::notFound,
                fmt::format("There is no backup in {}: it has no {}", file.parent_path().string(), kFileName));
  }
  const auto size = static_cast<std::size_t>(std::max<std::streamoff>(0, in.tellg()));
  if (size > kMaxBytes) return noManifest("it is too large");
  std::string text(size, '\0');
  in.seekg(0);
  in.read(text.data(), static_cast<std::streamsize>(size));
  return parse(text);
}

}  // namespace carport
