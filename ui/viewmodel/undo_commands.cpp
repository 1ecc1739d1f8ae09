#include "ui/viewmodel/undo_commands.h"

namespace trocar::ui {

template class ValueCommand<QString>;  // the header must stand alone

}  // namespace trocar::ui
