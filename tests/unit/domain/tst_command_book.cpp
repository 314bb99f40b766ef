#include "gateway/api/embedded_json.h"
#include "gateway/base/result.h"
#include "gateway/domain/command_book.h"
#include "gateway/domain/credentials.h"
#include "gateway/domain/domain_errc.h"

#include <QtTest>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace carport;
using api::Command;
using api::CommandState;
using nlohmann::json;
using std::chrono::minutes;
using std::chrono::seconds;

namespace {
constexpr PrincipalNumber kCar{7}, kOther{8}, kAnna{2};

RandomBytes fixedRandom(std::uint8_t value) {
  return [value](std::span<std::uint8_t> bytes) { std::fill(bytes.begin(), bytes.end(), value); };
}
}  // namespace

/// What the tests share.
class Fixture {
 protected:
  ManualClock m_clock;

  Command make(CommandBook& book, std::optional<TimePoint> expiresAt = {}) {
    return book.create(kCar, kAnna, "lock", R"({"doors": 4})", expiresAt, m_clock.now()).value();
  }
  /// A command that was brought into `state` by legal steps.
  Command inState(CommandBook& book, CommandState state) {
    const Command command = make(book);
    if (state != CommandState::queued) book.markSent(command.id, m_clock.now());
    if (state == CommandState::received) book.markReceived(command.id, kCar, m_clock.now());
    if (state == CommandState::done) (void)book.applyReply(command.id, kCar, R"({"status":"done"})", m_clock.now());
    if (state == CommandState::failed) (void)book.applyReply(command.id, kCar, R"({"status":"failed"})", m_clock.now());
    if (state == CommandState::cancelled) (void)book.cancel(command.id, m_clock.now());
    if (state == CommandState::expired) book.expire(command.expiresAt);
    return command;
  }
};

class TestCommandBook : public QObject, Fixture {
  Q_OBJECT

 private slots:
  void initTestCase() { QVERIFY(initCryptography().has_value()); }
  void init() { m_clock.setNow(ManualClock().now()); }

  void everyStepFollowsTheStates_data() {
    QTest::addColumn<int>("from");
    QTest::addColumn<QString>("step");
    QTest::addColumn<int>("to");  // -1: refused
    using S = CommandState;
    const auto row = [](S from, const char* step, int to) {
      QTest::addRow("%d %s", int(from), step) << int(from) << QString(step) << to;
    };
    for (const S open : {S::queued, S::sent, S::received}) {
      row(open, "sent", open == S::queued ? int(S::sent) : -1);
      row(open, "received", open == S::received ? -1 : int(S::received));
      row(open, "reply received", int(S::received));
      row(open, "reply done", int(S::done));
      row(open, "reply failed", int(S::failed));
      row(open, "cancel", int(S::cancelled));
      row(open, "expire", int(S::expired));
    }
    for (const S final : {S::done, S::failed, S::expired, S::cancelled}) {
      for (const char* step : {"sent", "received", "reply received", "reply done", "reply failed", "cancel", "expire"})
        row(final, step, -1);
    }
  }
  void everyStepFollowsTheStates() {
    QFETCH(int, from);
    QFETCH(QString, step);
    QFETCH(int, to);
    CommandBook book;
    const Command before = inState(book, static_cast<CommandState>(from));
    QCOMPARE(book.find(before.id) == nullptr, api::isFinal(static_cast<CommandState>(from)));
    m_clock.advance(seconds(5));
    const TimePoint now = step == "expire" ? before.expiresAt : m_clock.now();
    std::optional<Command> after;
    if (step == "sent") after = book.markSent(before.id, now);
    if (step == "received") after = book.markReceived(before.id, kCar, now);
    if (step == "cancel")
      after = book.cancel(before.id, now).map([](Command c) { return std::optional(c); }).value_or(std::nullopt);
    if (step == "expire") {
      const auto expired = book.expire(now);
      if (!expired.empty()) after = expired.front();
    }
    if (step.startsWith("reply ")) {
      const std::string payload = json{{"status", step.mid(6).toStdString()}, {"message", "ok"}}.dump();
      const auto reply = book.applyReply(before.id, kCar, payload, now);
      if (reply) {
        after = *reply;
        QCOMPARE(json::parse(reply->result)["message"].get<std::string>(), std::string("ok"));
      } else {
        QVERIFY(reply.error().is(DomainErrc::unknownCommand));
      }
    }
    QCOMPARE(after ? int(after->state) : -1, to);
    if (!after) return;
    QCOMPARE(after->id, before.id);
    if (from != to) QVERIFY(after->changedAt == now);
    QCOMPARE(book.find(before.id) == nullptr, api::isFinal(after->state));
    QCOMPARE(book.openCount(), api::isFinal(after->state) ? std::size_t{0} : std::size_t{1});
  }

  void doubleRepliesAreRefused() {
    CommandBook book;
    const Command command = inState(book, CommandState::sent);
    QVERIFY(book.applyReply(command.id, kCar, R"({"status":"received"})", m_clock.now()).has_value());
    const auto again = book.applyReply(command.id, kCar, R"({"status":"received"})", m_clock.now());
    QVERIFY(!again && again.error().is(DomainErrc::tooLate));
    QVERIFY(book.applyReply(command.id, kCar, R"({"status":"done"})", m_clock.now()).has_value());
    const auto late = book.applyReply(command.id, kCar, R"({"status":"failed"})", m_clock.now());
    QVERIFY(!late && late.error().is(DomainErrc::unknownCommand));
  }

  void carsAnswerOnlyForThemselves() {
    CommandBook book;
    const Command command = inState(book, CommandState::sent);
    QVERIFY(!book.markReceived(command.id, kOther, m_clock.now()));
    const auto reply = book.applyReply(command.id, kOther, R"({"status":"done"})", m_clock.now());
    QVERIFY(!reply && reply.error().is(DomainErrc::notThisCar));
    QVERIFY(book.find(command.id)->state == CommandState::sent);
  }

  void badRepliesAreRefused() {
    CommandBook book;
    const Command command = inState(book, CommandState::sent);
    for (const std::string payload :
         {"", "x", "[]", "{}", R"({"status":1})", R"({"status":"sent"})", R"({"status":"Done"})", "\"done\""}) {
      const auto reply = book.applyReply(command.id, kCar, payload, m_clock.now());
      QVERIFY2(!reply && reply.error().is(DomainErrc::badReply), payload.c_str());
    }
    const std::string longReply = json{{"status", "done"}, {"x", std::string(CommandBook::kMaxReplyBytes, 'x')}}.dump();
    QVERIFY(!book.applyReply(command.id, kCar, longReply, m_clock.now()));
    const std::string nested(CommandBook::kMaxReplyBytes, '[');
    QVERIFY(!book.applyReply(command.id, kCar, nested, m_clock.now()));
    const std::string deep = std::string(api::kMaxEmbeddedDepth, '[') + std::string(api::kMaxEmbeddedDepth, ']');
    const auto reply = book.applyReply(command.id, kCar, R"({"status":"done","x":)" + deep + "}", m_clock.now());
    QVERIFY(!reply && reply.error().is(DomainErrc::badReply));
    QVERIFY(book.find(command.id)->state == CommandState::sent);
  }

  void createChecks_data() {
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("arguments");
    QTest::addColumn<qint64>("expiresInMs");  // 0: not said
    QTest::addColumn<bool>("good");
    const auto row = [](const char* tag, QByteArray name, QByteArray arguments, qint64 expires, bool good) {
      QTest::newRow(tag) << name << arguments << expires << good;
    };
    const qint64 month = api::kMaxCommandLife.count();
    row("plain", "lock", "{}", 0, true);
    row("no arguments", "lock", "", 0, true);
    row("people's language", "Türen zu", "{\"a\":[1]}", 0, true);
    row("empty name", "", "{}", 0, false);
    row("longest name", QByteArray(64, 'a'), "{}", 0, true);
    row("name too long", QByteArray(65, 'a'), "{}", 0, false);
    row("control character", "lo\nck", "{}", 0, false);
    row("not UTF-8", "lo\xFF", "{}", 0, false);
    row("array", "lock", "[]", 0, false);
    row("no JSON", "lock", "{a}", 0, false);
    row("JSON not UTF-8", "lock", "{\"a\":\"\xFF\"}", 0, false);
    row("arguments too long", "lock", QByteArray("{\"a\":\"") + QByteArray(17'000, 'a') + "\"}", 0, false);
    const auto nested = [](std::size_t levels) {
      const auto inner = static_cast<qsizetype>(levels) - 1;
      return "{\"a\":" + QByteArray(inner, '[') + QByteArray(inner, ']') + "}";
    };
    row("as deep as may be", "lock", nested(api::kMaxEmbeddedDepth), 0, true);
    row("too deep", "lock", nested(api::kMaxEmbeddedDepth + 1), 0, false);
    row("expired", "lock", "{}", -1, false);
    row("shortest", "lock", "{}", 1, true);
    row("a month", "lock", "{}", month, true);
    row("longer than a month", "lock", "{}", month + 1, false);
  }
  void createChecks() {
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, arguments);
    QFETCH(qint64, expiresInMs);
    CommandBook book;
    std::optional<TimePoint> expiresAt;
    if (expiresInMs != 0) expiresAt = m_clock.now() + Milliseconds(expiresInMs);
    const auto made = book.create(kCar, kAnna, name.toStdString(), arguments.toStdString(), expiresAt, m_clock.now());
    QTEST(made.has_value(), "good");
    if (!made) {
      QVERIFY(made.error().is(DomainErrc::badCommand) && !made.error().message().empty());
      QCOMPARE(book.openCount(), std::size_t{0});
      return;
    }
    QVERIFY(made->state == CommandState::queued && made->createdAt == m_clock.now());
    QVERIFY(made->expiresAt == expiresAt.value_or(m_clock.now() + api::kDefaultCommandLife));
    QVERIFY(json::parse(made->arguments).is_object());
    QCOMPARE(*book.find(made->id) == *made, true);
  }

  void deliversOldestFirstAndNeverAfterExpiry() {
    CommandBook book;
    const Command first = make(book);
    m_clock.advance(seconds(1));
    const Command brief = make(book, m_clock.now() + seconds(10));
    const Command third = make(book);
    book.markSent(first.id, m_clock.now());  // written, but the connection broke before it was acknowledged
    auto due = book.toDeliver(kCar, m_clock.now());
    QCOMPARE(due.size(), std::size_t{3});
    QCOMPARE(due[0].id, first.id);
    QCOMPARE(due[1].id, brief.id);
    m_clock.advance(seconds(10));
    book.markReceived(first.id, kCar, m_clock.now());
    due = book.toDeliver(kCar, m_clock.now());
    QCOMPARE(due.size(), std::size_t{1});
    QCOMPARE(due[0].id, third.id);
    QVERIFY(book.toDeliver(kOther, m_clock.now()).empty());
  }

  void expiresInOrder() {
    CommandBook book;
    QVERIFY(!book.nextExpiry());
    make(book);
    const Command brief = make(book, m_clock.now() + seconds(1));
    QVERIFY(book.nextExpiry() == brief.expiresAt);
    QVERIFY(book.expire(brief.expiresAt - Milliseconds(1)).empty());
    const auto expired = book.expire(brief.expiresAt);
    QCOMPARE(expired.size(), std::size_t{1});
    QCOMPARE(expired[0].id, brief.id);
    QVERIFY(expired[0].state == CommandState::expired);
    QCOMPARE(book.expire(m_clock.now() + std::chrono::hours(1)).size(), std::size_t{1});
    QVERIFY(!book.nextExpiry());
  }

  void openCommandsOfACarHaveALimit() {
    CommandBook book;
    Command last;
    for (std::size_t i = 0; i < CommandBook::kMaxOpenPerCar; ++i) last = make(book);
    const auto refused = book.create(kCar, kAnna, "lock", "{}", {}, m_clock.now());
    QVERIFY(!refused && refused.error().is(DomainErrc::tooManyCommands));
    QVERIFY(book.create(kOther, kAnna, "lock", "{}", {}, m_clock.now()).has_value());
    QVERIFY(book.cancel(last.id, m_clock.now()).has_value());
    make(book);
    QCOMPARE(book.forget(kCar, m_clock.now()).size(), CommandBook::kMaxOpenPerCar);
    QCOMPARE(book.openCount(), std::size_t{1});
  }

  void restoresWhatWasOpen() {
    CommandBook earlier;
    const Command queued = make(earlier), sent = inState(earlier, CommandState::sent);
    Command done = make(earlier);
    done.state = CommandState::done;
    CommandBook book;
    book.restore({queued, *earlier.find(sent.id), done});
    QCOMPARE(book.openCount(), std::size_t{2});
    QCOMPARE(book.toDeliver(kCar, m_clock.now()).size(), std::size_t{2});
    QVERIFY(book.nextExpiry().has_value());
    book.discard(queued.id);
    QCOMPARE(book.openCount(), std::size_t{1});
  }

  void idsSortByCreationAlsoWithinAMillisecond() {
    UlidMaker maker(sodiumRandom());
    std::vector<std::string> ids;
    for (int i = 0; i < 1000; ++i) ids.push_back(maker.next(m_clock.now()));
    ids.push_back(maker.next(m_clock.now() - minutes(5)));  // the clock was set back
    ids.push_back(maker.next(m_clock.now() + Milliseconds(1)));
    QVERIFY(std::is_sorted(ids.begin(), ids.end()));
    QCOMPARE(std::set<std::string>(ids.begin(), ids.end()).size(), ids.size());
    for (const std::string& id : ids) QCOMPARE(id.size(), UlidMaker::kUlidChars);
  }

  void idsAreUlids() {
    QCOMPARE(UlidMaker(fixedRandom(0)).next(fromMs(1469918176385)), std::string("01ARYZ6S410000000000000000"));
    QCOMPARE(UlidMaker(fixedRandom(0xFF)).next(fromMs((std::int64_t{1} << 48) - 1)),
             std::string("7ZZZZZZZZZZZZZZZZZZZZZZZZZ"));
    UlidMaker full(fixedRandom(0xFF));
    const std::string last = full.next(fromMs(5));
    QVERIFY(full.next(fromMs(5)) > last);  // the random part is used up: the next millisecond is taken
  }

  void payloadIsWhatCarsAreTold() {
    CommandBook book;
    const Command command = make(book);
    const json payload = json::parse(commandPayload(command));
    QCOMPARE(payload["id"].get<std::string>(), command.id);
    QCOMPARE(payload["name"].get<std::string>(), std::string("lock"));
    QCOMPARE(payload["arguments"]["doors"].get<int>(), 4);
    QCOMPARE(payload["issuedAt"].get<std::int64_t>(), toMs(command.createdAt));
    QCOMPARE(payload["expiresAt"].get<std::int64_t>(), toMs(command.expiresAt));
    QCOMPARE(payload.size(), std::size_t{5});
  }
};

QTEST_GUILESS_MAIN(TestCommandBook)
#include "tst_command_book.moc"
