// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Symbols are hidden by default; this marks those that users may link against.
#define GPUCOMPUTE_API __attribute__((visibility("default")))
