#pragma once

#include "gateway/api/fence.h"
#include "ui/models/car_set.h"
#include "ui/models/fence_census.h"
#include "ui/models/fence_importer.h"
#include "ui/models/fence_saver.h"
#include "ui/widgets/map/fence_editor.h"
#include "ui/widgets/map/fence_layer.h"

#include <QObject>
#include <QPointer>
#include <QStringList>

#include <vector>

class QToolButton;

namespace carport::ui {

class CarStore;
class DrawerHost;
class FenceBar;
class FenceForm;
class FenceImportPanel;
class FencePanel;
class FenceStore;
class LayerSwitch;
class MapPage;

/// What an operator does with fences on the map: sees, finds, draws, changes, imports, exports and deletes them. Puts
/// layer, editor, bar and the drawer's panels together. A drawing outlives the drawer, so that a look at a car costs
/// nothing. Owner: main window; everything it is given outlives it. GUI thread.
class FenceControls : public QObject {
  Q_OBJECT

 public:
  FenceControls(MapPage& page, FenceStore& store, CarStore& cars, DrawerHost& drawer, QWidget& window);
  ~FenceControls() override;

  /// The list of all fences in the drawer.
  void openList();
  void drawArea();
  void drawCircle();
  /// Asks for a file and shows what it would make.
  void chooseFile();
  void importFile(const QString& path);
  /// Brings a fence into sight and chooses it in the list.
  void show(api::FenceNumber fence);

  FenceLayer& layer() { return *m_layer; }
  FenceEditor& editor() { return *m_editor; }
  const FenceCensus& census() const { return m_census; }

 signals:
  /// A fence is dealt with: show the page with the map.
  void shown();

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void setUpLayer();
  void setUpEditor();
  void connectPanel(FencePanel& panel);
  void refreshLayer();
  /// Cars can be searched by what fences there are.
  void tellSearch();
  void chooseFence(api::FenceNumber fence, bool moveMap);
  void goTo(const std::vector<api::Fence>& fences);
  void showCars(const std::vector<api::Fence>& fences);

  void begin(const api::Fence& fence);
  void change(api::FenceNumber fence);
  void openForm();
  void openFormLater();
  void refreshForm();
  void save();
  void onSaved(const Result<api::Fence>& answer);
  void leave();
  void endDrawing();

  void remove(const std::vector<api::Fence>& fences);
  void removeNext();

  void onRead(const FenceFile& file);
  void saveImport();
  void onImported();
  void endImport();
  void exportFences(const std::vector<api::Fence>& fences);
  void writeFile(const QString& path, const std::vector<api::Fence>& fences);

  bool takeDrop(QEvent& event);

  MapPage& m_page;
  FenceStore& m_store;
  CarStore& m_cars;
  DrawerHost& m_drawer;
  QWidget& m_window;
  FenceCensus m_census;
  FenceImporter m_importer;
  FenceSaver m_saver;
  FenceLayer* m_layer;
  FenceEditor* m_editor;
  FenceBar* m_bar = nullptr;
  QToolButton* m_button = nullptr;
  LayerSwitch* m_switch = nullptr;
  QPointer<FencePanel> m_panel;
  QPointer<FenceForm> m_form;
  QPointer<FenceImportPanel> m_import;
  api::Fence m_edited;  ///< name, colour and note as they are written; number 0: a new one
  bool m_isSaving = false;
  std::vector<api::Fence> m_removals;
  std::size_t m_removed = 0;
  QStringList m_waitingFiles;  ///< dropped together
};

}  // namespace carport::ui
