# Debian package and a plain archive.
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
# Libraries by what the programs link to; a build machine without dpkg-shlibdeps cannot make the package.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Fonts are chosen by name: others do when these are not there. The MIME types need the triggers of shared-mime-info.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "fonts-inter, fonts-dejavu-core, shared-mime-info")
