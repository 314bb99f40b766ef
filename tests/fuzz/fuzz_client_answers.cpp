#include "gateway/api/event.h"
#include "gateway/api/fence.h"
#include "gateway/api/gateway_status.h"
#include "tests/fuzz/fuzz_input.h"
#include "ui/client/answers.h"
#include "ui/client/client_errc.h"
#include "ui/client/heat_answer.h"
#include "ui/client/moment_answers.h"

#include <QString>

#include <array>
#include <string>

using namespace carport;
using namespace carport::ui;

namespace {

/// Errors are shown to people.
void requireShown(const Error& error) {
  const std::string text = error.message();
  fuzz::require(!text.empty(), "every error has a sentence");
  fuzz::require(QString::fromStdString(text).toStdString() == text, "which is text");
  fuzz::require(classify(error) != FailureClass::needsSignIn || error.kind() == ErrorKind::unauthenticated,
                "only who is signed out is asked to sign in");
}

template <class T>
void show(const Result<T>& read) {
  if (!read) requireShown(read.error());
}

template <class T>
void readOne(const HttpAnswer& answer) {
  show(answers::one<T>(answer));
}

void readLists(const HttpAnswer& answer) {
  show(answers::page<api::Car>("cars")(answer));
  show(answers::page<api::Principal>("principals")(answer));
  show(answers::page<api::Rule>("rules")(answer));
  show(answers::page<api::TokenInfo>("tokens")(answer));
  show(answers::page<api::Fence>("fences")(answer));
  show(answers::list<api::Event>("events")(answer));
  show(answers::list<api::Command>("commands")(answer));
  show(answers::list<LogEntry>("log")(answer));
}

void readCbor(const HttpAnswer& answer) {
  show(answers::history({answer.body, "application/cbor"}));
  const auto heat = answers::fleetHeat({answer.body, "application/cbor"});
  show(heat);
  if (heat) fuzz::require(heat->seconds.size() == heat->grid.size() && heat->total >= 0, "every cell has its time");
  const auto moments = answers::fleetMoments({answer.body, "application/cbor"});
  show(moments);
  if (moments) fuzz::require(moments->to >= moments->from, "a stretch has its beginning first");
  const auto latest = answers::fleetLatest({answer.body, "application/cbor"});
  show(latest);
  if (!latest) return;
  for (const auto& column : latest->columns) {
    fuzz::require(column.values.size() == latest->cars.size(), "every car has its value");
    fuzz::require(column.timesMs.size() == latest->cars.size(), "and its time");
  }
}

void readMoments(const HttpAnswer& answer) {
  show(answers::carMoment(answer));
  show(answers::carToChange(answer));
  const auto history = answers::fleetHistory(answer);
  show(history);
  if (!history) return;
  for (const api::FleetBucket& bucket : history->buckets)
    fuzz::require(bucket.time + history->bucketWidth >= bucket.time, "a bucket ends after it begins");
}

/// Its first two bytes are the status.
void readProblem(const HttpAnswer& answer) {
  if (answer.body.size() < 2) return;
  const int status =
      300 + (static_cast<unsigned char>(answer.body[0]) << 8 | static_cast<unsigned char>(answer.body[1])) % 300;
  const Error error = errorFromAnswer(status, answer.body.mid(2));
  requireShown(error);
  if (status == 401) fuzz::require(classify(error) == FailureClass::needsSignIn, "401 means to sign in");
  for (const WrongField& field : error.fields()) {
    fuzz::require(QString::fromStdString(field.pointer).toStdString() == field.pointer, "the name of a field is text");
    fuzz::require(QString::fromStdString(field.text).toStdString() == field.text, "what is wrong with it, too");
  }
}

constexpr auto kReaders = std::to_array<void (*)(const HttpAnswer&)>(
    {[](const HttpAnswer& answer) { show(answers::sessionPrincipal(answer)); },
     [](const HttpAnswer& answer) { show(answers::session(answer)); },
     [](const HttpAnswer& answer) { show(answers::addedCar(answer)); },
     [](const HttpAnswer& answer) { show(answers::importedCars(answer)); },
     [](const HttpAnswer& answer) { show(answers::secret(answer)); },
     [](const HttpAnswer& answer) { show(answers::metricNames(answer)); },
     [](const HttpAnswer& answer) { show(answers::addedPrincipal(answer)); },
     [](const HttpAnswer& answer) { show(answers::addedToken(answer)); }, readOne<api::Car>, readOne<api::History>,
     readOne<api::Command>, readOne<api::Principal>, readOne<api::Rule>, readOne<api::Decision>,
     readOne<api::GatewayStatus>, readLists, readCbor, readProblem, readMoments});

}  // namespace

/// The first byte tells what the portal asked for, the rest is what something answered that need not be a gateway.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const QByteArray body(reinterpret_cast<const char*>(data) + 1, static_cast<qsizetype>(size - 1));
  const auto index = static_cast<std::size_t>(data[0] - (data[0] >= 'a' ? 'a' : 0)) % kReaders.size();
  kReaders[index]({body, "application/json"});
  return 0;
}
