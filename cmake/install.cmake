include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
install(TARGETS oncobridge RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS oncobridge_base oncobridge_converters oncobridge_deliver EXPORT oncobridge-targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/oncobridge DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
