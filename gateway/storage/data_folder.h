#pragma once

#include "gateway/api/metric_names.h"
#include "gateway/base/clock.h"
#include "gateway/base/file_lock.h"
#include "gateway/base/log.h"
#include "gateway/base/result.h"
#include "gateway/domain/credentials.h"
#include "gateway/domain/durable_log.h"
#include "gateway/domain/history_reader.h"
#include "gateway/domain/registry_store.h"

#include <cstddef>
#include <filesystem>
#include <memory>

namespace carport {

struct StorageShared;

/// What the storage's objects are made from; lives longer than they do.
struct StorageContext {
  MetricNames& names;
  const Clock& clock;
  Log log;
};

/// A folder with everything a gateway keeps:
///     registry.db            principals, credentials, rules, tokens, commands, retained messages
///     sessions.db            MQTT sessions: subscriptions and messages that wait for clients
///     nitrogen.db            what only Nitrogen's API knows: messages, API keys, blobs
///     secret.key             key of the cars' secret hashes, mode 0600
///     telemetry/YYYY-MM-DD.db   samples and events that arrived on that day (UTC)
///     gateway.lock           held by the one gateway that serves it
class DataFolder {
 public:
  /// Opens the folder, makes it and its files where they are missing, brings older schemas up to date. Fails with a
  /// sentence where the folder is read-only, full, damaged, or from a newer Carport. Takes no lock: command lines may
  /// work beside a running gateway.
  static Result<DataFolder> open(const std::filesystem::path& path, StorageContext context);

  /// Opens a folder to look into it: nothing is made, changed or brought up to date, so that it works where the folder
  /// cannot be written. Only path(), openRegistry() and openReader() may be called, and the registry only read.
  static Result<DataFolder> openForReading(const std::filesystem::path& path, StorageContext context);

  const std::filesystem::path& path() const { return m_path; }
  const SecretKey& secretKey() const { return m_secretKey; }

  /// Held while serving; BaseErrc::alreadyRunning where another gateway holds it.
  Result<FileLock> lockForServing() const;
  /// A connection of its own to registry.db. For the control thread's polling and for command lines.
  Result<std::unique_ptr<RegistryStore>> openRegistry() const;
  /// Starts the writer thread; at most one a data folder. Destroying it drains, flushes and joins.
  Result<std::unique_ptr<DurableLog>> startWriter() const;
  /// A reader of its own; one thread.
  Result<std::unique_ptr<HistoryReader>> openReader() const;
  /// Starts `threads` reading threads. Destroying it lets running jobs end and joins.
  Result<std::unique_ptr<ReaderPool>> startReaders(std::size_t threads) const;

 private:
  DataFolder(std::filesystem::path path, SecretKey key, StorageContext context);

  std::filesystem::path m_path;
  SecretKey m_secretKey;
  StorageContext m_context;
  bool m_forReading = false;
  std::shared_ptr<StorageShared> m_shared;
};

}  // namespace carport
