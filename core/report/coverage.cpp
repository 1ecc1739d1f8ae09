#include "core/report/exporter.h"
