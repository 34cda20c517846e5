# SPDX-License-Identifier: Apache-2.0
"""Imported before NumPy: its loops for newer processors are off, so that every machine makes the same bytes. Complex
arithmetic then rounds every product and sum, as ours does."""

import os

os.environ["NPY_DISABLE_CPU_FEATURES"] = "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"
