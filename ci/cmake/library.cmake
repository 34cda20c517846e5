include(GNUInstallDirs)

# The layers' objects, linked twice: as the shared library with only the marked symbols visible, and as a static one
# for tests of internals.
set(gpucompute_objects gpucompute_kernels gpucompute_cpu gpucompute_cuda)
get_property(gpucompute_extra_objects GLOBAL PROPERTY GPUCOMPUTE_EXTRA_OBJECTS)
list(APPEND gpucompute_objects ${gpucompute_extra_objects})
get_property(gpucompute_link_libraries GLOBAL PROPERTY GPUCOMPUTE_LINK_LIBRARIES)

add_library(gpucompute SHARED)
add_library(gpucompute::gpucompute ALIAS gpucompute)
add_library(gpucompute_internals STATIC)
foreach(target gpucompute gpucompute_internals)
  foreach(objects ${gpucompute_objects})
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${objects}>)
  endforeach()
  target_include_directories(${target} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
  target_compile_features(${target} PUBLIC cxx_std_20)
endforeach()
target_link_libraries(gpucompute PRIVATE OpenMP::OpenMP_CXX Threads::Threads ${CMAKE_DL_LIBS} ${gpucompute_link_libraries}
                      $<BUILD_INTERFACE:gpucompute_flags>)
target_link_libraries(gpucompute_internals PUBLIC OpenMP::OpenMP_CXX Threads::Threads ${CMAKE_DL_LIBS}
                      ${gpucompute_link_libraries} gpucompute_flags)
# Instantiations of the standard library are visible whatever the visibility preset says; the linker hides them.
target_link_options(gpucompute PRIVATE LINKER:--version-script=${CMAKE_CURRENT_LIST_DIR}/exports.map)
# Its tables and threads live as long as the process: dlclose() leaves it where it is.
target_link_options(gpucompute PRIVATE LINKER:-z,nodelete)
# Its own calls of its own functions need no look at the symbol table.
target_link_options(gpucompute PRIVATE LINKER:-Bsymbolic-functions)
set_target_properties(gpucompute PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION 0 LINKER_LANGUAGE CXX)
set_target_properties(gpucompute_internals PROPERTIES LINKER_LANGUAGE CXX)
