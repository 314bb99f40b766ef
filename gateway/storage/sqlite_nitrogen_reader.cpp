#include "gateway/storage/migrations.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/sqlite_nitrogen_store.h"
#include "gateway/storage/storage_errc.h"

#include <system_error>

namespace carport {

namespace {

#define CARPORT_MESSAGE_COLUMNS \
  "SELECT number, sender, receiver, type, ts, index_until, command, document FROM message "

/// One statement each for what a search is narrowed by, oldest first and newest first.
struct Statements {
  std::string_view oldestFirst;
  std::string_view newestFirst;
};
constexpr Statements kByNothing{CARPORT_MESSAGE_COLUMNS "WHERE index_until > ? ORDER BY ts, number",
                                CARPORT_MESSAGE_COLUMNS "WHERE index_until > ? ORDER BY ts DESC, number DESC"};
constexpr Statements kBySender{CARPORT_MESSAGE_COLUMNS "WHERE sender = ? AND index_until > ? ORDER BY ts, number",
                               CARPORT_MESSAGE_COLUMNS
                               "WHERE sender = ? AND index_until > ? ORDER BY ts DESC, number DESC"};
constexpr Statements kByReceiver{
    CARPORT_MESSAGE_COLUMNS "WHERE receiver = ? AND receiver <> 0 AND index_until > ? ORDER BY ts, number",
    CARPORT_MESSAGE_COLUMNS "WHERE receiver = ? AND receiver <> 0 AND index_until > ? ORDER BY ts DESC, number DESC"};
constexpr Statements kByType{CARPORT_MESSAGE_COLUMNS "WHERE type = ? AND index_until > ? ORDER BY ts, number",
                             CARPORT_MESSAGE_COLUMNS
                             "WHERE type = ? AND index_until > ? ORDER BY ts DESC, number DESC"};
constexpr std::string_view kByNumber = CARPORT_MESSAGE_COLUMNS "WHERE number = ?";

#undef CARPORT_MESSAGE_COLUMNS

PrincipalNumber principalAt(const Query& row, int column) {
  const auto number = row.integer(column);
  if (number < 0 || number > UINT32_MAX) throw DamagedEntry("a message has a sender or receiver that does not exist");
  return PrincipalNumber{static_cast<std::uint32_t>(number)};
}

NitrogenMessage messageAt(const Query& row) {
  NitrogenMessage message;
  message.number = row.integer(0);
  message.from = principalAt(row, 1);
  message.to = principalAt(row, 2);
  message.type = row.text(3);
  message.ts = row.time(4);
  message.indexUntil = row.time(5);
  message.command = row.text(6);
  message.document = row.text(7);
  return message;
}

std::string_view chosen(const Statements& statements, bool newestFirst) {
  return newestFirst ? statements.newestFirst : statements.oldestFirst;
}

}  // namespace

Result<std::unique_ptr<SqliteNitrogenReader>> SqliteNitrogenReader::open(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) return fail(StorageErrc::notFound, "Nothing was stored there yet");
  auto database = Database::open(file, Database::Mode::readOnly);
  if (!database) return failFrom(database);
  if (const auto known = checkVersion(**database, nitrogenMigrations()); !known) return failFrom(known);
  return std::make_unique<SqliteNitrogenReader>(*std::move(database));
}

Result<std::vector<NitrogenProfile>> SqliteNitrogenReader::profiles() {
  return guarded(kNitrogenFile, [&]() -> Result<std::vector<NitrogenProfile>> {
    std::vector<NitrogenProfile> profiles;
    auto rows = m_database->query("SELECT principal, document FROM profile");
    while (rows.next()) profiles.push_back({principalAt(rows, 0), rows.text(1)});
    return profiles;
  });
}

Result<std::vector<NitrogenApiKey>> SqliteNitrogenReader::apiKeys() {
  return guarded(kNitrogenFile, [&]() -> Result<std::vector<NitrogenApiKey>> {
    std::vector<NitrogenApiKey> keys;
    auto rows = m_database->query("SELECT number, owner, name, enabled, created_at, used FROM api_key");
    while (rows.next()) {
      keys.push_back(
          {rows.integer(0), principalAt(rows, 1), rows.text(2), rows.boolean(3), rows.time(4), rows.integer(5)});
    }
    return keys;
  });
}

Result<void> SqliteNitrogenReader::visitMessages(const NitrogenSearch& search, const NitrogenVisitor& visit) {
  return guarded(kNitrogenFile, [&]() -> Result<void> {
    const auto& statements = search.from ? kBySender : (search.to ? kByReceiver : (search.type ? kByType : kByNothing));
    auto rows = m_database->query(chosen(statements, search.newestFirst));
    if (search.from) {
      rows.bind(search.from->value);
    } else if (search.to) {
      rows.bind(search.to->value);
    } else if (search.type) {
      rows.bind(*search.type);
    }
    rows.bind(search.now);
    while (rows.next() && visit(messageAt(rows))) {
    }
    return {};
  });
}

Result<std::optional<NitrogenMessage>> SqliteNitrogenReader::message(std::int64_t number) {
  return guarded(kNitrogenFile, [&]() -> Result<std::optional<NitrogenMessage>> {
    auto rows = m_database->query(kByNumber);
    rows.bind(number);
    return rows.next() ? std::optional(messageAt(rows)) : std::nullopt;
  });
}

Result<std::optional<NitrogenBlob>> SqliteNitrogenReader::blob(std::int64_t number) {
  return guarded(kNitrogenFile, [&]() -> Result<std::optional<NitrogenBlob>> {
    auto rows = m_database->query("SELECT owner, content_type, created_at, bytes FROM blob WHERE number = ?");
    rows.bind(number);
    if (!rows.next()) return std::nullopt;
    const auto bytes = rows.blob(3);
    NitrogenBlob blob;
    blob.number = number;
    blob.owner = principalAt(rows, 0);
    blob.contentType = rows.text(1);
    blob.createdAt = rows.time(2);
    blob.bytes.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return blob;
  });
}

}  // namespace carport
