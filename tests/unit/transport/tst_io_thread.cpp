#include "gateway/transport/io_thread.h"

#include <QtTest>

#include <future>
#include <vector>

using carport::IoThread;

class TestIoThread : public QObject {
  Q_OBJECT

 private slots:
  void runsPostsInOrderOnItsOwnThread() {
    IoThread thread;
    thread.start();
    std::vector<int> seen;
    std::promise<std::thread::id> finished;
    for (int i = 0; i < 100; ++i) QVERIFY(thread.post([&seen, i] { seen.push_back(i); }));
    thread.postAnswer([&finished] { finished.set_value(std::this_thread::get_id()); });
    QVERIFY(finished.get_future().get() != std::this_thread::get_id());
    QCOMPARE(seen.size(), std::size_t{100});
    for (int i = 0; i < 100; ++i) QCOMPARE(seen[static_cast<std::size_t>(i)], i);
  }

  void refusesWhatIsBeyondItsLimit() {
    IoThread thread(2);
    int ran = 0;
    QVERIFY(thread.post([&ran] { ++ran; }));
    QVERIFY(thread.post([&ran] { ++ran; }));
    QVERIFY(!thread.post([&ran] { ++ran; }));
    QCOMPARE(thread.refused(), std::size_t{1});
    std::promise<void> finished;
    thread.postAnswer([&finished] { finished.set_value(); });
    thread.start();
    finished.get_future().get();
    QCOMPARE(ran, 2);
    QVERIFY(thread.post([&ran] { ++ran; }));
  }

  void goesOnAfterAHandlerThatThrows() {
    std::vector<std::string> told;
    IoThread thread(IoThread::kMaxPosted, [&told](std::string_view what) { told.emplace_back(what); });
    thread.start();
    thread.postAnswer([] { throw std::runtime_error("no memory, say"); });
    thread.postAnswer([] { throw 7; });
    std::promise<void> finished;
    thread.postAnswer([&finished] { finished.set_value(); });
    finished.get_future().get();
    QCOMPARE(thread.failures(), std::size_t{2});
    thread.stop();
    QCOMPARE(told.size(), std::size_t{2});
    QCOMPARE(told[0], std::string("no memory, say"));
  }

  void stopsTwiceAndTakesLatePosts() {
    IoThread thread;
    thread.start();
    thread.stop();
    thread.stop();
    bool ran = false;
    thread.postAnswer([&ran] { ran = true; });
    QVERIFY(!ran);
  }
};

QTEST_GUILESS_MAIN(TestIoThread)
#include "tst_io_thread.moc"
