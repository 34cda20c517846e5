# Install tree: library, modules beside it, headers, gpubench, a CMake package and a pkg-config file. All relocatable.
include(CMakePackageConfigHelpers)

get_property(gpucompute_modules GLOBAL PROPERTY GPUCOMPUTE_MODULES)
set(gpucompute_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/gpucompute)

install(TARGETS gpucompute EXPORT gpucompute LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
if(gpucompute_modules)
  install(TARGETS ${gpucompute_modules} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/gpucompute DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(TARGET gpubench)
  file(RELATIVE_PATH gpucompute_lib_from_bin /${CMAKE_INSTALL_BINDIR} /${CMAKE_INSTALL_LIBDIR})
  set_target_properties(gpubench PROPERTIES INSTALL_RPATH "$ORIGIN/${gpucompute_lib_from_bin}")
  install(TARGETS gpubench RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()

install(EXPORT gpucompute NAMESPACE gpucompute:: FILE gpucomputeTargets.cmake DESTINATION ${gpucompute_package_dir})
configure_package_config_file(ci/cmake/gpucomputeConfig.cmake.in ${PROJECT_BINARY_DIR}/gpucomputeConfig.cmake
                              INSTALL_DESTINATION ${gpucompute_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/gpucomputeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/gpucomputeConfig.cmake ${PROJECT_BINARY_DIR}/gpucomputeConfigVersion.cmake
        DESTINATION ${gpucompute_package_dir})

file(RELATIVE_PATH gpucompute_prefix_from_pc /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(ci/cmake/gpucompute.pc.in ${PROJECT_BINARY_DIR}/gpucompute.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/gpucompute.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
