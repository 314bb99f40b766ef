#include "ui/client/tile_fetcher.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QNetworkReply>
#include <QNetworkRequest>

#include <algorithm>
#include <memory>
#include <utility>

namespace carport::ui {
namespace {

constexpr qint64 kLongestFreshSeconds = 365LL * 24 * 3'600;
constexpr int kMaxRedirects = 3;
constexpr qsizetype kMaxValidatorBytes = 256;

QByteArray userAgent() {
  const QString version = QCoreApplication::applicationVersion();
  return "Carport/" + (version.isEmpty() ? QByteArray("0") : version.toUtf8()) + " (fleet map)";
}

std::optional<qint64> secondsUntil(const QByteArray& httpDate, const QDateTime& from) {
  const QDateTime then = QDateTime::fromString(QString::fromLatin1(httpDate), Qt::RFC2822Date);
  if (!then.isValid()) return std::nullopt;
  return std::clamp(from.secsTo(then), qint64(0), kLongestFreshSeconds);
}

std::optional<qint64> retryAfter(const QByteArray& header) {
  if (header.isEmpty()) return std::nullopt;
  bool isNumber = false;
  const qint64 seconds = header.trimmed().toLongLong(&isNumber);
  if (isNumber) return std::clamp(seconds, qint64(0), kLongestFreshSeconds);
  return secondsUntil(header, QDateTime::currentDateTimeUtc());
}

QString troubleOf(const QNetworkReply& reply, bool tooLarge) {
  const QString host = reply.url().host();
  if (tooLarge) return TileFetcher::tr("%1 sends more than a map picture can be.").arg(host);
  switch (reply.error()) {
    case QNetworkReply::HostNotFoundError:
      return TileFetcher::tr("%1 is not found. This computer may be offline, or the address is misspelt.").arg(host);
    case QNetworkReply::ConnectionRefusedError:
    case QNetworkReply::RemoteHostClosedError:
      return TileFetcher::tr("%1 takes no connection.").arg(host);
    case QNetworkReply::OperationCanceledError:
    case QNetworkReply::TimeoutError:
      return TileFetcher::tr("%1 does not answer.").arg(host);
    case QNetworkReply::SslHandshakeFailedError:
      return TileFetcher::tr("The certificate of %1 is not trusted on this computer.").arg(host);
    case QNetworkReply::TooManyRedirectsError:
    case QNetworkReply::InsecureRedirectError:
      return TileFetcher::tr("%1 leads to another address, which Carport does not follow.").arg(host);
    default:
      return TileFetcher::tr("%1 cannot be reached. This computer may be offline.").arg(host);
  }
}

FetchedTile read(QNetworkReply& reply, bool tooLarge) {
  FetchedTile answer;
  answer.status = reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
  const bool isCut = answer.status == 200 && reply.error() != QNetworkReply::NoError;
  if (tooLarge || isCut || answer.status == 0 ||
      (answer.status >= 300 && answer.status < 400 && answer.status != 304)) {
    answer.status = 0;
    answer.trouble = troubleOf(reply, tooLarge);
    return answer;
  }
  answer.body = reply.readAll();
  answer.validators = {reply.rawHeader("ETag").left(kMaxValidatorBytes),
                       reply.rawHeader("Last-Modified").left(kMaxValidatorBytes)};
  const CacheRules rules = parseCacheControl(reply.rawHeader("Cache-Control"));
  answer.mayStore = rules.mayStore;
  answer.freshSeconds = rules.freshSeconds;
  if (!answer.freshSeconds && reply.hasRawHeader("Expires")) {
    // One that is no date means the past (RFC 9111 §5.3).
    answer.freshSeconds = secondsUntil(reply.rawHeader("Expires"), QDateTime::currentDateTimeUtc()).value_or(0);
  }
  answer.retryAfterSeconds = retryAfter(reply.rawHeader("Retry-After"));
  return answer;
}

}  // namespace

CacheRules parseCacheControl(const QByteArray& header) {
  CacheRules rules;
  bool mustAsk = false;
  for (const QByteArray& part : header.toLower().split(',')) {
    const QByteArray word = part.trimmed();
    if (word == "no-store") rules.mayStore = false;
    if (word == "no-cache") mustAsk = true;
    if (!word.startsWith("max-age=")) continue;
    bool good = false;
    const qint64 seconds = QByteArray(word.mid(8)).replace('"', "").toLongLong(&good);
    if (good) rules.freshSeconds = std::clamp(seconds, qint64(0), kLongestFreshSeconds);
  }
  if (mustAsk) rules.freshSeconds = 0;
  return rules;
}

TileFetcher::TileFetcher(QObject* parent) : QObject(parent) {}

TileFetcher::~TileFetcher() {
  cancelAll();
}

void TileFetcher::cancelAll() {
  for (QNetworkReply* reply : m_network.findChildren<QNetworkReply*>()) {
    reply->disconnect(this);
    reply->abort();
    reply->deleteLater();
  }
}

void TileFetcher::fetch(const QUrl& url, const TileValidators& known, Done done) {
  QNetworkRequest request(url);
  request.setHeader(QNetworkRequest::UserAgentHeader, userAgent());
  request.setRawHeader("Accept", "image/webp,image/png,image/jpeg,*/*;q=0.1");
  if (!known.etag.isEmpty()) request.setRawHeader("If-None-Match", known.etag);
  if (!known.lastModified.isEmpty()) request.setRawHeader("If-Modified-Since", known.lastModified);
  for (const auto attribute : {QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::CookieSaveControlAttribute,
                               QNetworkRequest::AuthenticationReuseAttribute})
    request.setAttribute(attribute, QNetworkRequest::Manual);
  request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::NoLessSafeRedirectPolicy);
  request.setMaximumRedirectsAllowed(kMaxRedirects);
  request.setTransferTimeout(kTimeoutMs);
  QNetworkReply* reply = m_network.get(request);
  // Children of the manager are what cancelAll() finds.
  reply->setParent(&m_network);
  const auto tooLarge = std::make_shared<bool>(false);
  connect(reply, &QNetworkReply::downloadProgress, this, [reply, tooLarge](qint64 received, qint64 total) {
    if (received <= kMaxAnswerBytes && total <= kMaxAnswerBytes) return;
    *tooLarge = true;
    reply->abort();
  });
  connect(
      reply, &QNetworkReply::finished, this,
      [reply, tooLarge, done = std::move(done)] {
        reply->deleteLater();
        done(read(*reply, *tooLarge));
      },
      Qt::QueuedConnection);
}

}  // namespace carport::ui
