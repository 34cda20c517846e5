// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gpucompute/array.hpp>
#include <gpucompute/device.hpp>
#include <gpucompute/dimensions.hpp>
#include <gpucompute/dtype.hpp>
#include <gpucompute/error.hpp>
#include <gpucompute/evaluate.hpp>
#include <gpucompute/expression.hpp>
#include <gpucompute/functions.hpp>
#include <gpucompute/memory.hpp>
#include <gpucompute/solve.hpp>
#include <gpucompute/view.hpp>
