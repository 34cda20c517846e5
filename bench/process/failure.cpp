// SPDX-License-Identifier: Apache-2.0
#include "bench/process/failure.hpp"

#include <new>

#include <gpucompute/error.hpp>
#include <gpucompute/solve.hpp>

namespace gpucompute::bench {

exit_reason reason_of_current_exception() {
  try {
    throw;
  } catch (const failure& error) {
    return {error.code(), error.what()};
  } catch (const singular_matrix& error) {
    return {exit_code::no_answer, error.what()};
  } catch (const invalid_argument& error) {
    return {exit_code::bad_input, error.what()};
  } catch (const runtime_failure& error) {
    return {exit_code::machine_failed, error.what()};
  } catch (const std::bad_alloc&) {
    return {exit_code::machine_failed, "out of memory"};
  } catch (const std::exception& error) {
    return {exit_code::our_defect, std::string("a defect of gpubench or the library: ") + error.what()};
  }
}

exit_code worse(exit_code one, exit_code other) { return one < other ? other : one; }

}  // namespace gpucompute::bench
