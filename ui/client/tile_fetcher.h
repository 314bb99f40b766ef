#pragma once

#include <QByteArray>
#include <QNetworkAccessManager>
#include <QObject>
#include <QString>
#include <QUrl>

#include <functional>
#include <optional>

class QNetworkReply;

namespace carport::ui {

/// What is known of a picture that was fetched before, to ask whether it is still the same (RFC 9110 §13.1).
struct TileValidators {
  QByteArray etag;
  QByteArray lastModified;
};

/// What a server of map tiles answered.
struct FetchedTile {
  int status = 0;  ///< HTTP; 0: no answer came
  QByteArray body;
  TileValidators validators;
  std::optional<qint64> freshSeconds;  ///< for how long it may be used unasked; none where the server does not say
  bool mayStore = true;
  std::optional<qint64> retryAfterSeconds;
  QString trouble;  ///< why no answer came, a sentence without the address's secrets; empty where one did
};

/// Fetches pictures of maps by HTTP: without cookies, without credentials, naming Carport. Answers larger than a tile
/// may be are cut off. Owner: OnlineTiles. GUI thread.
class TileFetcher : public QObject {
  Q_OBJECT

 public:
  using Done = std::function<void(const FetchedTile&)>;

  static constexpr qint64 kMaxAnswerBytes = 4 * 1024 * 1024;
  static constexpr int kTimeoutMs = 20'000;

  explicit TileFetcher(QObject* parent = nullptr);
  /// Nobody is answered any more.
  ~TileFetcher() override;

  /// `done` is called once, never from within.
  void fetch(const QUrl& url, const TileValidators& known, Done done);
  /// Takes back everything that is under way; nobody is answered.
  void cancelAll();

 private:
  QNetworkAccessManager m_network;
};

/// What a Cache-Control header (RFC 9111 §5.2.2) allows.
struct CacheRules {
  std::optional<qint64> freshSeconds;
  bool mayStore = true;
};
CacheRules parseCacheControl(const QByteArray& header);

}  // namespace carport::ui
