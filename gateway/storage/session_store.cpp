#include "gateway/storage/session_store.h"

#include "gateway/storage/database_files.h"
#include "gateway/storage/migrations.h"
#include "gateway/storage/owner_only.h"
#include "gateway/storage/sqlite_errors.h"
#include "gateway/storage/transaction.h"

#include <algorithm>

namespace carport {

namespace {
template <class... Cases>
struct Visitor : Cases... {
  using Cases::operator()...;
};
// Clang before 17 does not find it by itself.
template <class... Cases>
Visitor(Cases...) -> Visitor<Cases...>;
}  // namespace

std::filesystem::path sessionsPath(const std::filesystem::path& folder) {
  return folder / "sessions.db";
}

Result<std::unique_ptr<SessionStore>> SessionStore::open(const std::filesystem::path& file) {
  keepForOwner(file);
  auto database = Database::open(file, Database::Mode::create);
  if (!database) return failFrom(database);
  if (const auto done = migrate(**database, sessionsMigrations()); !done) return failFrom(done);
  auto store = std::make_unique<SessionStore>(*std::move(database));
  const auto learnt = guarded(file.string(), [&]() -> Result<void> {
    store->learn();
    return {};
  });
  if (!learnt) return failFrom(learnt);
  return store;
}

void SessionStore::learn() {
  m_messages.countReferences();
  for (const auto& session : m_sessions.all()) m_known.insert(session.number.value);
}

void SessionStore::open(const SessionOpened& opened) {
  if (const auto other = m_sessions.otherLife(opened)) end(other);
  m_sessions.put(opened);
  m_known.insert(opened.number.value);
}

void SessionStore::end(SessionNumber number) {
  m_outgoing.removeAll(number);
  m_wills.remove(number);
  m_incoming.removeAll(number);
  m_subscriptions.removeAll(number);
  m_sessions.remove(number);
  m_known.erase(number.value);
}

void SessionStore::put(const OutgoingPut& put) {
  if (put.origin) m_incoming.take(put.number, *put.origin);
  m_outgoing.put(put.number, put.outgoing);
}

void SessionStore::apply(const SessionChange& change) {
  if (const auto* opened = std::get_if<SessionOpened>(&change)) return open(*opened);
  const auto known = std::visit(
      Visitor{[](std::monostate) { return false; }, [this](const auto& some) { return knows(some.number); }}, change);
  if (!known) return;
  std::visit(Visitor{[](std::monostate) {}, [](const SessionOpened&) {},
                     [this](const SessionAway& away) { m_sessions.setAway(away.number, away.at); },
                     [this](const SessionEnded& ended) { end(ended.number); },
                     [this](const SubscriptionPut& put) { m_subscriptions.put(put.number, put.subscription); },
                     [this](const SubscriptionGone& gone) { m_subscriptions.remove(gone.number, gone.filter); },
                     [this](const OutgoingPut& some) { put(some); },
                     [this](const OutgoingMoved& moved) { m_outgoing.move(moved); },
                     [this](const OutgoingGone& gone) { m_outgoing.remove(gone.number, gone.sequence); },
                     [this](const IncomingPut& put) { m_incoming.put(put.number, put.packetId); },
                     [this](const IncomingGone& gone) { m_incoming.remove(gone.number, gone.packetId); },
                     [this](const WillPut& put) { m_wills.put(put.number, put.will); },
                     [this](const WillGone& gone) { m_wills.remove(gone.number); }},
             change);
}

SessionOutgoingTable::Messages SessionStore::loadMessages(const SessionLoadLimits& limits) {
  SessionOutgoingTable::Messages messages;
  std::size_t bytes = 0;
  // Those that came last are left out, as a full queue takes nothing more.
  m_messages.forEach([&](std::int64_t number, SessionMessagePtr message) {
    bytes += message->topic.size() + message->payload.size() + message->properties.size();
    if (messages.size() >= limits.maxMessages || bytes > limits.maxMessageBytes) return false;
    messages.emplace(number, std::move(message));
    return true;
  });
  return messages;
}

Result<StoredSessions> SessionStore::load(const SessionLoadLimits& limits) {
  return guarded(m_database->path().string(), [&]() -> Result<StoredSessions> {
    Transaction transaction(*m_database);
    StoredSessions stored;
    stored.sessions = m_sessions.all();
    for (const auto& session : stored.sessions) stored.newest = std::max(stored.newest, session.number);
    while (stored.sessions.size() > limits.maxSessions) {
      end(stored.sessions.back().number);
      stored.sessions.pop_back();
      ++stored.droppedSessions;
    }
    const auto messages = loadMessages(limits);
    for (auto& session : stored.sessions) {
      std::vector<std::int64_t> missing;
      session.subscriptions = m_subscriptions.of(session.number);
      session.outgoing = m_outgoing.of(session.number, messages, missing);
      session.incoming = m_incoming.of(session.number);
      session.taken = m_incoming.takenBy(session.number);
      session.will = m_wills.of(session.number, messages);
      for (const auto sequence : missing) m_outgoing.remove(session.number, sequence);
      stored.droppedMessages += missing.size();
    }
    transaction.commit();
    return stored;
  });
}

void moveSessionsAside(const std::filesystem::path& file, const Error& why, const Log& log) {
  const auto aside = moveDatabaseAside(file);
  log.error(
      "the file of MQTT sessions is damaged; it was moved aside and a new one is started. Subscriptions and messages "
      "that waited for clients are lost where no connected client has them; everything else is as it was",
      {{"file", file.string()}, {"kept_as", aside.file.string()}, {"reason", why.message()}, {"moved", aside.moved}});
}

Result<std::unique_ptr<SessionStore>> openOrBeginAnew(const std::filesystem::path& file, const Log& log,
                                                      bool& begunAnew) {
  auto opened = SessionStore::open(file);
  if (opened || !opened.error().is(StorageErrc::corrupted)) return opened;
  moveSessionsAside(file, opened.error(), log);
  begunAnew = true;
  return SessionStore::open(file);
}

}  // namespace carport
