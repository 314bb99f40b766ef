#pragma once

#include <QImage>
#include <QRectF>

class QPainter;

namespace carport::ui {

/// Draws all of `image` into `target`, smoothly scaled, as QPainter::drawImage() does, but in the calling thread alone.
/// Left to itself, Qt divides a high fill among the threads of a pool and waits for them, which on a machine whose
/// processors are busy takes far longer than the fill: frames of a zooming map waited over 100 ms (bench portal).
void drawScaled(QPainter& painter, const QRectF& target, const QImage& image);

}  // namespace carport::ui
