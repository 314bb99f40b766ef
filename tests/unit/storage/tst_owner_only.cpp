#include "gateway/storage/owner_only.h"

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

using namespace carport;
namespace fs = std::filesystem;

/// Files that their owner alone may open.
class TestOwnerOnly : public QObject {
  Q_OBJECT

  static constexpr auto kOthers = fs::perms::group_all | fs::perms::others_all;
  std::unique_ptr<QTemporaryDir> m_folder;

  fs::path path(const std::string& name) const { return fs::path(m_folder->path().toStdString()) / name; }
  std::ptrdiff_t entries() const { return std::distance(fs::directory_iterator(path("")), fs::directory_iterator()); }
  static std::string contentOf(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  /// Makes files by `make`, and whether somebody beside could ever have opened one of them.
  template <class Make>
  bool couldBeOpened(Make make) {
    std::atomic<bool> isDone = false;
    std::atomic<int> current = 0;
    bool isOpen = false;
    std::thread beside([&] {
      while (!isDone) {
        std::error_code error;
        const auto status = fs::status(path(std::to_string(current)), error);
        if (fs::is_regular_file(status) && (status.permissions() & kOthers) != fs::perms::none) isOpen = true;
      }
    });
    for (int i = 0; i < 1000; ++i) {
      current = i;
      make(path(std::to_string(i)));
    }
    isDone = true;
    beside.join();
    return isOpen;
  }

 private slots:
  void init() { m_folder = std::make_unique<QTemporaryDir>(); }

  void hasWhatWasWritten() {
    const std::string bytes("a secret\0with a zero\r\n", 22);
    QVERIFY(!writeFileForOwner(path("key"), bytes));
    QCOMPARE(contentOf(path("key")), bytes);
    QVERIFY(!writeFileForOwner(path("empty"), {}));
    QCOMPARE(fs::file_size(path("empty")), 0U);
    QCOMPARE(entries(), 2);  // nothing is left of how they were made
    QVERIFY(fs::status(path("key")).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  }

  void nobodyElseMayOpenItAtAnyMoment() {
#ifdef _WIN32
    QSKIP("permissions are lists here");
#endif
    QVERIFY(!couldBeOpened([](const fs::path& file) { (void)writeFileForOwner(file, "secret"); }));
    QCOMPARE(entries(), 1000);
    QVERIFY(!couldBeOpened([](const fs::path& file) {
      fs::remove(file);
      keepForOwner(file);
    }));
  }

  void whatIsThereStays() {
    std::ofstream(path("mine")) << "mine";
    QVERIFY(writeFileForOwner(path("mine"), "other") == std::errc::file_exists);
    QCOMPARE(contentOf(path("mine")), std::string("mine"));
    fs::create_directory(path("folder"));
    QVERIFY(writeFileForOwner(path("folder"), "other") == std::errc::file_exists);
    QCOMPARE(entries(), 2);
  }

  void aLinkIsNotFollowed() {
#ifdef _WIN32
    QSKIP("links need a right of their own here");
#endif
    fs::create_symlink(path("elsewhere"), path("link"));
    QVERIFY(writeFileForOwner(path("link"), "secret") == std::errc::file_exists);
    QVERIFY(!fs::exists(path("elsewhere")));
    QCOMPARE(entries(), 1);
  }

  void oneOfManyMakesIt() {
    std::atomic<int> made = 0;
    std::vector<std::thread> all;
    for (int i = 0; i < 8; ++i) {
      all.emplace_back([&, i] { made += writeFileForOwner(path("key"), std::string(32, char('a' + i))) ? 0 : 1; });
    }
    for (auto& one : all) one.join();
    QCOMPARE(made.load(), 1);
    QCOMPARE(contentOf(path("key")).size(), 32U);
    QCOMPARE(entries(), 1);
  }

  void saysThatItCannotBeMade() {
    QVERIFY(writeFileForOwner(path("nowhere") / "key", "secret"));
    QVERIFY(!fs::exists(path("nowhere")));
  }
};

QTEST_GUILESS_MAIN(TestOwnerOnly)
#include "tst_owner_only.moc"
