#!/usr/bin/env python3
"""Writes reference_verdicts.txt: what the HL7 validator says, offline, about all examples.

  tests/conformance/refresh_reference_verdicts.py [--issues FILE]

The examples are those of mCODE 4.0.0 and US Core 6.1.0, and the clinical ones of R4: all of
hl7.fhir.r4.examples but the resource types of the modules Conformance and Terminology
(FHIR R4 resourcelist.html) and the containers Bundle, Binary and Library. That is 652 files.

Needs ../shared/packages and ../shared/tools/hl7-validator, Java and, at first, Maven; takes five
minutes and 1.2 GB. --issues keeps every issue as NDJSON, for judging a disagreement.
"""

import argparse
import collections
import json
import pathlib
import re
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'integration'))
import hl7_validator  # noqa: E402

PACKAGES = HERE.parents[2] / 'shared' / 'packages'
SETS = [  # name in the table, package, folder in it
    ('mcode', 'hl7.fhir.us.mcode-4.0.0', 'package/example/'),
    ('us-core', 'hl7.fhir.us.core-6.1.0', 'package/example/'),
    ('r4', 'hl7.fhir.r4.examples-4.0.1', 'package/'),
]
NOT_CLINICAL = set('''
    CapabilityStatement StructureDefinition ImplementationGuide SearchParameter MessageDefinition
    OperationDefinition CompartmentDefinition StructureMap GraphDefinition ExampleScenario
    CodeSystem ValueSet ConceptMap NamingSystem TerminologyCapabilities
    Bundle Binary Library'''.split())
HEADER = '''\
# What the HL7 validator says about the examples, offline, with R4, US Core 6.1.0 and mCODE 4.0.0.
# Written by refresh_reference_verdicts.py; read by examples_test.cc. Columns, by tab: file, verdict,
# errors (the same text at the same place once), places of the errors.
'''


def examples(package, folder):
  """Name and bytes of the examples of a package, in the order of their names."""
  found = []
  with tarfile.open(PACKAGES / f'{package}.tgz') as archive:
    for member in archive:
      name = member.name.removeprefix(folder)
      if not member.isfile() or name == member.name or '/' in name or not name.endswith('.json'):
        continue
      if name.startswith('.') or name == 'package.json':
        continue
      data = archive.extractfile(member).read()
      resource_type = json.loads(data).get('resourceType')
      if resource_type is None or (folder == 'package/' and resource_type in NOT_CLINICAL):
        continue
      found.append((name, data))
  return sorted(found)


def place(issue):
  """The FHIRPath of an issue without the validator's comments."""
  return re.sub(r'/\*.*?\*/|\[url=.*?\]', '', issue.get('location') or '-').replace('/', '')


def main():
  parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
  parser.add_argument('--issues', help='NDJSON file for all issues')
  arguments = parser.parse_args()
  reason = hl7_validator.missing()
  if reason:
    print(f'hl7-validator: {reason}', file=sys.stderr)
    return 77
  issues = open(arguments.issues, 'w', encoding='utf-8') if arguments.issues else None
  lines = []
  with tempfile.TemporaryDirectory() as scratch, hl7_validator.ValidatorProcess() as validator:
    for label, package, folder in SETS:
      counted = collections.Counter()
      for name, data in examples(package, folder):
        path = pathlib.Path(scratch) / name
        path.write_bytes(data)
        verdict = validator.check(path)
        path.unlink()
        verdict['file'] = f'{label}/{name}'
        errors = [i for i in verdict['issues'] if i['severity'] in ('error', 'fatal')]
        places = ' '.join(dict.fromkeys(place(i) for i in errors))
        word = 'valid' if verdict['valid'] else 'invalid'
        counted[word] += 1
        lines.append(f"{verdict['file']}\t{word}\t{verdict['errors']}\t{places}".rstrip('\t'))
        if issues:
          issues.write(json.dumps(verdict, ensure_ascii=False) + '\n')
      print(f"{label}: {counted['valid']} valid, {counted['invalid']} invalid", file=sys.stderr)
  (HERE / 'reference_verdicts.txt').write_text(HEADER + '\n'.join(lines) + '\n', encoding='utf-8')
  return 0


if __name__ == '__main__':
  sys.exit(main())
