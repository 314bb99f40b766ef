#include "tests/fuzz/fuzz_input.h"
#include "ui/client/tile_fetcher.h"
#include "ui/models/tile_provider.h"
#include "ui/models/tile_source.h"

#include <QString>

using namespace carport;
using namespace carport::ui;

namespace {

/// An address that somebody pastes: what passes asks one server, over TLS or on this computer, whatever tile is wanted.
void readAddress(const QByteArray& text) {
  const auto provider = checked({QString::fromUtf8(text), QStringLiteral("© Somebody"), 19});
  if (!provider) {
    fuzz::require(!provider.error().message().empty(), "every refusal has a sentence");
    return;
  }
  const QUrl first = provider->url({0, 0, 0});
  for (const TileId& tile : {TileId{0, 0, 0}, TileId{7, 127, 3}, TileId{22, 4'194'303, 4'194'303}}) {
    const QUrl url = provider->url(tile);
    fuzz::require(url.isValid() && !url.host().isEmpty(), "every tile has an address");
    fuzz::require(url.scheme() == first.scheme() && url.port() == first.port(), "all are asked for alike");
    fuzz::require(url.userInfo().isEmpty(), "no password is in it");
    const bool isPlain = url.scheme() == QLatin1String("http");
    fuzz::require(isPlain || url.scheme() == QLatin1String("https"), "only the web is asked");
  }
  const auto again = checked(*provider);
  fuzz::require(again.has_value() && *again == *provider, "what passed passes again");
}

void readAttribution(const QByteArray& text) {
  const QString plain = plainAttribution(QString::fromUtf8(text));
  fuzz::require(plain.size() <= 200 && plain == plain.simplified(), "an attribution is one line");
}

void readCacheControl(const QByteArray& text) {
  const CacheRules rules = parseCacheControl(text);
  fuzz::require(!rules.freshSeconds || *rules.freshSeconds >= 0, "nothing is fresh until before now");
}

}  // namespace

/// Texts of strangers that come with maps of pictures; the first byte says which.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const QByteArray text(reinterpret_cast<const char*>(data) + 1, qsizetype(size) - 1);
  switch (data[0] % 3) {
    case 0:
      readAddress(text);
      break;
    case 1:
      readAttribution(text);
      break;
    default:
      readCacheControl(text);
  }
  return 0;
}
