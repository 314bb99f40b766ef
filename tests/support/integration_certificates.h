#pragma once

#include "tests/support/integration_program.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <utility>

namespace carport::test {

/// Certificates in a folder, as the openssl program makes them: NAME.pem and NAME.key. Owner: a test.
class OpensslCertificates {
 public:
  /// The folder has to outlive it.
  explicit OpensslCertificates(QString folder) : m_folder(std::move(folder)) {}

  /// What is asked for; elliptic curve P-256, for 40 days.
  struct Wish {
    QString name;        ///< of the files
    QString commonName;  ///< the subject's
    QByteArray extensions{};
    QString authority{};  ///< the files' name of who signs; empty: itself
  };
  /// False, with a warning, where openssl refuses.
  bool make(const Wish& wish) const;
  /// One that signs others.
  bool makeAuthority(const QString& name, const QString& authority = {}) const;

  QString path(const QString& name) const { return m_folder + "/" + name; }
  bool write(const QString& name, const QByteArray& text) const;

 private:
  const QString m_folder;
};

/// openssl's client at a port of this machine, which trusts `authority` alone.
ProgramResult runTlsClient(const QString& port, const QString& authority, const QStringList& more,
                           const QByteArray& input = "Q\n");

}  // namespace carport::test
