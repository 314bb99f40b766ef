#include "ui/client/http_requester.h"

#include "ui/client/client_errc.h"

#include <QMetaObject>
#include <QNetworkReply>
#include <QNetworkRequest>
#include <QTimer>

namespace carport::ui {

namespace {

/// What is wrong with the certificate that a request came across, as a sentence.
constexpr auto kTlsTrouble = "tlsTrouble";

ClientErrc codeOf(QNetworkReply::NetworkError error) {
  switch (error) {
    case QNetworkReply::OperationCanceledError:
    case QNetworkReply::TimeoutError:
      return ClientErrc::timedOut;
    case QNetworkReply::SslHandshakeFailedError:
      return ClientErrc::certificate;
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolInvalidOperationError:
      return ClientErrc::badAddress;
    case QNetworkReply::ProtocolFailure:
      return ClientErrc::notACarportGateway;
    default:
      return ClientErrc::unreachable;
  }
}

Error errorOf(QNetworkReply* reply, int status, const QByteArray& body) {
  if (reply->property("tooLarge").toBool()) return ClientErrc::answerTooLarge;
  if (status >= 300) return errorFromAnswer(status, body);
  const ClientErrc code = codeOf(reply->error());
  if (code == ClientErrc::certificate) return Error(code, reply->property(kTlsTrouble).toString().toStdString());
  if (code != ClientErrc::unreachable) return code;
  const QString text =
      HttpRequester::tr("The gateway cannot be reached at %1: %2").arg(reply->url().authority(), reply->errorString());
  return Error(code, text.toStdString());
}

}  // namespace

QString pathPart(const QString& text) {
  return QString::fromLatin1(QUrl::toPercentEncoding(text));
}

HttpRequester::HttpRequester(QObject* parent) : QObject(parent) {
  m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy);
  m_network.setAutoDeleteReplies(false);
  m_decoders.setMaxThreadCount(1);
}

HttpRequester::~HttpRequester() {
  const auto replies = m_pending.keys();
  m_pending.clear();
  for (QNetworkReply* reply : replies) reply->abort();
  m_decoders.waitForDone();
}

void HttpRequester::setTrust(const GatewayTrust& trust) {
  m_trust = trust;
  m_network.clearConnectionCache();
}

void HttpRequester::watchCertificate(QNetworkReply* reply) {
  reply->setProperty(kTlsTrouble, m_trust.explain({}, reply->url()));
  connect(reply, &QNetworkReply::sslErrors, this, [this, reply](const QList<QSslError>& errors) {
    reply->setProperty(kTlsTrouble, m_trust.explain(errors, reply->url()));
  });
}

void HttpRequester::abortAll() {
  ++m_ends;
  const auto pending = std::exchange(m_pending, {});
  for (auto it = pending.begin(); it != pending.end(); ++it) {
    it.key()->abort();
    it.key()->deleteLater();
    it.value()(tl::unexpected<Error>(ClientErrc::cancelled));
  }
}

QNetworkReply* HttpRequester::start(const HttpRequest& request, Done done) {
  const auto refuse = [this, &done](ClientErrc code) {
    later([done = std::move(done), code] { done(tl::unexpected<Error>(code)); });
    return nullptr;
  };
  if (!m_baseUrl.isValid()) return refuse(ClientErrc::notConnected);
  if (m_pending.size() >= kMaxPendingRequests) return refuse(ClientErrc::tooManyRequests);
  QUrl url = m_baseUrl;
  url.setPath(m_baseUrl.path(QUrl::FullyEncoded) + "/api/v2" + request.path, QUrl::TolerantMode);
  url.setQuery(request.query);

  QNetworkRequest network(url);
  network.setSslConfiguration(m_trust.configuration());
  network.setTransferTimeout(int(request.timeout.count()));
  network.setRawHeader("Accept", request.accept);
  network.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
  network.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
  network.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
  if (!request.body.isEmpty()) network.setHeader(QNetworkRequest::ContentTypeHeader, request.contentType);
  if (!request.ifMatch.isEmpty()) network.setRawHeader("If-Match", request.ifMatch);
  if (request.withToken && !m_token.isEmpty()) network.setRawHeader("Authorization", "Bearer " + m_token);

  QNetworkReply* reply = m_network.sendCustomRequest(network, request.method, request.body);
  m_pending.insert(reply, std::move(done));
  if (url.scheme() == "https") watchCertificate(reply);
  watchSize(reply);
  connect(reply, &QNetworkReply::finished, this, [this, reply] { finish(reply); });
  return reply;
}

void HttpRequester::watchSize(QNetworkReply* reply) {
  connect(reply, &QNetworkReply::downloadProgress, this, [reply](qint64 received, qint64 total) {
    if (received <= kMaxAnswerBytes && total <= kMaxAnswerBytes) return;
    reply->setProperty("tooLarge", true);
    reply->abort();
  });
}

void HttpRequester::finish(QNetworkReply* reply) {
  reply->deleteLater();
  const Done done = m_pending.take(reply);
  if (!done) return;
  const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
  const QByteArray body = reply->readAll();
  if (status >= 200 && status < 300 && reply->error() == QNetworkReply::NoError) {
    return done(HttpAnswer{body, reply->header(QNetworkRequest::ContentTypeHeader).toByteArray()});
  }
  done(tl::unexpected<Error>(errorOf(reply, status, body)));
}

void HttpRequester::later(std::function<void()> call) {
  QMetaObject::invokeMethod(this, std::move(call), Qt::QueuedConnection);
}

void HttpRequester::aside(std::function<void()> work, std::function<void()> deliver) {
  // The destructor waits for the decoder, so that `this` outlives what is posted from it.
  m_decoders.start([this, work = std::move(work), deliver = std::move(deliver)] {
    work();
    QMetaObject::invokeMethod(this, deliver, Qt::QueuedConnection);
  });
}

}  // namespace carport::ui
