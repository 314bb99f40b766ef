#pragma once

#include <QObject>
#include <QStringList>

#include <functional>

namespace carport::ui {

/// Asks the gateway the same thing for many ids, a few at a time, and says how far it has got; can be stopped. Owner:
/// the form or page. GUI thread.
class Batch : public QObject {
  Q_OBJECT

 public:
  /// Requests that are out at a time: enough to keep the gateway busy, and far fewer than the client lets out.
  static constexpr int kMaxAtOnce = 16;

  /// Called once for each id with the reason, empty where it went well.
  using Answer = std::function<void(const QString& problem)>;
  using Ask = std::function<void(const QString& id, Answer answer)>;

  using QObject::QObject;

  /// Nothing happens while another is under way.
  void start(const QStringList& ids, Ask ask);
  /// Asks no further; what is out is still awaited.
  void stop();

  bool isRunning() const { return m_running; }
  int total() const { return static_cast<int>(m_ids.size()); }
  int succeeded() const { return m_succeeded; }
  /// Not asked because it was stopped.
  int leftOut() const { return m_leftOut; }
  /// The first refusals as "ID: reason", a line each, and how many more there are; empty where there are none.
  QString refusals() const;

 signals:
  void progressed(int answered, int total);
  void finished();

 private:
  static constexpr int kRefusalsTold = 5;

  void askFurther();
  void onAnswer(const QString& id, const QString& problem);

  QStringList m_ids;
  Ask m_ask;
  QStringList m_told;
  int m_next = 0;
  int m_out = 0;
  int m_succeeded = 0;
  int m_refused = 0;
  int m_leftOut = 0;
  bool m_running = false;
};

}  // namespace carport::ui
