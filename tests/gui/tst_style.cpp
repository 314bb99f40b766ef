#include "ui/widgets/style/apply_theme.h"
#include "ui/widgets/style/colour_math.h"
#include "ui/widgets/style/icons.h"
#include "ui/widgets/style/metrics.h"
#include "ui/widgets/style/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QStyle>
#include <QStyleOptionButton>
#include <QTest>

#include <array>
#include <cmath>

using namespace carport::ui;
using carport::api::Activity;

namespace {

using Triple = std::array<double, 3>;
using Matrix = std::array<Triple, 3>;

/// How people with a colour vision deficiency see linear RGB: Machado, Oliveira and Fernandes, 2009, severity 1.0.
constexpr Matrix kProtanopia{
    {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}};
constexpr Matrix kDeuteranopia{
    {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}};
constexpr Matrix kTritanopia{
    {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}};
constexpr Matrix kNormal{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

double linear(double c) {
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

Triple seen(const QColor& colour, const Matrix& eyes) {
  const Triple rgb{linear(colour.redF()), linear(colour.greenF()), linear(colour.blueF())};
  Triple out{};
  for (std::size_t n = 0; n < 3; ++n) {
    out[n] = std::clamp(eyes[n][0] * rgb[0] + eyes[n][1] * rgb[1] + eyes[n][2] * rgb[2], 0.0, 1.0);
  }
  return out;
}

Triple lab(const Triple& rgb) {
  const auto f = [](double t) { return t > 0.008856 ? std::cbrt(t) : 7.787 * t + 16.0 / 116; };
  const double x = f((0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2]) / 0.95047);
  const double y = f(0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2]);
  const double z = f((0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2]) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double distance(const QColor& a, const QColor& b, const Matrix& eyes) {
  const Triple p = lab(seen(a, eyes));
  const Triple q = lab(seen(b, eyes));
  return std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

}  // namespace

class StyleTest : public QObject {
  Q_OBJECT

 private slots:
  void contrastIsComputedAsWcagSays() {
    QCOMPARE(contrastRatio(Qt::white, Qt::black), 21.0);
    QCOMPARE(contrastRatio(Qt::red, Qt::red), 1.0);
    QVERIFY(std::abs(contrastRatio(QColor(0x77, 0x77, 0x77), Qt::white) - 4.478) < 0.01);
  }

  void wordsCanBeRead() {
    for (const Theme* theme : {&Theme::light(), &Theme::dark()}) {
      const QColor grounds[] = {theme->window, theme->surface, theme->raised, theme->accentSoft};
      const QColor words[] = {theme->text,
                              theme->textMuted,
                              theme->accent,
                              theme->stateText.driving,
                              theme->stateText.idling,
                              theme->stateText.parked,
                              theme->stateText.silent,
                              theme->stateText.alarm};
      for (const QColor& word : words) {
        for (const QColor& ground : grounds) {
          QVERIFY2(contrastRatio(word, ground) >= 4.5, qPrintable(word.name() + " on " + ground.name()));
        }
      }
      QVERIFY(contrastRatio(theme->onAccent, theme->accent) >= 4.5);
      QVERIFY(contrastRatio(theme->onAccent, theme->accentHover) >= 4.5);
      QVERIFY(contrastRatio(theme->map.label, theme->map.land) >= 4.5);
      QVERIFY(contrastRatio(theme->map.waterLabel, theme->map.water) >= 4.5);
      QVERIFY(contrastRatio(theme->lineStrong, theme->surface) >= 3);
      for (const QColor& line : theme->series)
        QVERIFY2(contrastRatio(line, theme->surface) >= 3, qPrintable(line.name()));
    }
  }

  void statesAreToldApartByEveryEye() {
    constexpr Activity kFilled[] = {Activity::driving, Activity::idling, Activity::parked, Activity::alarm};
    for (const Theme* theme : {&Theme::light(), &Theme::dark()}) {
      for (const Matrix* eyes : {&kNormal, &kProtanopia, &kDeuteranopia, &kTritanopia}) {
        for (const Activity a : kFilled) {
          for (const Activity b : kFilled) {
            if (a >= b) continue;
            QVERIFY(distance(theme->stateColour(a), theme->stateColour(b), *eyes) >= 15);
          }
        }
      }
    }
  }

  void figuresAreOrderedByEveryEye() {
    for (const Theme* theme : {&Theme::light(), &Theme::dark()}) {
      const bool dark = theme->kind == ThemeKind::dark;
      double before = dark ? 0 : 1;
      for (int n = 0; n <= 16; ++n) {
        const QColor colour = theme->rampColour(n / 16.0);
        QVERIFY2(contrastRatio(colour, theme->map.land) >= 3, qPrintable(colour.name()));
        const double luminance = relativeLuminance(colour);
        QVERIFY2(dark ? luminance > before : luminance < before, qPrintable(colour.name()));
        before = luminance;
      }
      for (const Matrix* eyes : {&kNormal, &kProtanopia, &kDeuteranopia, &kTritanopia}) {
        for (int n = 0; n < 4; ++n) {
          QVERIFY(distance(theme->rampColour(n / 4.0), theme->rampColour((n + 1) / 4.0), *eyes) >= 10);
        }
        QVERIFY(distance(theme->rampColour(0), theme->rampColour(1), *eyes) >= 45);
      }
      QCOMPARE(theme->rampColour(std::nan("")), theme->state.silent);
      QCOMPARE(theme->rampColour(7), theme->ramp.back());
    }
  }

  void themeIsKnownByThePalette() {
    QCOMPARE(themeOf(Theme::light().palette()).kind, ThemeKind::light);
    QCOMPARE(themeOf(Theme::dark().palette()).kind, ThemeKind::dark);
  }

  void styleSheetNamesEveryColour() {
    for (const Theme* theme : {&Theme::light(), &Theme::dark()}) QVERIFY(!styleSheet(*theme, 1.25).contains(u'@'));
  }

  void styleSheetShowsOnlyPicturesThatAreThere() {
    static const QRegularExpression kPicture("url\\(([^)]+)\\)");
    for (const Theme* theme : {&Theme::light(), &Theme::dark()}) {
      auto pictures = kPicture.globalMatch(styleSheet(*theme, 1));
      QVERIFY(pictures.hasNext());
      while (pictures.hasNext()) {
        const QString name = pictures.next().captured(1);
        QVERIFY2(QFile::exists(name), qPrintable(name));
      }
    }
  }

  void aBoxToTickIsSeenAndGrowsWithTheText() {
    for (const Theme* theme : {&Theme::light(), &Theme::dark()}) {
      for (const double scale : {1.0, 2.0}) {
        applyTheme(*qApp, *theme, scale);
        QCheckBox box("Ends by itself");
        box.resize(box.sizeHint());
        QStyleOptionButton option;
        option.initFrom(&box);
        const QRect sign = box.style()->subElementRect(QStyle::SE_CheckBoxIndicator, &option, &box);
        QVERIFY2(sign.height() >= qRound(14 * scale), qPrintable(QString::number(sign.height())));
        const QColor edge = box.grab().toImage().pixelColor(sign.left(), sign.center().y());
        QVERIFY2(contrastRatio(edge, theme->raised) >= 3, qPrintable(edge.name()));
      }
    }
    applyTheme(*qApp, Theme::dark());
  }

  void typeScaleFollowsTheTextScale() {
    applyTheme(*qApp, Theme::light(), 2.0);
    QCOMPARE(textFont(TextSize::display).pixelSize(), 44);
    applyTheme(*qApp, Theme::dark());
    QCOMPARE(textFont(TextSize::small).pixelSize(), 11);
    QCOMPARE(QApplication::palette().color(QPalette::Window), Theme::dark().window);
  }

  void everyIconIsDrawnInTheColourAskedFor() {
    const auto names = QDir(QStringLiteral(":/carport/icons")).entryList({QStringLiteral("*.svg")});
    QVERIFY(names.size() > 40);
    for (const QString& name : names) {
      // The program's own, and those that a style sheet shows: in their own colours.
      const bool isOfSheet = name.endsWith(QLatin1String("-light.svg")) || name.endsWith(QLatin1String("-dark.svg"));
      if (name == QLatin1String("carport.svg") || isOfSheet) continue;
      const QImage image = iconPixmap(name.chopped(4), Qt::red, 20, 2).toImage();
      QCOMPARE(image.size(), QSize(40, 40));
      bool inked = false;
      for (int y = 0; y < 40; ++y) {
        for (int x = 0; x < 40; ++x) inked = inked || image.pixelColor(x, y) == QColor(Qt::red);
      }
      QVERIFY2(inked, qPrintable(name));
    }
  }
};

QTEST_MAIN(StyleTest)
#include "tst_style.moc"
