#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

class QProcess;

namespace carport::test {

/// How a program ended.
struct ProgramResult {
  int exitCode = -1;  ///< -1: it did not start, crashed, or took too long
  QByteArray out;
  QByteArray err;

  bool ok() const { return exitCode == 0; }
  /// Everything, for a failing test's message.
  QByteArray story() const;
};

inline constexpr int kProgramTimeoutMs = 60'000;

/// Runs a program to its end. One of the project's own is found by its name, others through PATH.
ProgramResult runProgram(const QString& program, const QStringList& arguments, const QByteArray& input = {},
                         int timeoutMs = kProgramTimeoutMs);
ProgramResult carportd(const QStringList& arguments, const QByteArray& input = {});
/// Waits for the end of a program, which may have ended already: QProcess::waitForFinished() says no to that.
bool hasEnded(QProcess& process, int timeoutMs);
/// Where one of the project's programs is.
QString programPath(const QString& name);
/// The folder with real recordings, or empty where there is none.
QString testDataFolder();
/// A TCP port that is free at the moment; for what cannot be told to take a free one.
quint16 freePort();

}  // namespace carport::test
