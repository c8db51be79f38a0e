# The installed tree: the command, the static libraries with their public headers, and a package for
# find_package(oncobridge), which tests/integration/package tries.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

target_compile_features(oncobridge_base PUBLIC cxx_std_20)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/oncobridge)

install(TARGETS oncobridge RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS oncobridge_base oncobridge_converters oncobridge_profiles oncobridge_deliver
        EXPORT oncobridge-targets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/oncobridge DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES LICENSE converters/terms/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# oncobridge_converters is oncobridge::converters to those who install it.
foreach(part base converters profiles deliver)
  set_target_properties(oncobridge_${part} PROPERTIES EXPORT_NAME ${part})
endforeach()
install(EXPORT oncobridge-targets NAMESPACE oncobridge:: DESTINATION ${package_folder})

configure_package_config_file(cmake/oncobridge-config.cmake.in
  ${CMAKE_BINARY_DIR}/generated/oncobridge-config.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/generated/oncobridge-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/generated/oncobridge-config.cmake
              ${CMAKE_BINARY_DIR}/generated/oncobridge-config-version.cmake DESTINATION ${package_folder})
