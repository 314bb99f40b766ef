#pragma once

#include "gateway/api/fence.h"
#include "gateway/api/fence_tester.h"
#include "gateway/api/permission.h"
#include "gateway/base/result.h"
#include "ui/client/connection_state.h"
#include "ui/client/reply.h"

#include <QObject>
#include <QString>
#include <QTimer>

#include <cstddef>
#include <functional>
#include <vector>

namespace carport::ui {

class GatewayClient;

/// The fences that the portal knows, as the gateway has them: fetched when a connection stands and whenever one
/// changes, whoever changes it. Without a connection they stay as they were last and isStale() says so; those of
/// another gateway, or of somebody else, are forgotten first. Owner: app or shell; lives shorter than the client. GUI
/// thread.
class FenceStore : public QObject {
  Q_OBJECT

 public:
  /// Most changes that may be under way at once; an import sends its fences one after the other.
  static constexpr std::size_t kMaxPendingChanges = 64;

  /// The fence as the gateway has it now, or what the gateway says against it: message() is a sentence for people. An
  /// error of kind conflict: somebody else has changed the fence meanwhile; the store has fetched how it is now.
  using FenceDone = std::function<void(const Result<api::Fence>& fence)>;
  using RemoveDone = std::function<void(const Result<Nothing>& done)>;

  explicit FenceStore(GatewayClient& client, QObject* parent = nullptr);
  ~FenceStore() override;

  /// By number.
  const std::vector<api::Fence>& fences() const { return m_fences; }
  /// Null where there is none; valid until changed() is sent.
  const api::Fence* find(api::FenceNumber number) const;
  /// Answers which places are in fences()[index], fast enough for every car.
  const api::FenceTester& tester(std::size_t index) const { return m_testers[index]; }

  /// They have been fetched at least once from this gateway.
  bool isLoaded() const { return m_isLoaded; }
  /// What is shown may be out of date: not connected, or fetching failed. To be drawn greyed.
  bool isStale() const;
  /// They are being fetched, or something is being changed.
  bool isBusy() const { return m_loadReply.isPending() || m_pendingChanges > 0; }
  /// Why they could not be fetched, in a sentence; empty while all is well.
  const QString& trouble() const { return m_trouble; }
  /// Whether this person may create, replace and remove fences, and why not; empty while that is not known.
  bool mayChange() const { return m_mayChange; }
  const QString& whyNot() const { return m_whyNot; }

  /// Name, colour, note and shape count. `done` is called once, never from within, and not after `receiver` is gone.
  void create(const api::Fence& fence, QObject* receiver, FenceDone done);
  /// Puts name, colour, note and shape in the place of what the fence of this number has; with its revision, only where
  /// nobody has changed it since.
  void replace(const api::Fence& fence, QObject* receiver, FenceDone done);
  /// With a revision, only where nobody has changed it since.
  void remove(api::FenceNumber number, const std::string& revision, QObject* receiver, RemoveDone done);
  /// Fetches them anew; done by itself where a change is told.
  void refresh();

 signals:
  /// fences() has others now.
  void changed();
  /// isLoaded(), isStale(), isBusy(), trouble(), mayChange() or whyNot() may say something else now.
  void statusChanged();

 private:
  void onRefreshNeeded();
  void onConnectionState(ConnectionState state);
  void askWhetherMayChange();
  void fetch();
  void setFences(std::vector<api::Fence> fences);
  void put(const api::Fence& fence);
  void drop(api::FenceNumber number);
  template <class T>
  void send(std::function<Reply<T>()> ask, QObject* receiver, std::function<void(const Result<T>&)> done,
            std::function<void(const T&)> keep);

  GatewayClient& m_client;
  std::vector<api::Fence> m_fences;
  std::vector<api::FenceTester> m_testers;  // of each, in the same order
  QString m_from;                           // whose they are: address and person
  QString m_trouble;
  QString m_whyNot;
  bool m_isLoaded = false;
  bool m_mayChange = false;
  bool m_isAgain = false;  // a change was told while they were being fetched
  std::size_t m_pendingChanges = 0;
  QTimer m_refreshSoon;
  Reply<std::vector<api::Fence>> m_loadReply;
  Reply<api::Decision> m_mayReply;
};

}  // namespace carport::ui
