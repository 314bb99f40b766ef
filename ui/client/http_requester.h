#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/result.h"
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

namespace carport::ui {

/// One request to the gateway, below `/api/v2`.
struct HttpRequest {
  QByteArray method = "GET";
  QString path;  ///< begins with "/", parts percent-encoded with pathPart()
  QUrlQuery query;
  QByteArray body;
  QByteArray contentType = "application/json";
  QByteArray accept = "application/json";
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
  static constexpr qint64 kMaxAnswerBytes = 128 * 1024 * 1024;
  /// Answers from this size on are decoded beside the GUI thread.
  static constexpr qsizetype kDecodeAsideBytes = 32 * 1024;

  explicit HttpRequester(QObject* parent = nullptr);
  ~HttpRequester() override;

  void setBaseUrl(const QUrl& url) { m_baseUrl = url; }
  void setToken(const QByteArray& token) { m_token = token; }

  /// Sends and decodes. `decode` may run on another thread: it must be pure.
  template <class T>
  Reply<T> send(const HttpRequest& request, Decoder<T> decode);

  /// Ends every request that is out with ClientErrc::cancelled.
  void abortAll();

 private:
  QNetworkReply* start(const HttpRequest& request, Done done);
  void watchSize(QNetworkReply* reply);
  void finish(QNetworkReply* reply);
  void later(std::function<void()> call);
  /// Runs `work` on the decoding thread and then `deliver` on this one.
  void aside(std::function<void()> work, std::function<void()> deliver);

  QNetworkAccessManager m_network;
  QUrl m_baseUrl;
  QByteArray m_token;
  QHash<QNetworkReply*, Done> m_pending;
  QThreadPool m_decoders;
};

template <class T>
Reply<T> HttpRequester::send(const HttpRequest& request, Decoder<T> decode) {
  auto state = std::make_shared<typename Reply<T>::State>();
  const Done done = [this, state, decode = std::move(decode)](const Result<HttpAnswer>& answer) {
    if (!answer) return state->answer(failFrom(answer));
    if (answer->body.size() < kDecodeAsideBytes) return state->answer(decode(*answer));
    const auto decoded = std::make_shared<std::optional<Result<T>>>();
    aside([decode, body = *answer, decoded] { decoded->emplace(decode(body)); },
          [state, decoded] { state->answer(**decoded); });
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

}  // namespace carport::ui
