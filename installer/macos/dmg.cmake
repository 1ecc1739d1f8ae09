# macOS disk image. A description only: not built or tried yet (installer/README.md).
set(CPACK_GENERATOR DragNDrop TGZ)
set(CPACK_DMG_VOLUME_NAME Trocar)
set(CPACK_DMG_FORMAT UDZO)
