#include "ui/models/tile_provider.h"

#include "ui/models/tile_errc.h"

#include <QCryptographicHash>
#include <QHostAddress>
#include <QRegularExpression>

#include <array>

namespace carport::ui {
namespace {

constexpr qsizetype kMaxAddressChars = 2'000;
constexpr qsizetype kMaxAttribution = 200;
constexpr std::array kSubdomains{"a", "b", "c"};

tl::unexpected<Error> wrongAddress(const QString& sentence) {
  return fail(TileErrc::wrongAddress, sentence.toStdString());
}

bool isThisComputer(const QString& host) {
  return host.compare(QLatin1String("localhost"), Qt::CaseInsensitive) == 0 || QHostAddress(host).isLoopback();
}

/// What is not understood of the words in braces; empty where all are.
QString unknownPlaceholder(const QString& address) {
  static const QRegularExpression braces(QStringLiteral("\\{([^{}]*)\\}"));
  for (auto found = braces.globalMatch(address); found.hasNext();) {
    const QString word = found.next().captured(1);
    if (!QStringList{QStringLiteral("z"), QStringLiteral("x"), QStringLiteral("y"), QStringLiteral("-y"),
                     QStringLiteral("s")}
             .contains(word))
      return QStringLiteral("{%1}").arg(word);
  }
  return {};
}

Result<void> checkPlaceholders(const QString& address) {
  const bool hasRow = address.contains(QLatin1String("{y}")) || address.contains(QLatin1String("{-y}"));
  if (!address.contains(QLatin1String("{z}")) || !address.contains(QLatin1String("{x}")) || !hasRow) {
    return wrongAddress(TileProvider::tr("The address needs {z}, {x} and {y} where a tile's zoom, column and row go"));
  }
  if (const QString unknown = unknownPlaceholder(address); !unknown.isEmpty())
    return wrongAddress(TileProvider::tr("Carport does not know what %1 in the address means").arg(unknown));
  return {};
}

Result<void> checkServer(const TileProvider& provider) {
  const QUrl url = provider.url({0, 0, 0});
  // Elsewhere in the name of the server a column would decide who is asked.
  const QString server = provider.address.section(u'/', 2, 2).remove(QLatin1String("{s}"));
  if (!url.isValid() || url.host().isEmpty() || server.contains(u'{'))
    return wrongAddress(TileProvider::tr("The address should look like https://tiles.example/{z}/{x}/{y}.png"));
  if (!url.userInfo().isEmpty())
    return wrongAddress(TileProvider::tr("The address must not have a user name or password in it"));
  if (url.scheme() == QLatin1String("https")) return {};
  if (url.scheme() == QLatin1String("http") && isThisComputer(url.host())) return {};
  return wrongAddress(TileProvider::tr("The address must begin with https://; http:// is for this computer alone"));
}

}  // namespace

QUrl TileProvider::url(const TileId& tile) const {
  QString text = address;
  const quint32 fromSouth = (1U << tile.zoom) - 1 - tile.y;
  text.replace(QLatin1String("{z}"), QString::number(tile.zoom));
  text.replace(QLatin1String("{x}"), QString::number(tile.x));
  text.replace(QLatin1String("{y}"), QString::number(tile.y));
  text.replace(QLatin1String("{-y}"), QString::number(fromSouth));
  text.replace(QLatin1String("{s}"), QLatin1String(kSubdomains[(tile.x + tile.y) % kSubdomains.size()]));
  return QUrl(text, QUrl::StrictMode);
}

QByteArray TileProvider::key() const {
  return QCryptographicHash::hash(address.toUtf8(), QCryptographicHash::Sha256).toHex();
}

QString TileProvider::host() const {
  return url({0, 0, 0}).host();
}

Result<TileProvider> checked(const TileProvider& provider) {
  TileProvider clean{provider.address.trimmed(), provider.attribution.simplified(), provider.maxZoom};
  if (clean.address.size() > kMaxAddressChars) return wrongAddress(TileProvider::tr("The address is too long"));
  if (const auto good = checkPlaceholders(clean.address); !good) return failFrom(good);
  if (const auto good = checkServer(clean); !good) return failFrom(good);
  if (clean.attribution.isEmpty()) return fail(TileErrc::noAttribution);
  clean.attribution.truncate(kMaxAttribution);
  clean.maxZoom = qBound(0, clean.maxZoom, kMaxTileZoom);
  return clean;
}

}  // namespace carport::ui
