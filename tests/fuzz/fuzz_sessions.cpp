#include "gateway/storage/migrations.h"
#include "gateway/storage/session_store.h"
#include "gateway/storage/varint.h"
#include "tests/fuzz/fuzz_input.h"

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

using namespace carport;

namespace {

struct Table {
  const char* insert;
  int columns;
};
constexpr std::array kTables{
    Table{"INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?)", 5},
    Table{"INSERT OR REPLACE INTO subscription VALUES (?, ?, ?, ?)", 4},
    Table{"INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?, ?, ?, ?)", 7},
    Table{"INSERT OR REPLACE INTO outgoing VALUES (?, ?, ?, ?, ?, ?, ?)", 7},
    Table{"INSERT OR REPLACE INTO incoming VALUES (?, ?)", 2},
    Table{"INSERT OR REPLACE INTO taken VALUES (?, ?, ?)", 3},
    Table{"INSERT OR REPLACE INTO will VALUES (?, ?, ?, ?)", 4},
};

std::unique_ptr<Database> emptySessions() {
  auto database = Database::open(":memory:", Database::Mode::create);
  fuzz::require(database.has_value() && migrate(**database, sessionsMigrations()).has_value(), "a new file is made");
  return *std::move(database);
}

/// Rows as damage may leave them: any kind of value in any column, whatever its type.
void fill(Database& database, ByteReader& reader) {
  while (reader.left() > 0) {
    const auto& table = kTables[reader.u8() % kTables.size()];
    SQLite::Statement row(database.connection(), table.insert);
    for (int column = 1; column <= table.columns; ++column) {
      const auto kind = reader.u8();
      if (kind < 128) {
        row.bind(column, static_cast<std::int64_t>(kind));
      } else if (kind < 192) {
        const auto bytes = reader.take(std::min<std::size_t>(kind & 15U, reader.left()));
        const std::string text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        kind < 160 ? row.bind(column, text) : row.bind(column, text.data(), static_cast<int>(text.size()));
      } else if (kind < 224) {
        row.bind(column, static_cast<std::int64_t>(reader.fixed(8)));
      } else {
        row.bind(column);
      }
    }
    try {
      row.exec();
    } catch (const SQLite::Exception&) {  // a constraint: such a row cannot be in the file either
    }
  }
}

void apply(SessionStore& store, const StoredSessions& stored) {
  for (const auto& session : stored.sessions) {
    store.apply(SessionOpened{session.number, session.principal, session.clientId, session.expirySeconds});
    for (const auto& subscription : session.subscriptions) store.apply(SubscriptionPut{session.number, subscription});
    for (const auto& outgoing : session.outgoing) store.apply(OutgoingPut{session.number, outgoing, {}});
    for (const auto packetId : session.incoming) store.apply(IncomingPut{session.number, packetId});
    for (const auto& origin : session.taken) {
      if (session.outgoing.empty()) break;
      store.apply(OutgoingPut{session.number, session.outgoing[0], origin});
    }
    if (session.will) store.apply(WillPut{session.number, *session.will});
    if (session.awaySince) store.apply(SessionAway{session.number, *session.awaySince});
  }
}

std::size_t waiting(const StoredSessions& stored) {
  std::size_t count = 0;
  for (const auto& session : stored.sessions) count += session.outgoing.size() + session.subscriptions.size();
  return count;
}

/// Text and blob of the same bytes are two keys to SQLite and one to everybody else.
bool hasTwins(const StoredSessions& stored) {
  std::set<std::pair<std::uint32_t, std::string>> clients;
  for (const auto& session : stored.sessions) {
    std::set<std::string> filters;
    for (const auto& subscription : session.subscriptions) {
      if (!filters.insert(subscription.filter).second) return true;
    }
    if (!clients.emplace(session.principal.value, session.clientId).second) return true;
  }
  return false;
}

/// What was loaded can be written to another file, twice over, and is the same when it is loaded from there.
void checkWriting(const StoredSessions& stored) {
  SessionStore copy(emptySessions());
  copy.beginCommit();
  apply(copy, stored);
  apply(copy, stored);
  const auto again = copy.load({});
  fuzz::require(again.has_value(), "what was written can be loaded");
  fuzz::require(again->sessions.size() == stored.sessions.size(), "sessions come back");
  fuzz::require(waiting(*again) == waiting(stored), "what they hold comes back");
  fuzz::require(again->newest <= stored.newest, "no number is made up");
}

}  // namespace

/// A file of sessions with rows that make no sense is loaded, or refused as damaged, and never past its limits.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 4096) return 0;
  auto database = emptySessions();
  ByteReader reader(std::as_bytes(std::span(data, size)));
  fill(*database, reader);
  SessionStore store(std::move(database));
  const SessionLoadLimits limits{4, 8, 64};
  const auto stored = store.load(limits);
  if (!stored) {
    fuzz::require(!stored.error().message().empty(), "every error has a sentence");
    return 0;
  }
  fuzz::require(stored->sessions.size() <= limits.maxSessions, "sessions are limited");
  for (const auto& session : stored->sessions) {
    for (const auto& outgoing : session.outgoing) fuzz::require(outgoing.message != nullptr, "there is a message");
  }
  if (!hasTwins(*stored)) checkWriting(*stored);
  return 0;
}
