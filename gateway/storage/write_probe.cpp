#include "gateway/storage/write_probe.h"

#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/transaction.h"

namespace carport {

Result<void> probeWriting(Database& database) {
  const auto& file = database.path();
  const auto freeBytes = freeBytesBeside(file);
  if (freeBytes && *freeBytes < kLeastFreeBytes) {
    return tl::unexpected<Error>(fullDiskInstead(Error(StorageErrc::ioFailed), file, freeBytes));
  }
  return guarded(file.string(), [&]() -> Result<void> {
    Transaction transaction(database);
    database.exec("CREATE TABLE probe(data BLOB)");
    database.query("INSERT INTO probe(data) VALUES (zeroblob(?))").bind(kProbeBytes).run();
    database.exec("DROP TABLE probe");
    transaction.commit();
    return {};
  });
}

}  // namespace carport
