#pragma once

#include <QByteArray>

#include <string>

/// Bytes from hexadecimal digits; spaces are for the reader. "41" → "A".
inline std::string hexBytes(const char* digits) {
  return QByteArray::fromHex(digits).toStdString();
}
