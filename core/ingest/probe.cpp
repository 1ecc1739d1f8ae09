#include "core/ingest/evidence_walk.h"
