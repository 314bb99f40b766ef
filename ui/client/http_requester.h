#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
#include "ui/client/client_errc.h"
#include "ui/client/gateway_trust.h"
#include "ui/client/reply.h"

#include <QByteArray>
#include <QHash>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QObject>
#include <QString>
#include <QThreadPool>
#include <QUrl>
#include <QUrlQuery>

#include <functional>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

namespace carport::ui {

/// One request to the gateway, below `/api/v2`.
struct HttpRequest {
  QByteArray method = "GET";
  QString path;  ///< begins with "/", parts percent-encoded with pathPart()
  QUrlQuery query;
  QByteArray body;
  QByteArray contentType = "application/json";
  QByteArray accept = "application/json";
  QByteArray ifMatch;  ///< the entity tag that the thing must still have; empty: whatever it is like
  Milliseconds timeout{15'000};
  bool withToken = true;
};

/// A path part with everything escaped that could change the path's meaning.
QString pathPart(const QString& text);

/// An answer that succeeded.
struct HttpAnswer {
  QByteArray body;
  QByteArray contentType;
};

/// A part of a list, and where the rest of it is.
template <class T>
struct ListPart {
  std::shared_ptr<std::vector<T>> items = std::make_shared<std::vector<T>>();  ///< shared: a fleet is not copied
  QUrlQuery next;                                                              ///< empty: this was the last part
};

/// Sends requests and hands back bodies or errors, with limits on number, time and size. Follows no redirect, so that a
/// token never leaves for another host. Decodes large answers on one thread of its own. Owner: GatewayClient. GUI
/// thread.
class HttpRequester : public QObject {
  Q_OBJECT

 public:
  using Done = std::function<void(const Result<HttpAnswer>&)>;
  template <class T>
  using Decoder = std::function<Result<T>(const HttpAnswer&)>;

  static constexpr int kMaxPendingRequests = 256;
  /// Most parts that a list is fetched in.
  static constexpr int kMaxPages = 100;
  static constexpr qint64 kMaxAnswerBytes = 128 * 1024 * 1024;
  /// Answers from this size on are decoded beside the GUI thread.
  static constexpr qsizetype kDecodeAsideBytes = 32 * 1024;

  explicit HttpRequester(QObject* parent = nullptr);
  ~HttpRequester() override;

  void setBaseUrl(const QUrl& url) { m_baseUrl = url; }
  void setToken(const QByteArray& token) { m_token = token; }
  /// For https; connections that are kept open for further requests end.
  void setTrust(const GatewayTrust& trust);

  /// Sends and decodes. `decode` may run on another thread: it must be pure.
  template <class T>
  Reply<T> send(const HttpRequest& request, Decoder<T> decode);

  /// Sends, and goes on sending until every part of the list is there.
  template <class T>
  Reply<std::vector<T>> sendForAll(const HttpRequest& request, Decoder<ListPart<T>> decode);

  /// Ends every request that is out with ClientErrc::cancelled.
  void abortAll();

 private:
  template <class T>
  struct Gathering {
    std::vector<T> items;
    int pages = 0;
  };
  template <class T>
  void sendForNext(const HttpRequest& request, const Decoder<ListPart<T>>& decode,
                   const std::shared_ptr<typename Reply<std::vector<T>>::State>& state,
                   const std::shared_ptr<Gathering<T>>& gathering);

  QNetworkReply* start(const HttpRequest& request, Done done);
  void watchSize(QNetworkReply* reply);
  void watchCertificate(QNetworkReply* reply);
  void finish(QNetworkReply* reply);
  void later(std::function<void()> call);
  /// Runs `work` on the decoding thread and then `deliver` on this one.
  void aside(std::function<void()> work, std::function<void()> deliver);

  QNetworkAccessManager m_network;
  QUrl m_baseUrl;
  QByteArray m_token;
  GatewayTrust m_trust;
  QHash<QNetworkReply*, Done> m_pending;
  quint64 m_ends = 0;  // how often abortAll() has ended them
  QThreadPool m_decoders;
};

template <class T>
Reply<T> HttpRequester::send(const HttpRequest& request, Decoder<T> decode) {
  auto state = std::make_shared<typename Reply<T>::State>();
  const Done done = [this, state, decode = std::move(decode), ends = m_ends](const Result<HttpAnswer>& answer) {
    if (!answer) return state->answer(failFrom(answer));
    if (answer->body.size() < kDecodeAsideBytes) return state->answer(decode(*answer));
    const auto decoded = std::make_shared<std::optional<Result<T>>>();
    aside([decode, body = *answer, decoded] { decoded->emplace(decode(body)); },
          [this, state, decoded, ends] {
            // Its decoding was under way when everything was ended: nobody is to get it from another gateway.
            if (ends != m_ends) return state->answer(fail(ClientErrc::cancelled));
            state->answer(**decoded);
          });
  };
  if (QNetworkReply* reply = start(request, done))
    state->abort = [this, guarded = QPointer<QNetworkReply>(reply)] {
      if (!guarded) return;
      m_pending.remove(guarded);
      guarded->abort();
      guarded->deleteLater();
    };
  return Reply<T>(state);
}

template <class T>
Reply<std::vector<T>> HttpRequester::sendForAll(const HttpRequest& request, Decoder<ListPart<T>> decode) {
  auto state = std::make_shared<typename Reply<std::vector<T>>::State>();
  sendForNext<T>(request, decode, state, std::make_shared<Gathering<T>>());
  return Reply<std::vector<T>>(state);
}

template <class T>
void HttpRequester::sendForNext(const HttpRequest& request, const Decoder<ListPart<T>>& decode,
                                const std::shared_ptr<typename Reply<std::vector<T>>::State>& state,
                                const std::shared_ptr<Gathering<T>>& gathering) {
  Reply<ListPart<T>> reply = send<ListPart<T>>(request, decode);
  state->abort = reply.canceller();
  reply.then(this, [this, request, decode, state, gathering](const Result<ListPart<T>>& page) {
    if (!page) return state->answer(failFrom(page));
    std::vector<T>& items = gathering->items;
    if (items.empty()) {
      items = std::move(*page->items);
    } else {
      items.insert(items.end(), std::make_move_iterator(page->items->begin()),
                   std::make_move_iterator(page->items->end()));
    }
    if (page->next.isEmpty()) return state->answer(std::move(items));
    if (++gathering->pages >= kMaxPages) return state->answer(fail(ClientErrc::answerTooLarge));
    HttpRequest next = request;
    next.query = page->next;
    sendForNext<T>(next, decode, state, gathering);
  });
}

}  // namespace carport::ui
