#include "ui/client/gateway_trust.h"

#include "ui/client/client_errc.h"

#include <QFile>
#include <QLocale>
#include <QSslCertificate>
#include <QStringList>

namespace carport::ui {

namespace {

tl::unexpected<Error> badFile(const QString& sentence) {
  return tl::unexpected<Error>(Error(ClientErrc::badAuthorityFile, sentence.toStdString()));
}

/// The names that a certificate is for, as somebody would write them in an address.
QString namesOf(const QSslCertificate& certificate) {
  const auto all = certificate.subjectAlternativeNames();
  QStringList names = all.values(QSsl::DnsEntry) + all.values(QSsl::IpAddressEntry);
  names.removeDuplicates();
  names.sort();
  return names.isEmpty() ? certificate.subjectDisplayName() : names.join(QStringLiteral(", "));
}

QString dayOf(const QDateTime& time) {
  return QLocale().toString(time.toLocalTime().date(), QLocale::ShortFormat);
}

/// Whoever signed it is not known: everything else does not matter before that.
bool isAboutTrust(const QSslError& error) {
  switch (error.error()) {
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::SelfSignedCertificate:
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::CertificateUntrusted:
      return true;
    default:
      return false;
  }
}

}  // namespace

GatewayTrust::GatewayTrust() : m_configuration(QSslConfiguration::defaultConfiguration()) {
  m_configuration.setProtocol(QSsl::TlsV1_2OrLater);
}

Result<GatewayTrust> GatewayTrust::fromFile(const QString& file) {
  GatewayTrust trust;
  if (file.isEmpty()) return trust;
  QFile opened(file);
  if (!opened.open(QIODevice::ReadOnly)) {
    return badFile(tr("The authority’s file %1 cannot be read. Check its name and that you may read it.").arg(file));
  }
  const QList<QSslCertificate> authorities = QSslCertificate::fromData(opened.read(kMaxFileBytes), QSsl::Pem);
  if (authorities.isEmpty()) {
    return badFile(
        tr("%1 is no authority: it should be a text that begins with -----BEGIN CERTIFICATE-----.").arg(file));
  }
  trust.m_configuration.setCaCertificates(authorities);
  trust.m_hasOwnAuthority = true;
  return trust;
}

QString GatewayTrust::explain(const QList<QSslError>& errors, const QUrl& url) const {
  if (errors.isEmpty()) {
    return tr("No secure connection comes about with %1. Perhaps it is http:// that is spoken there, not https://.")
        .arg(url.authority());
  }
  for (const QSslError& error : errors) {
    if (isAboutTrust(error)) return explainOne(error, url);
  }
  return explainOne(errors.first(), url);
}

QString GatewayTrust::explainOne(const QSslError& error, const QUrl& url) const {
  const QSslCertificate certificate = error.certificate();
  if (isAboutTrust(error)) {
    if (m_hasOwnAuthority) {
      return tr("The certificate of this gateway was signed by “%1”, not by the authority in the chosen file. Ask the "
                "gateway’s operator for the right file.")
          .arg(certificate.issuerDisplayName());
    }
    return tr("The certificate of this gateway was signed by “%1”, whom this computer does not know. If that is your "
              "own authority, choose its file (authority.pem); if not, somebody may be listening in.")
        .arg(certificate.issuerDisplayName());
  }
  switch (error.error()) {
    case QSslError::HostNameMismatch:
      return tr("The certificate of this gateway is for %1, not for %2. Use one of its names as the address.")
          .arg(namesOf(certificate), url.host());
    case QSslError::CertificateExpired:
      return tr("The certificate of this gateway ended on %1. Its operator has to renew it.")
          .arg(dayOf(certificate.expiryDate()));
    case QSslError::CertificateNotYetValid:
      return tr("The certificate of this gateway begins on %1. Check the clock of this computer.")
          .arg(dayOf(certificate.effectiveDate()));
    default:
      return tr("The certificate of this gateway does not hold: %1.").arg(error.errorString());
  }
}

}  // namespace carport::ui
