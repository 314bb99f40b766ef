#include "tests/support/integration_certificates.h"

#include <QFile>

namespace carport::test {

namespace {

bool openssl(const QStringList& arguments) {
  const auto done = runProgram("openssl", arguments);
  if (!done.ok()) qWarning("%s", done.story().constData());
  return done.ok();
}

}  // namespace

bool OpensslCertificates::make(const Wish& wish) const {
  const QString key = path(wish.name + ".key"), request = path(wish.name + ".csr"), more = path(wish.name + ".ext");
  const QStringList signer = wish.authority.isEmpty() ? QStringList{"-signkey", key}
                                                      : QStringList{"-CA", path(wish.authority + ".pem"), "-CAkey",
                                                                    path(wish.authority + ".key"), "-CAcreateserial"};
  return openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
                  request, "-subj", "/CN=" + wish.commonName}) &&
         write(wish.name + ".ext", wish.extensions + "\n") &&
         openssl(QStringList{"x509", "-req", "-in", request, "-days", "40", "-extfile", more, "-out",
                             path(wish.name + ".pem")} +
                 signer);
}

bool OpensslCertificates::makeAuthority(const QString& name, const QString& authority) const {
  return make({name, name, "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign", authority});
}

bool OpensslCertificates::write(const QString& name, const QByteArray& text) const {
  QFile file(path(name));
  return file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(text) == text.size();
}

ProgramResult runTlsClient(const QString& port, const QString& authority, const QStringList& more,
                           const QByteArray& input) {
  return runProgram(
      "openssl",
      QStringList{"s_client", "-connect", "localhost:" + port, "-CAfile", authority, "-verify_return_error"} + more,
      input);
}

}  // namespace carport::test
