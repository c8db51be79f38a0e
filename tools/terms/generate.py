#!/usr/bin/env python3
"""Writes converters/terms/*.csv from selection/*.txt, ../shared/reference and the FHIR packages.

    generate.py            rewrite the tables
    generate.py --check    exit 1 when a table differs from what would be written
"""
import csv
import os
import re
import sys

import termlib as t

# Spelling pairs written out as extra wordings; the first form of the pair is looked for.
SPELLINGS = [("tumor", "tumour"), ("edema", "oedema"), ("hemorrhage", "haemorrhage"),
             ("leukemia", "leukaemia"), ("esophag", "oesophag"), ("estrogen", "oestrogen"),
             ("anemia", "anaemia"), ("fiber", "fibre"), ("center", "centre")]
# A metastasis is written as its site alone or as one of these.
SITE_FORMS = ["{} metastasis", "{} metastases", "{} mets"]
AJCC_VALUE_SETS = {"T": "mcode-tnm-primary-tumor-category-max-vs",
                   "N": "mcode-tnm-regional-nodes-category-max-vs",
                   "M": "mcode-tnm-distant-metastases-category-max-vs"}
# What codes.csv lacks and a public text shows: (system, code) -> (display, evidence), as there.
FURTHER_CODES = {
    # A lung cancer study's key of SEER histology codes. The mCODE example of this finding has 80463/3,
    # which is no code: ICD-O-3 morphology is four digits, a slash and a behaviour digit.
    (t.SYSTEMS["icdo"], "8046/3"): ("Non-small cell carcinoma", "public GitHub text file id 12945355255"),
}
AJCC_FIELDS = {"tnm-clinical", "tnm-pathologic", "tnm-post-therapy", "stage-group"}


def reference_codes():
    """(system, code) -> (display, evidence) of the verified rows, first row wins."""
    verified = dict(FURTHER_CODES)
    path = os.path.join(t.SHARED, "reference", "codes.csv")
    with open(path, encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            if row["confidence"] == "verified" and row["code"]:
                verified.setdefault((row["system"], row["code"]), (row["display"], row["evidence"]))
    return verified


def short_evidence(evidence):
    """First item of an evidence list: 'owner/repo@sha file' or the text's number."""
    item = re.sub(r"\s*[(\[].*", "", evidence.split(";")[0]).strip()
    repository, space, path = item.partition(" ")
    if space and re.fullmatch(r"[\w.-]+/[\w.-]+@\w+", repository):
        item = f"{repository} {path.rsplit('/', 1)[-1]}"
    if "single third-party source" in evidence:
        item += " [one source]"
    return item


def resolve(key, code, verified, packages):
    """Display and source of a coding; a package that shows both beats the reference's evidence."""
    system = t.SYSTEMS[key]
    if key == "ajcc":
        # No list of AJCC codes is public; the MAX value sets admit the whole system.
        value_set = AJCC_VALUE_SETS[re.sub(r"^yc([TNM]).*", r"\1", code)]
        admitted = packages.admits_whole(value_set, system)
        return ("", f"mcode:ValueSet-{value_set} (whole system)") if admitted else None
    shown = packages.index.get((system, code), {})
    # Packages write HGNC numbers with and without their prefix.
    if key == "hgnc" and not shown:
        shown = packages.index.get((system, code.removeprefix("HGNC:")), {})
    if (system, code) not in verified and shown and not any(shown):
        # Shown only without a name: a unit is its own name, any other display stays empty.
        return code if key == "ucum" else "", next(iter(shown.values()))
    if key == "ucum" and "/" in code:  # names of composed units: one list, without slips
        for name, source in shown.items():
            if source == "tho:ValueSet-ucum-common":
                return name, source
    display, evidence = verified.get((system, code), (None, None))
    if display is None:
        named = [(d, s) for d, s in shown.items() if d]
        if not named:
            return None
        return named[0]
    wanted = t.fold(t.without_tag(display))
    for other, source in shown.items():
        if t.fold(t.without_tag(other)) == wanted:
            return display, source
    return display, "codes.csv: " + short_evidence(evidence)


def licence(key, code, field, gps):
    if key == "sct":
        if field in AJCC_FIELDS:
            return "AJCC"
        return "SNOMED-GPS" if code in gps else "SNOMED"
    return t.LICENCE[key]


def all_wordings(group, displays):
    words = list(group.wordings)
    if group.field == "metastasis":
        sites = list(words)
        for form in SITE_FORMS:
            words += [form.format(site) for site in sites]
    if not group.bare:
        words += [t.without_tag(d).replace("|", "/") for d in displays if d]
    for american, british in SPELLINGS if group.field != "fixed" else ():
        words += [re.sub(rf"(?<![A-Za-z]){american}", british, w, flags=re.I) for w in list(words)
                  if re.search(rf"(?<![A-Za-z]){american}", w, re.I)]
    seen, unique = set(), []
    for word in words:
        if t.fold(word) not in seen:
            seen.add(t.fold(word))
            unique.append(word)
    return unique


def build(packages):
    verified = reference_codes()
    faults, tables = [], {}
    for table in t.table_names():
        rows = []
        for group in t.expand(t.read_selection(table), packages):
            resolved = [(key, code, resolve(key, code, verified, packages))
                        for key, code in group.codings]
            missing = [f"{key}:{code}" for key, code, found in resolved if found is None]
            if missing:
                faults.append(f"{table}:{group.line}: no verified display for {', '.join(missing)}")
                continue
            wording = "|".join(all_wordings(group, [found[0] for _, _, found in resolved]))
            for key, code, (display, source) in resolved:
                rows.append([t.SYSTEMS[key], code, display, wording, group.field, source,
                             licence(key, code, group.field, packages.patient_set)])
        tables[table] = t.csv_text(rows)
    return tables, faults


def main():
    if not os.path.isdir(os.path.join(t.SHARED, "packages")):
        print("../shared with its packages is needed to write the tables", file=sys.stderr)
        return 2
    tables, faults = build(t.Packages(os.path.join(t.SHARED, "packages")))
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return 1
    stale = 0
    for table, text in tables.items():
        path = os.path.join(t.TABLES, table + ".csv")
        present = open(path, encoding="utf-8", newline="").read() if os.path.exists(path) else None
        if present == text:
            continue
        stale += 1
        if "--check" in sys.argv[1:]:
            print(f"converters/terms/{table}.csv differs from its sources", file=sys.stderr)
        else:
            with open(path, "w", encoding="utf-8", newline="") as handle:
                handle.write(text)
    rows = sum(text.count("\n") - 1 for text in tables.values())
    print(f"{len(tables)} tables, {rows} rows, {stale} changed")
    return 1 if stale and "--check" in sys.argv[1:] else 0


if __name__ == "__main__":
    sys.exit(main())
