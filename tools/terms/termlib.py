"""Shared parts of generate.py and check.py: systems, folding, check digits, selection files.

A selection file (selection/<table>.txt) says which concept serves which record field with which
wordings. It never holds a display: displays come from the reference list or from a FHIR package.
"""
import csv
import io
import json
import os
import re
import tarfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TABLES = os.path.join(ROOT, "converters", "terms")
SELECTION = os.path.join(HERE, "selection")
SHARED = os.environ.get("ONCOBRIDGE_SHARED", os.path.join(os.path.dirname(ROOT), "shared"))
COLUMNS = ["system", "code", "display", "wording", "field", "source", "licence"]

SYSTEMS = {
    "sct": "http://snomed.info/sct",
    "ln": "http://loinc.org",
    "icdo": "http://terminology.hl7.org/CodeSystem/icd-o-3",
    "cm": "http://hl7.org/fhir/sid/icd-10-cm",
    "rx": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "atc": "http://www.whocc.no/atc",
    "nci": "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
    "ucum": "http://unitsofmeasure.org",
    "dcm": "http://dicom.nema.org/resources/ontology/DCM",
    "v2-0487": "http://terminology.hl7.org/CodeSystem/v2-0487",
    "oi": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
    "nullflavor": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor",
    "hgnc": "http://www.genenames.org",
    "so": "http://www.sequenceontology.org",
    "clinical": "http://terminology.hl7.org/CodeSystem/condition-clinical",
    "verification": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
    "absent": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
    "obscat": "http://terminology.hl7.org/CodeSystem/observation-category",
    "concat": "http://terminology.hl7.org/CodeSystem/condition-category",
    "v2-0074": "http://terminology.hl7.org/CodeSystem/v2-0074",
    "restype": "http://hl7.org/fhir/resource-types",
    "ajcc": "http://cancerstaging.org",
    "cdcrec": "urn:oid:2.16.840.1.113883.6.238",
    "provpart": "http://terminology.hl7.org/CodeSystem/provenance-participant-type",
}
LICENCE = {
    "sct": "SNOMED", "ln": "LOINC", "icdo": "ICD-O-3", "cm": "ICD-10-CM",
    "rx": "RxNorm", "atc": "ATC", "nci": "NCIt", "ucum": "UCUM", "dcm": "DICOM", "v2-0487": "HL7",
    "oi": "HL7", "nullflavor": "HL7", "hgnc": "HGNC", "so": "SO",
    "clinical": "HL7", "verification": "HL7", "absent": "HL7",
    "obscat": "HL7", "concat": "HL7", "v2-0074": "HL7", "restype": "HL7", "cdcrec": "CDC",
    "provpart": "HL7",
    "ajcc": "AJCC",
}
LICENCES = set(LICENCE.values()) | {"SNOMED-GPS", "AJCC"}  # each explained in README.md
PACKAGES = [
    ("mcode", "hl7.fhir.us.mcode-4.0.0.tgz"),
    ("tho", "hl7.terminology.r4-7.0.1.tgz"),
    ("gr", "hl7.fhir.uv.genomics-reporting-3.0.0.tgz"),
    ("us-core", "hl7.fhir.us.core-6.1.0.tgz"),
    ("r4", "hl7.fhir.r4.core-4.0.1.tgz"),
    ("r4ex", "hl7.fhir.r4.examples-4.0.1.tgz"),
]
DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
SEMANTIC_TAG = re.compile(
    r" \((disorder|finding|situation|event|procedure|regime/therapy|qualifier value|body structure|"
    r"morphologic abnormality|observable entity|attribute|substance|medicinal product|specimen|"
    r"tumor staging|staging scale|assessment scale|physical object)\)$", re.I)


def fold(wording):
    """fold_wording of base/text.cc: ASCII case, white space, dashes; nothing else."""
    text = re.sub(r"[ \t\r\n\u00a0]+", " ", wording.translate(DASHES)).strip(" ")
    return "".join(c.lower() if c.isascii() else c for c in text)


def without_tag(display):
    return SEMANTIC_TAG.sub("", display).strip()


_D = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
      [2, 3, 4, 0, 1, 7, 8, 9, 5, 6], [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
      [4, 0, 1, 2, 3, 9, 5, 6, 7, 8], [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
      [6, 5, 9, 8, 7, 1, 0, 4, 3, 2], [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
      [8, 7, 6, 5, 9, 3, 2, 1, 0, 4], [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]]
_P = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]]
for _ in range(6):
    _P.append([_P[-1][_P[1][i]] for i in range(10)])


def verhoeff_ok(code):
    check = 0
    for i, digit in enumerate(reversed(code)):
        check = _D[check][_P[i % 8][int(digit)]]
    return check == 0


def mod10_ok(code):
    """LOINC check digit: Luhn, a letter of the LA prefix counting as its ASCII code less 48."""
    match = re.fullmatch(r"((?:LA)?\d+)-(\d)", code)
    if not match:
        return False
    total = 0
    for i, symbol in enumerate(reversed(match.group(1))):
        value = ord(symbol) - 48
        total += 2 * value - value // 5 * 9 if i % 2 == 0 else value
    return (10 - total % 10) % 10 == int(match.group(2))


def code_fault(system, code):
    """What is formally wrong with a code, or None."""
    if system == SYSTEMS["sct"]:
        if not re.fullmatch(r"[1-9]\d{5,17}", code) or not verhoeff_ok(code):
            return "SNOMED CT check digit"
    elif system == SYSTEMS["ln"] and not mod10_ok(code):
        return "LOINC check digit"
    patterns = {
        "ajcc": (r"yc(T(X|0|is(\((DCIS|Paget)\))?|[1-4](mi|[a-d])?)|"
                 r"N(X|0|[1-3](mi|[a-c])?)|M(0|1[a-c]?))"),
        "icdo": r"\d{4}/[0-369]|C\d\d\.\d", "cm": r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?",
        "rx": r"\d+", "atc": r"[A-Z]\d\d[A-Z]{1,2}(\d\d)?",
        "nci": r"CL?\d+", "hgnc": r"HGNC:\d+", "so": r"SO:\d{7}",
    }
    for key, pattern in patterns.items():
        if system == SYSTEMS[key] and not re.fullmatch(pattern, code):
            return "form of a code of " + key
    return None


class Group:
    """One meaning: a field, its wordings in order, its codings in order of emission.

    `@SYSTEM VALUESET` stands for all codes of that system that the mCODE value set lists: see expand.
    """

    def __init__(self, table, field, codings, wordings, line, bare):
        self.table, self.field, self.codings = table, field, codings
        self.wordings, self.line, self.bare = wordings, line, bare


def read_selection(table):
    groups, field = [], None
    path = os.path.join(SELECTION, table + ".txt")
    with open(path, encoding="utf-8") as handle:
        for number, line in enumerate(handle, 1):
            line = line.strip()
            if not line or line.startswith("#"):
                continue
            if line.startswith("["):
                field = line.strip("[]")
                continue
            if line.startswith("@"):
                groups.append(Group(table, field, [tuple(line[1:].split())], [], number, True))
                continue
            bare = line.startswith("!")
            left, separator, right = line.lstrip("! ").partition(" = ")
            if field is None or not separator and bare:
                raise ValueError(f"{path}:{number}: no field or no wording")
            codings = []
            for token in left.strip().removesuffix(" =").split(" + "):
                key, colon, code = token.strip().partition(":")
                if not colon or key not in SYSTEMS:
                    raise ValueError(f"{path}:{number}: {token!r} is no coding")
                codings.append((key, code))
            words = [w.strip() for w in right.split("|") if w.strip()]
            groups.append(Group(table, field, codings, words, number, bare))
    return groups


def expand(groups, packages):
    """Replaces `@` lines by a group a code, whose wordings are the code with and without its dot."""
    for group in groups:
        key, name = group.codings[0]
        if name not in packages.value_sets:
            yield group
            continue
        members, _ = packages.members(name)
        for code in sorted(code for system, code in members if system == SYSTEMS[key]):
            words = [code] + ([code.replace(".", "")] if "." in code else [])
            yield Group(group.table, group.field, [(key, code)], words, group.line, True)


def table_names():
    return sorted(n[:-4] for n in os.listdir(SELECTION) if n.endswith(".txt"))


def read_tables():
    """(table name, header, rows as dicts with 'line') of every converters/terms/*.csv."""
    for name in sorted(os.listdir(TABLES)):
        if name.endswith(".csv"):
            with open(os.path.join(TABLES, name), encoding="utf-8", newline="") as handle:
                reader = csv.reader(handle)
                header = next(reader, [])
                rows = [dict(zip(header, row), line=reader.line_num, width=len(row))
                        for row in reader]
            yield name[:-4], header, rows


class Packages:
    """index: (system, code) -> {display: 'package:Resource-id'} over the FHIR packages;
    value_sets: those of mCODE by id; patient_set: SNOMED CT Global Patient Set codes."""

    def __init__(self, folder):
        self.index, self.value_sets, self.patient_set = {}, {}, set()
        for short, name in PACKAGES:
            with tarfile.open(os.path.join(folder, name)) as archive:
                for member in archive:
                    if re.fullmatch(r"package/(example/)?[^/]+\.json", member.name):
                        self._read(short, member.name, archive.extractfile(member).read())

    def _read(self, short, name, data):
        resource = json.loads(data)
        if not isinstance(resource, dict) or "resourceType" not in resource:
            return
        source = short + ":" + os.path.basename(name)[:-5]
        if resource["resourceType"] == "ValueSet":
            for include in resource.get("compose", {}).get("include", []):
                for concept in include.get("concept", []):
                    self._add(include.get("system"), concept["code"], concept.get("display"),
                              source)
            if short == "mcode":
                self.value_sets[resource["id"]] = resource
            if resource["id"] == "snomed-intl-gps":
                for include in resource["compose"]["include"]:
                    self.patient_set |= {c["code"] for c in include.get("concept", [])}
        if resource["resourceType"] == "CodeSystem":
            self._concepts(resource.get("url"), resource.get("concept", []), source)
        self._walk(resource, source)

    def _concepts(self, system, concepts, source):
        for concept in concepts:
            self._add(system, concept.get("code"), concept.get("display"), source)
            self._concepts(system, concept.get("concept", []), source)

    def _walk(self, node, source):
        if isinstance(node, dict):
            if isinstance(node.get("system"), str) and isinstance(node.get("code"), str):
                self._add(node["system"], node["code"], node.get("display") or node.get("unit"),
                          source)
            for child in node.values():
                self._walk(child, source)
        elif isinstance(node, list):
            for child in node:
                self._walk(child, source)

    def _add(self, system, code, display, source):
        if system and code:
            self.index.setdefault((system, code), {}).setdefault((display or "").strip(), source)

    def admits_whole(self, value_set_id, system):
        """True when the value set includes every code of the system."""
        return any(i.get("system") == system and not i.get("concept") and not i.get("filter")
                   for i in self.value_sets[value_set_id]["compose"]["include"])

    def members(self, value_set_id):
        """Enumerated codes of a value set, and whether it also has filters or whole systems."""
        codes, open_ended = set(), False
        for include in self.value_sets[value_set_id]["compose"]["include"]:
            for url in include.get("valueSet", []):
                child, child_open = self.members(url.rsplit("/", 1)[1])
                codes |= child
                open_ended |= child_open
            if "valueSet" not in include and not include.get("concept"):
                open_ended = True
            codes |= {(include.get("system"), c["code"]) for c in include.get("concept", [])}
        return codes, open_ended


def csv_text(rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return out.getvalue()
