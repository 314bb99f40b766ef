#pragma once

#include "gateway/domain/nitrogen_store.h"
#include "gateway/storage/database.h"

#include <filesystem>
#include <memory>
#include <unordered_map>

namespace carport {

/// File of what Nitrogen's API keeps, in a data folder.
std::filesystem::path nitrogenPath(const std::filesystem::path& folder);

/// The same for changing it. Calls inside a transaction of its database become part of it. It counts messages: see
/// countChanges(). Owner: NitrogenWriter; the writer's thread.
class SqliteNitrogenStore final : public NitrogenStore {
 public:
  /// How often messages that are over are looked for.
  static constexpr Milliseconds kSweepEvery = std::chrono::minutes(1);

  /// Opens the file, makes it or brings its schema up to date.
  static Result<std::unique_ptr<SqliteNitrogenStore>> open(const std::filesystem::path& file);
  explicit SqliteNitrogenStore(std::unique_ptr<Database> database) : m_database(std::move(database)) {}

  Database& database() { return *m_database; }
  /// Grows with each change of what is counted; where such a change is taken back, the object is of no use any more.
  std::uint64_t countChanges() const { return m_countChanges; }

  Result<void> saveProfile(const NitrogenProfile& profile) override;
  Result<void> forget(PrincipalNumber principal) override;
  Result<void> saveApiKey(NitrogenApiKey& key) override;
  Result<void> addMessages(std::span<NitrogenMessage> messages, TimePoint now) override;
  Result<void> removeMessages(std::span<const std::int64_t> numbers) override;
  Result<void> addBlob(NitrogenBlob& blob) override;

 private:
  void learn();
  void sweep(TimePoint now);
  void insert(NitrogenMessage& message);
  /// Takes messages away where one sender, or all together, have too many.
  void makeRoom(PrincipalNumber sender);
  bool hasRoomFor(const NitrogenBlob& blob);
  void removeOldestOf(PrincipalNumber sender);
  void uncount(PrincipalNumber sender, std::int64_t messages);

  std::unique_ptr<Database> m_database;
  std::unordered_map<PrincipalNumber, std::int64_t> m_messagesOf;
  std::int64_t m_messages = 0;
  std::uint64_t m_countChanges = 0;
  TimePoint m_swept{};
};

/// The same for reading, through a connection that cannot write. Owner: SqliteHistoryReader; its thread.
class SqliteNitrogenReader final : public NitrogenReader {
 public:
  /// Fails with StorageErrc::notFound where nothing was ever stored.
  static Result<std::unique_ptr<SqliteNitrogenReader>> open(const std::filesystem::path& file);
  explicit SqliteNitrogenReader(std::unique_ptr<Database> database) : m_database(std::move(database)) {}

  Result<std::vector<NitrogenProfile>> profiles() override;
  Result<std::vector<NitrogenApiKey>> apiKeys() override;
  Result<void> visitMessages(const NitrogenSearch& search, const NitrogenVisitor& visit) override;
  Result<std::optional<NitrogenMessage>> message(std::int64_t number) override;
  Result<std::optional<NitrogenBlob>> blob(std::int64_t number) override;

 private:
  std::unique_ptr<Database> m_database;
};

}  // namespace carport
