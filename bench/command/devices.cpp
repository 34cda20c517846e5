// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gpucompute/device.hpp>
#include <gpucompute/error.hpp>

#include "bench/command/commands.hpp"
#include "bench/report/table.hpp"
#include "bench/suites/linear_system.hpp"
#include "bench/suites/raw_lapack.hpp"

namespace gpucompute::bench {
namespace {

constexpr command_table table = {
    .name = "devices",
    .operands = "",
    .summary =
        "Lists the devices, what solves dense systems there, and what is missing and why where one cannot be used.",
    .details = "",
};

/// What solves dense systems there, as it describes itself, or why nothing does.
std::string solver_of(const device_info& where) {
  try {
    if (where.name == "cpu") {
      const auto library = raw_lapack::load();
      return library ? library->name() : "a BLAS library that does not tell its name";
    }
    make_ready_to_solve(device(where.name));
    return where.name == "reference" ? "plain loops on one thread" : "its own library";
  } catch (const error& why) {
    return std::string("none: ") + why.what();
  }
}

exit_code run(const parsed_command&) {
  text_table shown{{{"device"}, {"usable"}, {"threads", true}, {"tiers"}, {"description"}}, {}};
  std::string missing, folders, solvers;
  for (const device_info& one : devices()) {
    std::string tiers;
    for (const std::string& tier : one.tiers) tiers += (tiers.empty() ? "" : ", ") + tier;
    shown.rows.push_back({one.name, one.available ? "yes" : "no", one.available ? std::to_string(one.threads) : "-",
                          tiers.empty() ? "-" : tiers, one.description});
    if (one.available) solvers += one.name + ": " + solver_of(one) + "\n";
    if (!one.missing.empty()) missing += one.name + ": " + one.missing + "\n";
    if (!one.kernel_folder.empty()) folders += one.name + ": " + one.kernel_folder + "\n";
  }
  print(to_text(shown) + "\ndense systems are solved by:\n" + solvers +
        (folders.empty() ? "" : "\ncompiled kernels are kept in:\n" + folders) +
        (missing.empty() ? "" : "\nmissing:\n" + missing));
  return exit_code::fine;
}

}  // namespace

const command devices_command{table, run};

}  // namespace gpucompute::bench
