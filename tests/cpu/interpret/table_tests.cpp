// SPDX-License-Identifier: Apache-2.0
#include "cpu/math/library.hpp"
#include "cpu/runtime/module.hpp"
#include "kernels/graph/op.hpp"
#include "tests/cpu/interpret/loops.hpp"

namespace gpucompute::cpu::interpret {
namespace {

constexpr dtype real_types[] = {bool_, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64};

TEST(Tables, EveryPrimitiveAndLibraryRowHasABody) {
  int primitives = 0;
  int functions = 0;
  for (std::size_t k = 0; k < graph::op_count(); ++k) {
    const auto operation = static_cast<graph::op>(k);
    const graph::op_row& row = graph::row(operation);
    for (const dtype type : real_types) {
      for (const isa which : every_isa) {
        switch (graph::lowering_of(operation, type).how) {
          case graph::lowering::primitive: {
            const primitive* const found = tables_for(which).find(row.name);
            ++primitives;
            EXPECT_TRUE(found != nullptr && found->run[static_cast<std::size_t>(type)] != nullptr &&
                        found->arity == row.arity)
                << "no row in cpu/interpret/primitives.def for " << row.name << " of " << name(type);
            break;
          }
          case graph::lowering::library:
            ++functions;
            EXPECT_NE(math::find(row.name, type, which, false), nullptr)
                << "no function in cpu/math for " << row.name << " of " << name(type);
            break;
          default:
            break;
        }
      }
    }
  }
  EXPECT_GT(primitives, 100);
  EXPECT_GT(functions, 50);
}

TEST(Tables, TheCompilerFindsFunctionsByTheLanguagesNames) {
  for (const char* const symbol :
       {"gpucompute_avx2_sin_f64", "gpucompute_avx512_power_f32", "gpucompute_avx2_power_i8"}) {
    EXPECT_NE(resolve_math(symbol), nullptr) << symbol;
  }
  EXPECT_EQ(resolve_math("gpucompute_avx2_nothing_f64"), nullptr);
}

TEST(Tables, EveryBodyHasARow) {
  for (const primitive& each : tables_for(isa::avx2).primitives) {
    bool found = false;
    for (std::size_t k = 0; k < graph::op_count(); ++k) {
      found = found || graph::row(static_cast<graph::op>(k)).name == each.name;
    }
    EXPECT_TRUE(found) << each.name << " of primitives.def is no row of ops.def";
  }
}

}  // namespace
}  // namespace gpucompute::cpu::interpret
