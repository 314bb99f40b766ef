#include "gateway/server/mqtt/session_journal.h"

#include <iterator>
#include <utility>

namespace carport {

namespace {

std::size_t bytesOf(const SessionMessage& message) {
  return sizeof message + message.topic.size() + message.payload.size() + message.properties.size();
}

}  // namespace

SessionJournal::SessionJournal(Parts parts) : m_parts(std::move(parts)), m_retry(m_parts.io->context()) {}

std::size_t SessionJournal::append(SessionChange change, std::size_t bytes) {
  m_waiting.push_back(std::move(change));
  ++m_live;
  m_bytes += sizeof(SessionChange) + bytes;
  noteRoom();
  m_parts.scheduleFlush();
  return m_waiting.size() - 1;
}

void SessionJournal::noteRoom() {
  const bool full = m_forgotten || m_bytes >= kMaxWaitingBytes || m_waiting.size() >= kMaxWaitingChanges;
  if (full == m_isFull) return;
  m_isFull = full;
  if (full) {
    m_parts.full.fetch_add(1, std::memory_order_relaxed);
  } else {
    m_parts.full.fetch_sub(1, std::memory_order_relaxed);
  }
}

void SessionJournal::forget() {
  m_parts.log.warning(
      "Changes of MQTT sessions cannot be stored for so long that they are forgotten; the sessions are written whole "
      "once writing works again");
  keepEnded();
  m_waiting = {};
  m_places = {};
  m_live = m_bytes = 0;
  m_counted = nullptr;
  m_forgotten = true;
  noteRoom();
}

void SessionJournal::keepEnded() {
  for (const auto& change : m_waiting) {
    if (const auto* ended = std::get_if<SessionEnded>(&change)) m_ended.push_back(ended->number);
  }
}

bool SessionJournal::remembers() {
  if (m_forgotten) return false;
  if (m_bytes < kForgetFactor * kMaxWaitingBytes && m_waiting.size() < kForgetFactor * kMaxWaitingChanges) return true;
  forget();
  return false;
}

void SessionJournal::record(SessionChange change) {
  if (remembers()) {
    append(std::move(change), 0);
  } else if (const auto* ended = std::get_if<SessionEnded>(&change); ended && m_ended.size() < kMaxEnded) {
    m_ended.push_back(ended->number);
  }
}

void SessionJournal::put(SessionNumber session, StoredOutgoing outgoing, std::optional<MessageOrigin> origin) {
  ++m_puts;
  if (!remembers()) return;
  const Key key{session.value, outgoing.sequence};
  const auto* message = outgoing.message.get();
  const auto bytes = message == m_counted ? 0 : bytesOf(*message);
  m_counted = message;
  m_places[key] = append(OutgoingPut{session, std::move(outgoing), origin}, bytes);
}

void SessionJournal::move(const OutgoingMoved& moved) {
  if (!remembers()) return;
  const Key key{moved.number.value, moved.sequence};
  const auto place = m_places.find(key);
  if (place == m_places.end()) {
    m_places[key] = append(moved, 0);
    return;
  }
  auto& change = m_waiting[place->second];
  if (auto* put = std::get_if<OutgoingPut>(&change)) {
    put->outgoing.state = moved.state;
    put->outgoing.packetId = moved.packetId;
  } else {
    change = moved;
  }
}

void SessionJournal::remove(SessionNumber session, std::int64_t sequence) {
  if (!remembers()) return;
  const auto place = m_places.find({session.value, sequence});
  if (place == m_places.end()) {
    append(OutgoingGone{session, sequence}, 0);
    return;
  }
  auto& change = m_waiting[place->second];
  m_places.erase(place);
  const auto* put = std::get_if<OutgoingPut>(&change);
  if (!put) {
    change = OutgoingGone{session, sequence};
  } else if (put->origin) {  // that the session has had it must be known
    append(OutgoingGone{session, sequence}, 0);
  } else {
    change = std::monostate{};
    --m_live;
  }
}

void SessionJournal::whenCommitted(std::function<void()> then) {
  if (isIdle()) return then();
  m_waiters.push_back(std::move(then));
  m_parts.scheduleFlush();
}

void SessionJournal::flush() {
  if (m_flight || m_forgotten || (m_waiting.empty() && m_waiters.empty())) return;
  m_flightWaiters = std::exchange(m_waiters, {});
  m_flight = std::make_shared<const SessionChanges>(std::exchange(m_waiting, {}));
  const bool isVoid = m_live == 0;
  ++m_batch;
  m_places.clear();
  m_live = m_bytes = 0;
  m_counted = nullptr;
  noteRoom();
  if (isVoid) return finished(m_life);
  submit();
}

void SessionJournal::submit() {
  auto done = [this, io = m_parts.io](const Result<std::uint64_t>& life) {
    io->postAnswer([this, life] { finished(life); });
  };
  if (!m_parts.durableLog.appendSessionChanges(m_flight, std::move(done))) submitLater(kRetryAfter);
}

void SessionJournal::submitLater(std::chrono::milliseconds delay) {
  if (std::exchange(m_retrying, true)) return;
  m_retry.expires_after(delay);
  m_retry.async_wait([this](const boost::system::error_code& ec) {
    m_retrying = false;
    if (!ec) submit();
  });
}

void SessionJournal::finished(const Result<std::uint64_t>& life) {
  if (!life) {
    if (!std::exchange(m_failing, true)) {
      m_parts.log.error(
          "Changes of MQTT sessions could not be stored; those who sent the messages in them wait, and it is tried "
          "again",
          {{"reason", life.error().message()}});
    }
    return submitLater(kRetryAfterFailure);
  }
  m_failing = false;
  m_flight.reset();
  auto waiters = std::exchange(m_flightWaiters, {});
  if (*life != m_life || m_forgotten) {
    m_life = *life;
    std::move(m_waiters.begin(), m_waiters.end(), std::back_inserter(waiters));
    m_waiters = std::move(waiters);
    rewrite();
    return flush();
  }
  for (const auto& waiter : waiters) waiter();
  flush();
  if (hasRoom() && onRoom) onRoom();
}

void SessionJournal::rewrite() {
  m_forgotten = false;
  keepEnded();  // what was written meanwhile may have begun them
  m_waiting.clear();
  m_places.clear();
  m_live = m_bytes = 0;
  for (const auto number : std::exchange(m_ended, {})) append(SessionEnded{number}, 0);
  if (onRewrite) onRewrite();
  noteRoom();
}

}  // namespace carport
