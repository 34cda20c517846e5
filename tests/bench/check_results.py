# SPDX-License-Identifier: Apache-2.0
"""Checks a result file against the committed JSON Schema, and what a schema cannot say: check_results.py SCHEMA FILE

Needs nothing but Python: it knows the keywords that the schema uses, and refuses a schema that uses others."""

import json
import math
import re
import sys

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
SILENT = {"$schema", "$defs", "title", "description", "properties", "additionalProperties"}


def has_type(value, name):
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def errors(value, schema, root, place="$"):
    """Yields one line for each violation."""
    is_number = has_type(value, "number")
    for keyword, wanted in schema.items():
        if keyword in SILENT:
            continue
        if keyword == "$ref":
            target = root
            for part in wanted.removeprefix("#/").split("/"):
                target = target[part]
            yield from errors(value, target, root, place)
        elif keyword == "type":
            names = [wanted] if isinstance(wanted, str) else wanted
            if not any(has_type(value, name) for name in names):
                yield f"{place}: expected {names}, got {value!r}"
        elif keyword == "const" and (value != wanted or type(value) is not type(wanted)):
            yield f"{place}: expected {wanted!r}, got {value!r}"
        elif keyword == "enum" and value not in wanted:
            yield f"{place}: expected one of {wanted}, got {value!r}"
        elif keyword == "required" and isinstance(value, dict):
            yield from (f"{place}: '{key}' is missing" for key in wanted if key not in value)
        elif keyword == "items" and isinstance(value, list):
            for i, item in enumerate(value):
                yield from errors(item, wanted, root, f"{place}[{i}]")
        elif keyword == "pattern" and isinstance(value, str) and not re.search(wanted, value):
            yield f"{place}: expected to match {wanted}, got {value!r}"
        elif keyword == "minLength" and isinstance(value, str) and len(value) < wanted:
            yield f"{place}: expected at least {wanted} characters, got {value!r}"
        elif keyword == "minimum" and is_number and value < wanted:
            yield f"{place}: expected at least {wanted}, got {value}"
        elif keyword == "exclusiveMinimum" and is_number and value <= wanted:
            yield f"{place}: expected more than {wanted}, got {value}"
        elif keyword not in {"const", "enum", "required", "items", "pattern", "minLength", "minimum", "exclusiveMinimum"}:
            raise ValueError(f"the schema uses '{keyword}', which this check does not know")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        others = schema.get("additionalProperties", True)
        for key, item in value.items():
            if key in properties:
                yield from errors(item, properties[key], root, f"{place}.{key}")
            elif others is False:
                yield f"{place}: '{key}' is not known"
            elif isinstance(others, dict):
                yield from errors(item, others, root, f"{place}.{key}")


def reason_errors(fields, place):
    """A reason for each null, and for nothing else."""
    for field, value in fields.items():
        if value is None and field not in fields["reasons"]:
            yield f"{place}.{field}: null without a reason"
    for field, why in fields["reasons"].items():
        if fields.get(field) is not None:
            yield f"{place}.{field}: {fields[field]!r} has a reason to be null, '{why}'"


def row_errors(row, place):
    """Relations between the fields of a row."""
    yield from reason_errors(row, place)
    if "solve" in row:
        yield from reason_errors(row["solve"], f"{place}.solve")
    if "extrapolated" in row:
        if row["verified"] or row["samples"] or row["median_s"] is None or "solve" not in row:
            yield f"{place}: an extrapolated row is one of a solve and has a time, no samples and no verification"
    elif (row["median_s"] is None) == row["verified"]:
        yield f"{place}: a verified row has a time and no other has"
    samples = sorted(row["samples"])
    if samples and row["median_s"] is not None:
        middle = (samples[(len(samples) - 1) // 2] + samples[len(samples) // 2]) / 2
        if not math.isclose(row["median_s"], middle, rel_tol=1e-12):
            yield f"{place}.median_s: {row['median_s']} is not the median of the samples, {middle}"
    if row["ci_low_s"] is not None and not row["ci_low_s"] <= row["median_s"] <= row["ci_high_s"]:
        yield f"{place}: the interval does not hold the median"


def file_errors(schema, document):
    found = list(errors(document, schema, schema))
    if not found:
        for i, row in enumerate(document["rows"]):
            found += row_errors(row, f"$.rows[{i}]")
    return found


def main():
    schema, document = (json.load(open(path)) for path in sys.argv[1:3])
    found = file_errors(schema, document)
    print("\n".join(found) or f"{len(document['rows'])} rows follow the schema")
    return bool(found) or not document["rows"]


if __name__ == "__main__":
    sys.exit(main())
