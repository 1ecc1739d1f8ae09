#include "core/resolve/lives.h"
