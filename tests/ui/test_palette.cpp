#include <QColor>
#include <QtTest>
#include <array>
#include <cmath>

#include "ui/shell/palette.h"

using namespace trocar::ui;

namespace {

using Triple = std::array<double, 3>;

double linear(double channel) {  // sRGB, IEC 61966-2-1
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

Triple linearRgb(QRgb colour) {
    return {linear(qRed(colour) / 255.0), linear(qGreen(colour) / 255.0), linear(qBlue(colour) / 255.0)};
}

double luminance(QRgb colour) {  // WCAG 2.1, relative luminance
    const Triple c = linearRgb(colour);
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
}

double contrast(QRgb a, QRgb b) {
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

using Matrix = std::array<Triple, 3>;
// Machado, Oliveira, Fernandes 2009, table of severity 1.0, on linear RGB.
constexpr Matrix kNormal{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
constexpr Matrix kProtan{{{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}};
constexpr Matrix kDeutan{{{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}};
constexpr Matrix kTritan{{{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}}};

Triple seen(const Matrix& m, const Triple& c) {
    Triple out{};
    for (std::size_t i = 0; i < 3; ++i) {
        out[i] = std::clamp(m[i][0] * c[0] + m[i][1] * c[1] + m[i][2] * c[2], 0.0, 1.0);
    }
    return out;
}

Triple lab(const Triple& rgb) {  // CIE L*a*b*, D65
    const double x = (0.4124564 * rgb[0] + 0.3575761 * rgb[1] + 0.1804375 * rgb[2]) / 0.95047;
    const double y = 0.2126729 * rgb[0] + 0.7151522 * rgb[1] + 0.0721750 * rgb[2];
    const double z = (0.0193339 * rgb[0] + 0.1191920 * rgb[1] + 0.9503041 * rgb[2]) / 1.08883;
    const auto f = [](double t) { return t > 216.0 / 24389.0 ? std::cbrt(t) : (24389.0 / 27.0 * t + 16.0) / 116.0; };
    return {116 * f(y) - 16, 500 * (f(x) - f(y)), 200 * (f(y) - f(z))};
}

// CIEDE2000 as Sharma, Wu, Dalal 2005 write it out.
double difference(const Triple& p, const Triple& q) {
    constexpr double kPi = 3.14159265358979323846;
    const auto rad = [](double d) { return d * kPi / 180; };
    const double c1 = std::hypot(p[1], p[2]);
    const double c2 = std::hypot(q[1], q[2]);
    const double mean7 = std::pow((c1 + c2) / 2, 7);
    const double g = 0.5 * (1 - std::sqrt(mean7 / (mean7 + std::pow(25.0, 7))));
    const double a1 = (1 + g) * p[1];
    const double a2 = (1 + g) * q[1];
    const double d1 = std::hypot(a1, p[2]);
    const double d2 = std::hypot(a2, q[2]);
    const auto hue = [&](double a, double b) {
        if (a == 0 && b == 0) {
            return 0.0;
        }
        const double h = std::atan2(b, a) * 180 / kPi;
        return h < 0 ? h + 360 : h;
    };
    const double h1 = hue(a1, p[2]);
    const double h2 = hue(a2, q[2]);
    const double dL = q[0] - p[0];
    const double dC = d2 - d1;
    double dh = 0;
    if (d1 * d2 != 0) {
        dh = h2 - h1;
        dh = dh > 180 ? dh - 360 : dh < -180 ? dh + 360 : dh;
    }
    const double dH = 2 * std::sqrt(d1 * d2) * std::sin(rad(dh / 2));
    const double meanL = (p[0] + q[0]) / 2;
    const double meanC = (d1 + d2) / 2;
    double meanH = h1 + h2;
    if (d1 * d2 != 0) {
        meanH = std::abs(h1 - h2) <= 180 ? meanH / 2 : meanH < 360 ? (meanH + 360) / 2 : (meanH - 360) / 2;
    }
    const double t = 1 - 0.17 * std::cos(rad(meanH - 30)) + 0.24 * std::cos(rad(2 * meanH)) +
                     0.32 * std::cos(rad(3 * meanH + 6)) - 0.20 * std::cos(rad(4 * meanH - 63));
    const double sL = 1 + 0.015 * std::pow(meanL - 50, 2) / std::sqrt(20 + std::pow(meanL - 50, 2));
    const double sC = 1 + 0.045 * meanC;
    const double sH = 1 + 0.015 * meanC * t;
    const double c7 = std::pow(meanC, 7);
    const double rT = -std::sin(rad(60 * std::exp(-std::pow((meanH - 275) / 25, 2)))) * 2 *
                      std::sqrt(c7 / (c7 + std::pow(25.0, 7)));
    return std::sqrt(std::pow(dL / sL, 2) + std::pow(dC / sC, 2) + std::pow(dH / sH, 2) + rT * (dC / sC) * (dH / sH));
}

}  // namespace

class TestPalette : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void formulaMatchesPublishedPairs() {
        // Sharma, Wu, Dalal 2005, test data: pairs 1, 7 and 25.
        QVERIFY(std::abs(difference({50, 2.6772, -79.7751}, {50, 0, -82.7485}) - 2.0425) < 1e-4);
        QVERIFY(std::abs(difference({50, 0, 0}, {50, -1, 2}) - 2.3669) < 1e-4);
        QVERIFY(std::abs(difference({60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}) - 1.2644) < 1e-4);
    }

    void marksStandOut() {
        for (const OperationColour& c : kOperationColours) {
            QVERIFY2(contrast(c.light, kLightBackground) >= 3, qPrintable(QColor(c.light).name()));
            QVERIFY2(contrast(c.dark, kDarkBackground) >= 3, qPrintable(QColor(c.dark).name()));
        }
    }

    void marksAreToldApart_data() {
        QTest::addColumn<bool>("dark");
        QTest::addColumn<int>("vision");
        for (const bool dark : {false, true}) {
            for (int v = 0; v < 4; ++v) {
                static const char* const names[] = {"normal", "protan", "deutan", "tritan"};
                QTest::addRow("%s %s", dark ? "dark" : "light", names[v]) << dark << v;
            }
        }
    }

    void marksAreToldApart() {
        QFETCH(bool, dark);
        QFETCH(int, vision);
        static const Matrix* const matrices[] = {&kNormal, &kProtan, &kDeutan, &kTritan};
        double least = 1e9;
        for (std::size_t i = 0; i < kOperationColours.size(); ++i) {
            for (std::size_t j = i + 1; j < kOperationColours.size(); ++j) {
                const auto of = [&](std::size_t k) {
                    return lab(seen(*matrices[vision],
                                    linearRgb(dark ? kOperationColours[k].dark : kOperationColours[k].light)));
                };
                least = std::min(least, difference(of(i), of(j)));
            }
        }
        qInfo("least CIEDE2000 %.1f", least);
        QVERIFY2(least >= 12, qPrintable(QString::number(least)));
    }
};

QTEST_APPLESS_MAIN(TestPalette)
#include "test_palette.moc"
