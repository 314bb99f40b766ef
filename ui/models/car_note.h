#pragma once

#include "gateway/api/attributes.h"
#include "gateway/api/permission.h"
#include "gateway/base/strong_id.h"
#include "ui/client/reply.h"
#include "ui/client/requests.h"

#include <QObject>
#include <QString>

#include <cstddef>
#include <optional>

namespace carport::ui {

class CarStore;
class GatewayClient;

/// The note about one car, which is its attribute “note”: what it says, whether this person may write it, and a draft
/// while they do. Saving compares with what the draft began from, so that nobody's words are lost. Owner: its panel;
/// lives shorter than client and store. GUI thread.
class CarNote : public QObject {
  Q_OBJECT

 public:
  /// Longest note in UTF-8, as long as the gateway lets an attribute be.
  static constexpr std::size_t kMaxBytes = api::kMaxAttributeValueBytes;

  CarNote(GatewayClient& client, CarStore& store, QObject* parent = nullptr);

  /// Another car; 0: none. A draft that was changed waits for its car to come back, one of them at a time.
  void setCar(PrincipalNumber car);

  /// What the note says; empty where there is none.
  QString text() const;
  bool mayWrite() const { return m_mayWrite; }
  /// Why this person may not write it; empty while they may, or that is not known yet.
  const QString& whyNot() const { return m_whyNot; }

  void begin();
  void setDraft(const QString& text);
  void discard();
  /// Ends the draft when the gateway has it; otherwise trouble() says why it has not.
  void save();

  bool isEditing() const { return m_draft.has_value(); }
  bool isSaving() const { return m_lookReply.isPending() || m_saveReply.isPending(); }
  QString draft() const { return m_draft ? m_draft->text : QString(); }
  /// The draft is not what the note says.
  bool isChanged() const;
  /// Bytes that the draft may grow by; negative where it is too long.
  int bytesLeft() const;
  /// What is wrong with the draft; empty where it can be saved.
  QString problem() const;
  const QString& trouble() const { return m_trouble; }

 signals:
  void changed();

 private:
  struct Draft {
    QString text;
    QString base;  ///< what the note said when it was begun, or when somebody else's was last told
  };
  /// How often it is looked again where others change other things of the car meanwhile.
  static constexpr int kMaxTries = 3;

  void askWhetherMayWrite();
  void look(int tries);
  void onCar(const CarToChange& car, int tries);
  void finish(const QString& text);
  void stumble(const QString& sentence);

  GatewayClient& m_client;
  CarStore& m_store;
  PrincipalNumber m_car;
  QString m_id;
  bool m_mayWrite = false;
  QString m_whyNot;
  std::optional<Draft> m_draft;
  QString m_keptFor;  // id of the car of m_kept
  std::optional<Draft> m_kept;
  std::optional<QString> m_saved;  // until the list of cars has it, too
  QString m_trouble;
  Reply<api::Decision> m_mayReply;
  Reply<CarToChange> m_lookReply;
  Reply<Car> m_saveReply;
};

}  // namespace carport::ui
