# gpucompute::nvrtc, where NVRTC and the CUDA headers are found: in a toolkit or where ci/setup.sh puts those of PyPI.
# Only tests and the CUDA runtime part use it; the emitter needs neither.
set(gpucompute_cuda_roots $ENV{CUDA_PATH} $ENV{CUDA_HOME} /usr/local/cuda /opt/cuda ${PROJECT_SOURCE_DIR}/build/nvrtc/nvidia/cu13)
find_path(GPUCOMPUTE_NVRTC_INCLUDE nvrtc.h PATHS ${gpucompute_cuda_roots} PATH_SUFFIXES include NO_DEFAULT_PATH)
find_path(GPUCOMPUTE_CUDA_INCLUDE cuda.h PATHS ${gpucompute_cuda_roots} PATH_SUFFIXES include NO_DEFAULT_PATH)
find_library(GPUCOMPUTE_NVRTC_LIBRARY NAMES nvrtc libnvrtc.so.13 PATHS ${gpucompute_cuda_roots}
             PATH_SUFFIXES lib64 lib NO_DEFAULT_PATH)
if(GPUCOMPUTE_NVRTC_INCLUDE AND GPUCOMPUTE_CUDA_INCLUDE AND GPUCOMPUTE_NVRTC_LIBRARY)
  add_library(gpucompute::nvrtc SHARED IMPORTED)
  set_target_properties(gpucompute::nvrtc PROPERTIES
    IMPORTED_LOCATION ${GPUCOMPUTE_NVRTC_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES "${GPUCOMPUTE_NVRTC_INCLUDE};${GPUCOMPUTE_CUDA_INCLUDE}")
endif()
