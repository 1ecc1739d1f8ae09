#include "core/store/case_file.h"
