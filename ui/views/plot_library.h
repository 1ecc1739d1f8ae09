#pragma once

// qcustomplot.h 2.1 spells Qt's keywords `signals` and `slots`, which our build turns off because core has members of
// that name. Include this instead, and only from .cpp files of views that plot.
#include <QObject>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#include <qcustomplot.h>
#undef signals
#undef slots
