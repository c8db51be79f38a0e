#!/usr/bin/env python3
"""Checks converters/terms/*.csv.

Always: format, check digits, licence keys, wordings (folded form, collisions inside a field).
With ../shared: every code and display stands in the named source, tables bound to an enumerated
mCODE value set hold only its members, and the tables are what generate.py writes.
Exit code 1 and one line a fault.
"""
import collections
import os
import re
import sys

import generate
import termlib as t

# field -> (value set, closed?). A closed table keeps to the set, whatever the strength of the
# binding; of the others the codes outside an extensible set are counted, not refused.
BINDINGS = {
    "laterality": ("mcode-laterality-qualifier-vs", True),
    "intent": ("mcode-procedure-intent-vs", True),
    "dose-basis": ("mcode-normalization-basis-vs", True),
    "disease-status": ("mcode-condition-status-trend-max-vs", True),
    "specimen-type": ("mcode-human-specimen-type-vs", False),
    "stage-edition": ("mcode-tnm-staging-method-vs", False),
    "size-method": ("mcode-tumor-size-method-vs", False),
    "radiotherapy-modality": ("mcode-radiotherapy-modality-vs", True),
    "radiotherapy-technique": ("mcode-radiotherapy-technique-vs", True),
    "radiotherapy-volume-type": ("mcode-radiotherapy-volume-type-vs", False),
    "radiotherapy-site": ("mcode-radiotherapy-treatment-location-vs", False),
    "termination-reason": ("mcode-treatment-termination-reason-vs", True),
    "lansky": ("mcode-lansky-play-performance-vs", True),
    "deauville": ("mcode-deauville-scale-vs", True),
    "stage-value.figo": ("mcode-figo-stage-value-vs", True),
    "stage-value.rai": ("mcode-rai-stage-value-vs", True),
    "stage-value.binet": ("mcode-binet-stage-value-vs", True),
    "stage-value.iss": ("mcode-myeloma-iss-stage-value-vs", True),
    "stage-value.riss": ("mcode-myeloma-riss-stage-value-vs", True),
    "risk-type": ("mcode-risk-assessment-type-vs", False),
    "risk-value": ("mcode-risk-assessment-vs", True),
    "grade": ("mcode-histologic-grade-vs", False),
}
# Allowed by an invariant though not enumerated in the value set.
EXTRA = {("termination-reason", "182992009")}


def loader_fields():
    """Field names that the C++ loader accepts, or None before it is there."""
    path = os.path.join(t.ROOT, "include", "oncobridge", "record", "term.h")
    if not os.path.exists(path):
        return None
    with open(path, encoding="utf-8") as handle:
        return set(re.findall(r'^\s*X\(\w+, "([^"]+)"\)', handle.read(), re.M))


def documentation_faults(tables):
    """README.md names every field (or its family, as `marker.*`) and every licence key in use."""
    with open(os.path.join(t.TABLES, "README.md"), encoding="utf-8") as handle:
        named = set(re.findall(r"`([^`]+)`", handle.read()))
    rows = [row for _, _, table_rows in tables for row in table_rows]
    for field in sorted({row["field"] for row in rows}):
        family = field.partition(".")[0]
        if not named & {field, family + ".*", family + ".<system>"}:
            yield f"README.md: field {field} is not explained"
    for licence in sorted({row["licence"] for row in rows} - named):
        yield f"README.md: licence {licence} is not explained"


def format_faults(tables):
    known, reported = loader_fields(), set()
    for table, header, rows in tables:
        if header != t.COLUMNS:
            yield f"{table}: header is {header}"
            continue
        for row in rows:
            where = f"{table}:{row['line']}"
            if row["width"] != len(t.COLUMNS):
                yield f"{where}: {row['width']} columns"
                continue
            for column in t.COLUMNS:
                value = row[column]
                unclean = value != value.strip() or re.search(r"[\x00-\x1f]", value)
                if unclean or not value and column != "display":
                    yield f"{where}: empty or unclean {column}"
            if row["system"] not in t.SYSTEMS.values():
                yield f"{where}: unknown system {row['system']}"
            fault = t.code_fault(row["system"], row["code"])
            if fault:
                yield f"{where}: {row['code']}: {fault}"
            if row["licence"] not in t.LICENCES:
                yield f"{where}: unknown licence {row['licence']!r}"
            if not re.fullmatch(r"[a-z0-9]+([.-][a-z0-9]+)*", row["field"]):
                yield f"{where}: field name {row['field']!r}"
            elif known is not None and row["field"] not in known | reported:
                reported.add(row["field"])
                yield f"{where}: field {row['field']!r} is not in include/oncobridge/record/term.h"
            if any(not w.strip() or w != w.strip() for w in row["wording"].split("|")):
                yield f"{where}: empty alternative in wording"


def collision_faults(tables):
    """A folded wording names one meaning in a field: one list of codings with equal wordings."""
    meaning = {}
    for table, _, rows in tables:
        for row in rows:
            folded = [t.fold(w) for w in row["wording"].split("|")]
            if len(set(folded)) != len(folded):
                yield f"{table}:{row['line']}: a wording stands twice"
            for word in folded:
                owner = meaning.setdefault((row["field"], word), (table, row["wording"], {}))
                if owner[:2] != (table, row["wording"]):
                    yield (f"{table}:{row['line']}: {word!r} in field {row['field']} "
                           "already means another row")
                elif owner[2].setdefault(row["system"], row["code"]) != row["code"]:
                    if not (row["system"] == t.SYSTEMS["sct"] and row["field"] == "grade"):
                        yield f"{table}:{row['line']}: {word!r} has two codes of {row['system']}"


def source_faults(tables, packages, verified):
    for table, _, rows in tables:
        for row in rows:
            where, key = f"{table}:{row['line']}", (row["system"], row["code"])
            shown = packages.index.get(key) or packages.index.get(
                (row["system"], row["code"].removeprefix("HGNC:")), {})
            if row["source"].endswith(" (whole system)"):
                value_set = row["source"][len("mcode:ValueSet-"):-len(" (whole system)")]
                if not packages.admits_whole(value_set, row["system"]):
                    yield f"{where}: {value_set} does not admit all of {row['system']}"
            elif row["source"].startswith("codes.csv: "):
                if verified.get(key, (None,))[0] != row["display"]:
                    yield f"{where}: {row['code']} with this display is not verified in codes.csv"
            elif not any(s == row["source"] and t.fold(t.without_tag(row["display"])) in
                         {t.fold(t.without_tag(d)), row["code"].lower() if not d else None}
                         for d, s in shown.items()):
                yield f"{where}: {row['source']} does not show {row['code']} {row['display']!r}"


def binding_faults(tables, packages):
    """Faults of closed tables; for the others a count of codes outside."""
    outside = collections.Counter()
    faults = []
    for table, _, rows in tables:
        for row in rows:
            if row["field"] not in BINDINGS or (row["field"], row["code"]) in EXTRA:
                continue
            value_set, closed = BINDINGS[row["field"]]
            members, open_ended = packages.members(value_set)
            if (row["system"], row["code"]) in members or open_ended:
                continue
            if closed:
                faults.append(f"{table}:{row['line']}: {row['code']} is not in {value_set}")
            else:
                outside[row["field"]] += 1
    return faults, outside


def main():
    tables = list(t.read_tables())
    faults = list(format_faults(tables))
    if not faults:  # the other checks count on well-formed rows
        faults += list(documentation_faults(tables)) + list(collision_faults(tables))
    if not tables:
        faults.append("no tables in converters/terms")
    if os.path.isdir(os.path.join(t.SHARED, "packages")):
        packages = t.Packages(os.path.join(t.SHARED, "packages"))
        verified = generate.reference_codes()
        faults += source_faults(tables, packages, verified)
        bound, outside = binding_faults(tables, packages)
        faults += bound
        for field, count in sorted(outside.items()):
            print(f"note: {count} code(s) of field {field} outside its extensible value set")
        expected, generation_faults = generate.build(packages)
        faults += generation_faults
        for table, text in expected.items():
            path = os.path.join(t.TABLES, table + ".csv")
            if not os.path.exists(path) or open(path, encoding="utf-8", newline="").read() != text:
                faults.append(f"{table}: differs from its sources, run generate.py")
        faults += [f"{name}: no selection file" for name, _, _ in tables if name not in expected]
    else:
        print("skip: ../shared is absent, sources and value sets were not compared")
    for fault in faults:
        print(fault, file=sys.stderr)
    rows = sum(len(r) for _, _, r in tables)
    print(f"{len(tables)} tables, {rows} rows, {len(faults)} fault(s)")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
