# Windows installer. A description only: not built or tried yet, since the programs are not ported to Windows
# (installer/README.md).
set(CPACK_GENERATOR NSIS ZIP)
set(CPACK_NSIS_DISPLAY_NAME Trocar)
set(CPACK_NSIS_ENABLE_UNINSTALL_BEFORE_INSTALL ON)
set(CPACK_NSIS_MUI_FINISHPAGE_RUN trocar.exe)
set(CPACK_NSIS_EXTRA_INSTALL_COMMANDS [[
  WriteRegStr SHCTX "Software\Classes\.trocar" "" "Trocar.Case"
  WriteRegStr SHCTX "Software\Classes\Trocar.Case" "" "Trocar case"
  WriteRegStr SHCTX "Software\Classes\Trocar.Case\shell\open\command" "" '"$INSTDIR\bin\trocar.exe" "%1"'
  WriteRegStr SHCTX "Software\Classes\.evtx\OpenWithProgids" "Trocar.Case" ""
]])
set(CPACK_NSIS_EXTRA_UNINSTALL_COMMANDS [[
  DeleteRegKey SHCTX "Software\Classes\Trocar.Case"
  DeleteRegKey SHCTX "Software\Classes\.trocar"
  DeleteRegValue SHCTX "Software\Classes\.evtx\OpenWithProgids" "Trocar.Case"
]])
