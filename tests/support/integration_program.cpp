#include "tests/support/integration_program.h"

#include <QDir>
#include <QFileInfo>
#include <QProcess>
#include <QTcpServer>

namespace carport::test {

QByteArray ProgramResult::story() const {
  return "exit code " + QByteArray::number(exitCode) + "\n" + out.right(2000) + "\n" + err.right(4000);
}

QString programPath(const QString& name) {
  const QString own = QStringLiteral(CARPORT_BIN_DIR) + "/" + name;
  return QFileInfo::exists(own) ? own : name;
}

bool hasEnded(QProcess& process, int timeoutMs) {
  return process.state() == QProcess::NotRunning || process.waitForFinished(timeoutMs);
}

ProgramResult runProgram(const QString& program, const QStringList& arguments, const QByteArray& input, int timeoutMs) {
  QProcess process;
  process.start(programPath(program), arguments);
  process.write(input);
  process.closeWriteChannel();
  ProgramResult result;
  const bool ended = process.waitForFinished(timeoutMs);
  if (!ended) {
    process.kill();
    process.waitForFinished();
  }
  result.out = process.readAllStandardOutput();
  result.err = process.readAllStandardError();
  if (!ended) result.err += "\n" + program.toUtf8() + ": " + process.errorString().toUtf8();
  if (ended && process.exitStatus() == QProcess::NormalExit) result.exitCode = process.exitCode();
  return result;
}

ProgramResult carportd(const QStringList& arguments, const QByteArray& input) {
  return runProgram("carportd", arguments, input);
}

QString testDataFolder() {
  const QString given = qEnvironmentVariable("CARPORT_TEST_DATA");
  const QString folder = given.isEmpty() ? QStringLiteral(CARPORT_SOURCE_DIR "/../shared/data") : given;
  return QFileInfo::exists(folder) ? QDir(folder).absolutePath() : QString();
}

quint16 freePort() {
  QTcpServer server;
  server.listen(QHostAddress::LocalHost, 0);
  return server.serverPort();
}

}  // namespace carport::test
