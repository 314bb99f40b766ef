#pragma once

#include "ui/client/http_requester.h"

#include <QCborMap>
#include <QCborParserError>
#include <QCborValue>

namespace carport::ui::answers {

/// The map that a CBOR answer is (RFC 8949); empty where it is none or ends too early: what Qt makes of half a map is
/// not safe to look into.
inline QCborMap cborMapOf(const HttpAnswer& answer) {
  QCborParserError error;
  const QCborValue whole = QCborValue::fromCbor(answer.body, &error);
  return error.error == QCborError::NoError ? whole.toMap() : QCborMap();
}

}  // namespace carport::ui::answers
