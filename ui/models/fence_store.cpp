#include "ui/models/fence_store.h"

#include "ui/client/client_errc.h"
#include "ui/client/gateway_client.h"

#include <QPointer>

#include <algorithm>
#include <utility>

namespace carport::ui {

namespace {

/// Many changes at once, as an import makes them, are fetched together.
constexpr int kGatherChangesMs = 300;

bool comesBefore(const api::Fence& fence, api::FenceNumber number) {
  return fence.number < number;
}

QString fencesFrom(const GatewayClient& client) {
  return client.baseUrl().toString() + '\n' + QString::fromStdString(client.self().id);
}

}  // namespace

FenceStore::FenceStore(GatewayClient& client, QObject* parent) : QObject(parent), m_client(client) {
  connect(&client, &GatewayClient::refreshNeeded, this, &FenceStore::onRefreshNeeded);
  m_refreshSoon.setSingleShot(true);
  m_refreshSoon.setInterval(kGatherChangesMs);
  connect(&m_refreshSoon, &QTimer::timeout, this, &FenceStore::refresh);
  connect(&client, &GatewayClient::fencesChanged, this, [this] {
    if (!m_refreshSoon.isActive()) m_refreshSoon.start();
  });
  connect(&client, &GatewayClient::carsChanged, this, &FenceStore::askWhetherMayChange);
  connect(&client, &GatewayClient::connectionStateChanged, this, &FenceStore::onConnectionState);
  if (client.isConnected()) onRefreshNeeded();
}

FenceStore::~FenceStore() = default;

bool FenceStore::isStale() const {
  return !m_client.isConnected() || !m_trouble.isEmpty();
}

const api::Fence* FenceStore::find(api::FenceNumber number) const {
  const auto found = std::lower_bound(m_fences.begin(), m_fences.end(), number, comesBefore);
  return found != m_fences.end() && found->number == number ? &*found : nullptr;
}

void FenceStore::onRefreshNeeded() {
  const QString from = fencesFrom(m_client);
  if (std::exchange(m_from, from) != from) {
    m_isLoaded = false;
    setFences({});
  }
  askWhetherMayChange();
  refresh();
}

void FenceStore::onConnectionState(ConnectionState state) {
  if (state != ConnectionState::connected) {
    // Whoever is let go of does not answer any more; what is known stays, until others are there.
    m_loadReply.cancel();
    m_mayReply.cancel();
    m_isAgain = false;
  }
  if (!m_from.isEmpty() && !m_from.startsWith(m_client.baseUrl().toString() + '\n')) {
    // Another gateway has other fences, whether it answers or not.
    m_from.clear();
    m_isLoaded = false;
    setFences({});
  }
  emit statusChanged();
}

void FenceStore::askWhetherMayChange() {
  if (!m_client.isConnected()) return;
  DecisionQuestion question;
  question.who = m_client.self().id;
  question.action = api::Action::administer;
  question.about = question.who;
  m_mayReply.cancel();
  m_mayReply = m_client.explain(question);
  m_mayReply.then(this, [this](const Result<api::Decision>& answer) {
    m_mayChange = answer && answer->allowed;
    m_whyNot =
        m_mayChange ? QString() : QString::fromStdString(answer ? answer->explanation : answer.error().message());
    emit statusChanged();
  });
}

void FenceStore::refresh() {
  m_refreshSoon.stop();
  if (!m_client.isConnected()) return;
  if (m_loadReply.isPending()) {
    m_isAgain = true;  // what is on its way may be older than what was just told
    return;
  }
  fetch();
}

void FenceStore::fetch() {
  m_loadReply.cancel();
  m_isAgain = false;
  m_loadReply = m_client.fences();
  m_loadReply.then(this, [this](const Result<std::vector<api::Fence>>& fences) {
    m_trouble = fences ? QString() : QString::fromStdString(fences.error().message());
    if (fences) {
      m_isLoaded = true;
      setFences(*fences);
    } else if (fences.error().kind() == ErrorKind::denied) {
      setFences({});  // those that this person may see no longer
    }
    if (std::exchange(m_isAgain, false)) refresh();
    emit statusChanged();
  });
  emit statusChanged();
}

void FenceStore::setFences(std::vector<api::Fence> fences) {
  std::sort(fences.begin(), fences.end(), [](const api::Fence& a, const api::Fence& b) { return a.number < b.number; });
  if (fences == m_fences) return;
  m_fences = std::move(fences);
  m_testers.clear();
  m_testers.reserve(m_fences.size());
  for (const api::Fence& fence : m_fences) m_testers.emplace_back(fence.shape);
  emit changed();
}

void FenceStore::put(const api::Fence& fence) {
  const auto place = std::lower_bound(m_fences.begin(), m_fences.end(), fence.number, comesBefore);
  const auto tester = m_testers.begin() + (place - m_fences.begin());
  if (place == m_fences.end() || place->number != fence.number) {
    m_fences.insert(place, fence);
    m_testers.insert(tester, api::FenceTester(fence.shape));
  } else if (*place == fence) {
    return;
  } else {
    *place = fence;
    *tester = api::FenceTester(fence.shape);
  }
  emit changed();
}

void FenceStore::drop(api::FenceNumber number) {
  const auto place = std::lower_bound(m_fences.begin(), m_fences.end(), number, comesBefore);
  if (place == m_fences.end() || place->number != number) return;
  m_testers.erase(m_testers.begin() + (place - m_fences.begin()));
  m_fences.erase(place);
  emit changed();
}

template <class T>
void FenceStore::send(std::function<Reply<T>()> ask, QObject* receiver, std::function<void(const Result<T>&)> done,
                      std::function<void(const T&)> keep) {
  const auto tell = [guard = QPointer<QObject>(receiver), done = std::move(done)](const Result<T>& result) {
    if (guard && done) done(result);
  };
  if (m_pendingChanges >= kMaxPendingChanges) {
    QMetaObject::invokeMethod(
        this, [tell] { tell(fail(ClientErrc::tooManyRequests)); }, Qt::QueuedConnection);
    return;
  }
  ++m_pendingChanges;
  ask().then(this, [this, tell, keep = std::move(keep), from = m_from](const Result<T>& result) {
    --m_pendingChanges;
    if (from == m_from) {
      if (result) {
        keep(*result);
        // A list that is on its way may be from before: it must not take this back, not for a moment.
        if (m_loadReply.isPending()) fetch();
      } else if (result.error().kind() == ErrorKind::conflict || result.error().kind() == ErrorKind::notFound) {
        refresh();  // somebody else was quicker: how it is now
      }
    }
    emit statusChanged();
    tell(result);
  });
  emit statusChanged();
}

void FenceStore::create(const api::Fence& fence, QObject* receiver, FenceDone done) {
  send<api::Fence>([&] { return m_client.addFence(fence); }, receiver, std::move(done),
                   [this](const api::Fence& added) { put(added); });
}

void FenceStore::replace(const api::Fence& fence, QObject* receiver, FenceDone done) {
  send<api::Fence>([&] { return m_client.replaceFence(fence); }, receiver, std::move(done),
                   [this](const api::Fence& replaced) { put(replaced); });
}

void FenceStore::remove(api::FenceNumber number, const std::string& revision, QObject* receiver, RemoveDone done) {
  send<Nothing>([&] { return m_client.removeFence(number, revision); }, receiver, std::move(done),
                [this, number](const Nothing&) { drop(number); });
}

}  // namespace carport::ui
