#pragma once

#include "gateway/base/result.h"

#include <QCoreApplication>
#include <QList>
#include <QSslConfiguration>
#include <QSslError>
#include <QString>
#include <QUrl>

namespace carport::ui {

/// Whose word the portal takes for a gateway's certificate: that of the authorities this computer knows, or, where the
/// gateway's operator has one of their own, of that one alone. A value; GUI thread.
class GatewayTrust {
  Q_DECLARE_TR_FUNCTIONS(GatewayTrust)

 public:
  static constexpr qint64 kMaxFileBytes = 1024 * 1024;

  /// The authorities that this computer knows.
  GatewayTrust();
  /// The authorities in this file (PEM) and no others; those of the computer where `file` is empty. Fails with a
  /// sentence where it holds none.
  static Result<GatewayTrust> fromFile(const QString& file);

  /// For every connection to the gateway: TLS 1.2 or newer.
  const QSslConfiguration& configuration() const { return m_configuration; }
  /// What is wrong with the certificate of the gateway at `url`, and what to do about it.
  QString explain(const QList<QSslError>& errors, const QUrl& url) const;

 private:
  QString explainOne(const QSslError& error, const QUrl& url) const;

  QSslConfiguration m_configuration;
  bool m_hasOwnAuthority = false;
};

}  // namespace carport::ui
