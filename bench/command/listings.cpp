// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <gpucompute/dtype.hpp>

#include "bench/command/commands.hpp"
#include "bench/report/number.hpp"
#include "bench/report/table.hpp"

namespace gpucompute::bench {
namespace {

/// Bounds in units of the last place.
struct complex_bound {
  double units;
  std::string_view mark;
  // NOLINTNEXTLINE(google-explicit-constructor): a plain number in the table
  constexpr complex_bound(double each, std::string_view how = "") : units(each), mark(how) {}
};
struct bounds {
  double cpu_float32, cpu_float64;
  complex_bound complex;
  double cuda_float32, cuda_float64;
  std::string_view reason = {};
};
constexpr complex_bound LARGER(double units) { return {units, " l"}; }
constexpr complex_bound EXPONENT(double units, double) { return {units, " e"}; }
constexpr bounds ULP(double f32, double f64, complex_bound complex, double cuda32, double cuda64,
                     std::string_view reason = {}) {
  return {f32, f64, complex, cuda32, cuda64, reason};
}
constexpr bounds EXACT{0.5, 0.5, 0.5, 0.5, 0.5};

struct listed_function {
  std::string_view name;
  int arity;
  std::string_view rule;
  bool on_bool, on_integer, on_float, on_complex;
  bounds ulp;
  std::string_view doc;
};

/// Whether a row has a lowering for a kind of type at all, from the text of its column.
constexpr bool lowered(std::string_view column) { return column != "NEVER"; }

#define RANGE(low, high)
#define GPUCOMPUTE_OP(id, arity, rule, on_bool, on_integer, on_float, on_complex, cost, range, ulp, doc) \
  {#id, arity, #rule, lowered(#on_bool), lowered(#on_integer), lowered(#on_float), lowered(#on_complex), ulp, doc},
#define GPUCOMPUTE_INTERNAL_OP(...)
constexpr listed_function functions[] = {
#include <gpucompute/ops.def>
};
#undef RANGE

struct listed_reduction {
  std::string_view name, rule, doc;
};
#define GPUCOMPUTE_REDUCTION(id, rule, state, lift, combine, finish, empty, doc) {#id, #rule, doc},
constexpr listed_reduction reductions[] = {
#include <gpucompute/reductions.def>
};

struct listed_contraction {
  std::string_view name, doc;
};
#define GPUCOMPUTE_CONTRACTION(id, doc) {#id, doc},
constexpr listed_contraction contractions[] = {
#include <gpucompute/contractions.def>
};

struct listed_alias {
  std::string_view name, operation;
};
#define GPUCOMPUTE_ALIAS(name, id) {#name, #id},
constexpr listed_alias aliases[] = {
#include <gpucompute/aliases.def>
};

/// The line of an operation, with its other names.
std::string described(const listed_function& one) {
  std::string others;
  for (const listed_alias& alias : aliases) {
    if (alias.operation == one.name) others += (others.empty() ? "" : ", ") + std::string(alias.name);
  }
  return std::string(one.doc) + (others.empty() ? "" : "; also called " + others);
}

std::string_view cast_doc(dtype_kind kind) {
  switch (kind) {
    case dtype_kind::boolean:
      return "a != 0; NaN is True";
    case dtype_kind::signed_integer:
    case dtype_kind::unsigned_integer:
      return "of integers the low bits; of reals the whole part, the nearest the type has; of NaN 0; not of complex";
    case dtype_kind::floating:
      return "to nearest; not of complex, for which real(a) or abs(a) says what is meant";
    case dtype_kind::complex:
      return "each part to nearest";
  }
  return "";
}

/// A row for each kind of type.
text_table casts() {
  text_table table{{{"cast"}, {"what it does"}}, {}};
  for (std::size_t i = 0; i < dtype_count; ++i) {
    const auto type = static_cast<dtype>(i);
    const std::string called(name(type));
    if (i > 0 && kind(type) == kind(static_cast<dtype>(i - 1))) {
      table.rows.back()[0] += " " + called;
    } else {
      table.rows.push_back({called, std::string(cast_doc(kind(type)))});
    }
  }
  return table;
}

std::string words(std::string_view rule) {
  std::string text(rule);
  for (char& c : text) c = c == '_' ? ' ' : c;
  return text;
}

std::string computes_in(const listed_function& one) {
  std::string text;
  const auto add = [&](bool usable, std::string_view kind) {
    if (usable) text += (text.empty() ? "" : " ") + std::string(kind);
  };
  add(one.on_bool, "bool");
  add(one.on_integer, "int");
  add(one.on_float, "float");
  add(one.on_complex, "complex");
  return text;
}

std::string bound(bool usable, double ulp) { return usable ? rounded(ulp, 6) : "-"; }

constexpr command_table functions_table = {
    .name = "functions",
    .operands = "",
    .summary = "Lists the language's operations: types, error bounds, one line each.",
    .details =
        "Bounds are in units of the last place; 0.5 is correctly rounded. 'cpu' is every tier and instruction set.\n"
        "Complex: of each part; marked l: of the larger part; marked e: the same, growing with |b*log(a)| of a**b.",
};

exit_code list_functions(const parsed_command&) {
  text_table table{{{"name"},
                    {"args", true},
                    {"types"},
                    {"computes in"},
                    {"cpu f32", true},
                    {"f64", true},
                    {"complex", true},
                    {"cuda f32", true},
                    {"f64", true},
                    {"what it does"}},
                   {}};
  for (const listed_function& one : functions) {
    table.rows.push_back({std::string(one.name), std::to_string(one.arity), words(one.rule), computes_in(one),
                          bound(one.on_float, one.ulp.cpu_float32), bound(one.on_float, one.ulp.cpu_float64),
                          bound(one.on_complex, one.ulp.complex.units) + std::string(one.ulp.complex.mark),
                          bound(one.on_float, one.ulp.cuda_float32), bound(one.on_float, one.ulp.cuda_float64),
                          described(one)});
  }
  text_table reasons{{{"bound above 4"}, {"because"}}, {}};
  for (const listed_function& one : functions) {
    if (!one.ulp.reason.empty()) {
      reasons.rows.push_back({std::string(one.name), std::string(one.ulp.reason)});
    }
  }
  text_table reduced{{{"reduction"}, {"types"}, {"what it does"}}, {}};
  for (const listed_reduction& one : reductions) {
    reduced.rows.push_back({std::string(one.name), words(one.rule), std::string(one.doc)});
  }
  text_table contracted{{{"contraction"}, {"what it does"}}, {}};
  for (const listed_contraction& one : contractions) {
    contracted.rows.push_back({std::string(one.name), std::string(one.doc)});
  }
  print(to_text(table) + "\n" + to_text(reduced) + "\n" + to_text(contracted) + "\n" + to_text(casts()) + "\n" +
        to_text(reasons));
  return exit_code::fine;
}

}  // namespace

bool is_function(std::string_view called) {
  const auto is = [called](const auto& one) { return one.name == called; };
  for (std::size_t i = 0; i < dtype_count; ++i) {
    if (name(static_cast<dtype>(i)) == called) return true;
  }
  return std::ranges::any_of(functions, is) || std::ranges::any_of(reductions, is) ||
         std::ranges::any_of(contractions, is) || std::ranges::any_of(aliases, is);
}

const command functions_command{functions_table, list_functions};

}  // namespace gpucompute::bench
