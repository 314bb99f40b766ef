#include "gateway/storage/sqlite_nitrogen_store.h"

#include "gateway/storage/migrations.h"
#include "gateway/storage/owner_only.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/storage_errc.h"

#include <fmt/format.h>

#include <algorithm>

namespace carport {

namespace {

/// So many go at once where a limit is reached, so that not every message has to make room.
constexpr std::int64_t kRoomMade = 256;

template <class Work>
Result<void> changing(Work&& work) {
  return guarded(kNitrogenFile, [&]() -> Result<void> { return work(); });
}

}  // namespace

std::filesystem::path nitrogenPath(const std::filesystem::path& folder) {
  return folder / kNitrogenFile;
}

Result<std::unique_ptr<SqliteNitrogenStore>> SqliteNitrogenStore::open(const std::filesystem::path& file) {
  keepForOwner(file);
  auto database = Database::open(file, Database::Mode::create);
  if (!database) return failFrom(database);
  if (const auto done = migrate(**database, nitrogenMigrations()); !done) return failFrom(done);
  auto store = std::make_unique<SqliteNitrogenStore>(*std::move(database));
  const auto learnt = changing([&]() -> Result<void> {
    store->learn();
    return {};
  });
  if (!learnt) return failFrom(learnt);
  return store;
}

void SqliteNitrogenStore::learn() {
  ++m_countChanges;
  m_messagesOf.clear();
  m_messages = 0;
  auto rows = m_database->query("SELECT sender, count(*) FROM message GROUP BY sender");
  while (rows.next()) {
    m_messagesOf[PrincipalNumber{static_cast<std::uint32_t>(rows.integer(0))}] = rows.integer(1);
    m_messages += rows.integer(1);
  }
}

Result<void> SqliteNitrogenStore::saveProfile(const NitrogenProfile& profile) {
  return changing([&]() -> Result<void> {
    m_database
        ->query(
            "INSERT INTO profile(principal, document) VALUES (?, ?) "
            "ON CONFLICT (principal) DO UPDATE SET document = excluded.document")
        .bind(profile.principal.value, profile.document)
        .run();
    return {};
  });
}

Result<void> SqliteNitrogenStore::forget(PrincipalNumber principal) {
  return changing([&]() -> Result<void> {
    m_database->query("DELETE FROM profile WHERE principal = ?").bind(principal.value).run();
    m_database->query("DELETE FROM api_key WHERE owner = ?").bind(principal.value).run();
    m_database->query("DELETE FROM blob WHERE owner = ?").bind(principal.value).run();
    m_database->query("DELETE FROM message WHERE sender = ?").bind(principal.value).run();
    uncount(principal, m_database->changedRows());
    return {};
  });
}

Result<void> SqliteNitrogenStore::saveApiKey(NitrogenApiKey& key) {
  return changing([&]() -> Result<void> {
    if (key.number != 0) {
      m_database->query("UPDATE api_key SET name = ?, enabled = ?, used = ? WHERE number = ?")
          .bind(key.name, key.enabled, key.used, key.number)
          .run();
      return {};
    }
    m_database->query("INSERT INTO api_key(owner, name, enabled, created_at, used) VALUES (?, ?, ?, ?, ?)")
        .bind(key.owner.value, key.name, key.enabled, key.createdAt, key.used)
        .run();
    key.number = m_database->lastInsertedRow();
    return {};
  });
}

void SqliteNitrogenStore::uncount(PrincipalNumber sender, std::int64_t messages) {
  ++m_countChanges;
  m_messages -= messages;
  const auto entry = m_messagesOf.find(sender);
  if (entry == m_messagesOf.end()) return;
  entry->second -= messages;
  if (entry->second <= 0) m_messagesOf.erase(entry);
}

void SqliteNitrogenStore::sweep(TimePoint now) {
  // Also where the clock was set back.
  if (now - m_swept < kSweepEvery && now >= m_swept) return;
  m_swept = now;
  m_database->query("DELETE FROM message WHERE index_until <= ?").bind(now).run();
  if (m_database->changedRows() > 0) learn();
}

void SqliteNitrogenStore::makeRoom(PrincipalNumber sender) {
  if (m_messagesOf[sender] > kMaxMessagesOfSender) removeOldestOf(sender);
  if (m_messages <= kMaxMessages) return;
  // Whoever has most gives way, so that the many of one do not take away the few of others.
  const auto most = std::max_element(m_messagesOf.begin(), m_messagesOf.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  removeOldestOf(most->first);
}

void SqliteNitrogenStore::removeOldestOf(PrincipalNumber sender) {
  m_database
      ->query("DELETE FROM message WHERE number IN (SELECT number FROM message WHERE sender = ? ORDER BY ts LIMIT ?)")
      .bind(sender.value, kRoomMade)
      .run();
  uncount(sender, m_database->changedRows());
}

void SqliteNitrogenStore::insert(NitrogenMessage& message) {
  m_database
      ->query(
          "INSERT INTO message(sender, receiver, type, ts, index_until, command, document) "
          "VALUES (?, ?, ?, ?, ?, ?, ?)")
      .bind(message.from.value, message.to.value, message.type, message.ts, message.indexUntil, message.command,
            message.document)
      .run();
  message.number = m_database->lastInsertedRow();
  ++m_countChanges;
  ++m_messagesOf[message.from];
  ++m_messages;
  makeRoom(message.from);
}

Result<void> SqliteNitrogenStore::addMessages(std::span<NitrogenMessage> messages, TimePoint now) {
  return changing([&]() -> Result<void> {
    sweep(now);
    for (NitrogenMessage& message : messages) insert(message);
    return {};
  });
}

Result<void> SqliteNitrogenStore::removeMessages(std::span<const std::int64_t> numbers) {
  return changing([&]() -> Result<void> {
    for (const std::int64_t number : numbers) {
      PrincipalNumber sender;
      {
        auto row = m_database->query("SELECT sender FROM message WHERE number = ?");
        row.bind(number);
        if (!row.next()) continue;
        sender.value = static_cast<std::uint32_t>(row.integer(0));
      }
      m_database->query("DELETE FROM message WHERE number = ?").bind(number).run();
      uncount(sender, m_database->changedRows());
    }
    return {};
  });
}

bool SqliteNitrogenStore::hasRoomFor(const NitrogenBlob& blob) {
  const auto size = static_cast<std::int64_t>(blob.bytes.size());
  {
    auto own = m_database->query("SELECT coalesce(sum(size), 0) FROM blob WHERE owner = ?");
    own.bind(blob.owner.value);
    if (!own.next() || own.integer(0) + size > kMaxBlobBytesOfOwner) return false;
  }
  if (!blob.organisation.empty()) {
    auto shared =
        m_database->query("SELECT coalesce(sum(size), 0) FROM blob WHERE organisation = ? AND organisation <> ''");
    shared.bind(blob.organisation);
    if (!shared.next() || shared.integer(0) + size > kMaxBlobBytesOfOrganisation) return false;
  }
  return m_database->integer("SELECT coalesce(sum(size), 0) FROM blob") + size <= kMaxBlobBytes;
}

Result<void> SqliteNitrogenStore::addBlob(NitrogenBlob& blob) {
  return changing([&]() -> Result<void> {
    if (!hasRoomFor(blob)) {
      return fail(
          StorageErrc::queueFull,
          fmt::format("There is no room for more blobs: {} MiB are kept for an owner, {} for an organisation and "
                      "{} for all",
                      kMaxBlobBytesOfOwner >> 20U, kMaxBlobBytesOfOrganisation >> 20U, kMaxBlobBytes >> 20U));
    }
    const auto size = static_cast<std::int64_t>(blob.bytes.size());
    m_database
        ->query(
            "INSERT INTO blob(owner, organisation, content_type, created_at, size, bytes) VALUES (?, ?, ?, ?, ?, ?)")
        .bind(blob.owner.value, blob.organisation, blob.contentType, blob.createdAt, size,
              std::as_bytes(std::span(blob.bytes)))
        .run();
    blob.number = m_database->lastInsertedRow();
    return {};
  });
}

}  // namespace carport
