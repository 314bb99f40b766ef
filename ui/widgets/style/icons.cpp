#include "ui/widgets/style/icons.h"

#include "ui/widgets/style/theme.h"

#include <QFile>
#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmapCache>
#include <QSvgRenderer>

namespace carport::ui {
namespace {

/// The SVG text of an icon; its lines are drawn in `currentColor`.
QByteArray source(const QString& name) {
  QFile file(QStringLiteral(":/carport/icons/%1.svg").arg(name));
  if (!file.open(QIODevice::ReadOnly)) {
    qWarning("icon \"%s\" is not among the program's resources", qPrintable(name));
    return {};
  }
  return file.readAll();
}

QPixmap render(const QString& name, const QColor& colour, QSize pixels) {
  const QString key = QStringLiteral("icon/%1/%2/%3x%4")
                          .arg(name, colour.name(QColor::HexArgb))
                          .arg(pixels.width())
                          .arg(pixels.height());
  QPixmap pixmap;
  if (QPixmapCache::find(key, &pixmap)) return pixmap;
  pixmap = QPixmap(pixels);
  pixmap.fill(Qt::transparent);
  if (QByteArray svg = source(name); !svg.isEmpty()) {
    QSvgRenderer renderer(svg.replace("currentColor", colour.name().toLatin1()));
    renderer.setAspectRatioMode(Qt::KeepAspectRatio);
    QPainter painter(&pixmap);
    painter.setOpacity(colour.alphaF());
    renderer.render(&painter, QRectF(QPointF(), QSizeF(pixels)));
  }
  QPixmapCache::insert(key, pixmap);
  return pixmap;
}

QColor colourFor(IconRole role, QIcon::Mode mode, QIcon::State state) {
  const Theme& theme = themeOf(QGuiApplication::palette());
  if (mode == QIcon::Disabled) return theme.textDisabled;
  switch (role) {
    case IconRole::quiet:
      if (state == QIcon::On) return theme.accent;
      return mode == QIcon::Active ? theme.text : theme.textMuted;
    case IconRole::strong:
      return theme.text;
    case IconRole::accent:
      return theme.accent;
    case IconRole::onAccent:
      break;
  }
  return theme.onAccent;
}

/// Draws one icon in the colours of the theme in force. Owned by the QIcon; GUI thread.
class ThemedIconEngine : public QIconEngine {
 public:
  ThemedIconEngine(QString name, IconRole role) : m_name(std::move(name)), m_role(role) {}

  void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State state) override {
    const qreal ratio = painter->device() ? painter->device()->devicePixelRatio() : 1.0;
    QPixmap drawn = render(m_name, colourFor(m_role, mode, state), (QSizeF(rect.size()) * ratio).toSize());
    drawn.setDevicePixelRatio(ratio);
    painter->drawPixmap(rect.topLeft(), drawn);
  }
  QPixmap pixmap(const QSize& pixels, QIcon::Mode mode, QIcon::State state) override {
    return render(m_name, colourFor(m_role, mode, state), pixels);
  }
  QPixmap scaledPixmap(const QSize& pixels, QIcon::Mode mode, QIcon::State state, qreal) override {
    return pixmap(pixels, mode, state);
  }
  QIconEngine* clone() const override { return new ThemedIconEngine(m_name, m_role); }
  QString iconName() override { return m_name; }
  bool isNull() override { return false; }

 private:
  QString m_name;
  IconRole m_role;
};

}  // namespace

QIcon themedIcon(const QString& name, IconRole role) {
  return QIcon(new ThemedIconEngine(name, role));
}

QPixmap iconPixmap(const QString& name, const QColor& colour, int sizePx, qreal devicePixelRatio) {
  QPixmap pixmap = render(name, colour, (QSizeF(sizePx, sizePx) * devicePixelRatio).toSize());
  pixmap.setDevicePixelRatio(devicePixelRatio);
  return pixmap;
}

}  // namespace carport::ui
