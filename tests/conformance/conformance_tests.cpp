// SPDX-License-Identifier: Apache-2.0
// What NumPy 2 and mpmath say (tests/oracle/make_conformance.py), held against every device and tier.
#include <cstdlib>

#include "tests/conformance/conformance.hpp"

namespace gpucompute::testing {
namespace {

// Read once, at the first launch: calls with more threads than cores belong to the tests on any machine.
const bool three_threads = setenv("GPUCOMPUTE_NUM_THREADS", "3", 1) == 0;

TEST_P(Conformance, NumExprsSuiteGivesWhatNumPyGives) { run_all("suite"); }
TEST_P(Conformance, TypesPromoteAndCastAsInNumPy) { run_all("promotion"); }
TEST_P(Conformance, RealInputGivesWhatNumPyGives) { run_all("real_input"); }
TEST_P(Conformance, ShapesBroadcastAsInNumPy) { run_all("shapes"); }

INSTANTIATE_TEST_SUITE_P(EveryTier, Conformance, ::testing::ValuesIn(planned_runs()), name_of);

}  // namespace
}  // namespace gpucompute::testing
