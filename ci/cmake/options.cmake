option(GPUCOMPUTE_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(GPUCOMPUTE_BUILD_BENCH "Build gpubench" ${PROJECT_IS_TOP_LEVEL})
option(GPUCOMPUTE_INSTALL "Generate install rules" ${PROJECT_IS_TOP_LEVEL})
option(GPUCOMPUTE_ENABLE_JIT "Build the LLVM JIT of the cpu device" ON)
option(GPUCOMPUTE_WARNINGS_AS_ERRORS "Treat compiler warnings as errors" ${PROJECT_IS_TOP_LEVEL})
set(GPUCOMPUTE_SANITIZE "" CACHE STRING "Sanitizers for every target, as -fsanitize= takes them: address,undefined or thread")

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
# Modules and the library lie beside each other, in the build tree too: modules are found from there.
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(Threads REQUIRED)

# What every target of the project is compiled with. Contraction is off everywhere: the bits of the interpreter, the
# JIT and the host-compiled CUDA text must agree.
add_library(gpucompute_flags INTERFACE)
target_compile_options(gpucompute_flags INTERFACE -ffp-contract=off -Wall -Wextra -Wconversion -Wshadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(gpucompute_flags INTERFACE -Wno-restrict) # false for string operator+ at -O3: GCC bug 105651
endif()
if(GPUCOMPUTE_WARNINGS_AS_ERRORS)
  target_compile_options(gpucompute_flags INTERFACE -Werror)
endif()
if(GPUCOMPUTE_SANITIZE)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU") # GCC 12 sees uninitialised members of std::function in instrumented code
    target_compile_options(gpucompute_flags INTERFACE -Wno-maybe-uninitialized)
  endif()
  target_compile_options(gpucompute_flags INTERFACE -fsanitize=${GPUCOMPUTE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(gpucompute_flags INTERFACE -fsanitize=${GPUCOMPUTE_SANITIZE})
endif()
target_include_directories(gpucompute_flags INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>)

# A module and the library that loads it must come from one build: of the same compiler and of the same shared headers.
# A target that includes "generated/build_id.hpp" says gpucompute_knows_its_build(target).
set(gpucompute_build_id ${PROJECT_BINARY_DIR}/generated/build_id.hpp)
file(GLOB_RECURSE gpucompute_shared_headers CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/include/*.hpp ${PROJECT_SOURCE_DIR}/include/*.def
     ${PROJECT_SOURCE_DIR}/kernels/*.hpp ${PROJECT_SOURCE_DIR}/cpu/*.hpp)
add_custom_command(OUTPUT ${gpucompute_build_id}
  COMMAND ${CMAKE_COMMAND} -D OUTPUT=${gpucompute_build_id} -D ROOT=${PROJECT_SOURCE_DIR}
          -D PREFIX=${PROJECT_VERSION}-${CMAKE_CXX_COMPILER_ID}-${CMAKE_CXX_COMPILER_VERSION}-$<CONFIG>
          -P ${PROJECT_SOURCE_DIR}/ci/cmake/build_id.cmake
  DEPENDS ${gpucompute_shared_headers} ${PROJECT_SOURCE_DIR}/ci/cmake/build_id.cmake VERBATIM)
add_custom_target(gpucompute_build_id DEPENDS ${gpucompute_build_id})
function(gpucompute_knows_its_build target)
  add_dependencies(${target} gpucompute_build_id)
  target_include_directories(${target} PRIVATE ${PROJECT_BINARY_DIR})
endfunction()

# One object library a layer, its sources named by each of its folders: gpucompute_layer(kernels), and in
# kernels/array/CMakeLists.txt gpucompute_sources(kernels array.cpp view.cpp).
function(gpucompute_layer name)
  add_library(gpucompute_${name} OBJECT)
  target_link_libraries(gpucompute_${name} PRIVATE gpucompute_flags OpenMP::OpenMP_CXX)
  gpucompute_add_folders()
endfunction()

function(gpucompute_sources layer)
  target_sources(gpucompute_${layer} PRIVATE ${ARGN})
endfunction()

# A part that is loaded on first use from beside the library: gpucompute_module(jit source...) makes libgpucompute_jit.so.
add_custom_target(gpucompute_modules)
function(gpucompute_module name)
  add_library(gpucompute_${name} MODULE ${ARGN})
  target_link_libraries(gpucompute_${name} PRIVATE gpucompute_flags OpenMP::OpenMP_CXX)
  # The cache of compiled kernels tells builds of a module apart by the linker's hash of it.
  target_link_options(gpucompute_${name} PRIVATE LINKER:--build-id=sha1)
  # A module shows its entry gpucompute_NAME_open and nothing of what it links.
  target_link_options(gpucompute_${name} PRIVATE LINKER:--version-script=${PROJECT_SOURCE_DIR}/ci/cmake/module_exports.map
                      LINKER:-z,nodelete)
  add_dependencies(gpucompute_modules gpucompute_${name})
  set_property(GLOBAL APPEND PROPERTY GPUCOMPUTE_MODULES gpucompute_${name})
endfunction()

# Every folder here that has a CMakeLists.txt: a new folder needs no change to its parent's file.
function(gpucompute_add_folders)
  file(GLOB lists CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*/CMakeLists.txt)
  foreach(list ${lists})
    get_filename_component(folder ${list} DIRECTORY)
    add_subdirectory(${folder})
  endforeach()
endfunction()
