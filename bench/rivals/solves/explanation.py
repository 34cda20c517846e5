# SPDX-License-Identifier: Apache-2.0
"""What a solution says of itself, for rows of results."""

import re

UNITS = {"s": 1, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}
PHASE = re.compile(r"(?:time:|,) ([a-z ]+) ([-+.\de]+) (s|ms|us|ns)\b")


def phases(explanation):
    """{phase: seconds} from the words of a solution; empty where it does not say."""
    line = next((line for line in explanation.splitlines() if line.startswith("time: ")), "")
    return {phase: float(value) * UNITS[unit] for phase, value, unit in PHASE.findall(line)}


def way(explanation):
    """Method and precision in one line; of a rival, the word that it says."""
    line = next((line for line in explanation.splitlines() if line.startswith("plan: ")), explanation)
    return line.removeprefix("plan: ").split(";")[0]
