#pragma once

#include "gateway/transport/openssl_handles.h"

#include <string>

namespace carport {

/// A text of a certificate in UTF-8; empty where there is none, or it cannot be read. Whatever somebody has written
/// there, zero bytes and control characters too.
std::string textOf(const ASN1_STRING* value);

/// Calls `visit(const GENERAL_NAME&)` for each alternative name of whom the certificate is for (RFC 5280 §4.2.1.6).
template <class Visitor>
void eachAlternativeName(const X509& certificate, Visitor&& visit) {
  const GeneralNamesPtr all(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) visit(*sk_GENERAL_NAME_value(all.get(), i));
}

}  // namespace carport
