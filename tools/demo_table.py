#!/usr/bin/env python3
"""Prints the table of tools/demo from the files of a run.

  demo_table.py INPUT-FOLDER WORK-FOLDER
WORK-FOLDER holds coverage.json and rejects.ndjson of `oncobridge convert` and report.ndjson of
`oncobridge push`. Exit code 1 unless every case was converted and every resource read back equal.
"""

import collections
import json
import pathlib
import re
import sys

# Where a long name may be broken in the head of a column.
SYLLABLES = {
    'Condition': 'Condi-tion', 'Observation': 'Obser-vation', 'Procedure': 'Proce-dure',
    'Medication': 'Medi-cation', 'Statement': 'State-ment', 'Administration': 'Adminis-tration',
    'Specimen': 'Speci-men', 'Structure': 'Struc-ture', 'Document': 'Docu-ment',
    'Reference': 'Refer-ence', 'Provenance': 'Prove-nance', 'Diagnostic': 'Diag-nostic',
}
LAST = ('DocumentReference', 'Provenance')


class Case:
  """What became of one input file."""

  def __init__(self, name):
    self.name = name
    self.types = collections.Counter()
    self.rejected = 0   # faults for which the record was rejected
    self.unused = 0     # facts that are in no resource
    self.delivered = 0
    self.verified = 0

  @property
  def resources(self):
    return sum(self.types.values())


def lines(path):
  return [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines()]


def read_cases(inputs, work):
  """A Case per input file, and the totals of the coverage report."""
  cases = {str(path): Case(path.stem) for path in sorted(inputs.glob('*.json'))}
  coverage = json.loads((work / 'coverage.json').read_text(encoding='utf-8'))
  # The bundles stand in the order of the records: line N of the file is the Nth converted record.
  converted = coverage['records']
  for record in converted:
    cases[record['file']].unused += len(record.get('unused', []))
  for record in lines(work / 'rejects.ndjson'):
    cases[record['file']].rejected += len(record['faults'])
  for resource in lines(work / 'report.ndjson'):
    number = int(resource['file'].rsplit(':', 1)[1])
    case = cases[converted[number - 1]['file']]
    case.types[resource['resourceType']] += 1
    case.delivered += resource['status'] in ('created', 'updated')
    case.verified += resource['verified'] is True
  return list(cases.values()), coverage['totals']


def head(name):
  """The lines of a column's head: `BodyStructure` is Body, Struc-, ture."""
  parts = []
  for word in re.findall('[A-Z]?[^A-Z]+', name):
    word = SYLLABLES.get(word, word)
    first, dash, rest = word.partition('-')
    parts += [first + dash, rest] if dash else [word]
  return parts


def print_table(columns, rows, total):
  """columns: heads as lists of lines; the first column is aligned left, the others right."""
  cells = [[str(cell) for cell in row] for row in [*rows, total]]
  widths = [max(len(text) for text in [*column, *(row[i] for row in cells)])
            for i, column in enumerate(columns)]

  def line(texts):
    return ' '.join([texts[0].ljust(widths[0]), *(
        text.rjust(width) for text, width in zip(texts[1:], widths[1:]))]).rstrip()

  depth = max(len(column) for column in columns)
  for i in range(depth):
    print(line([([''] * (depth - len(column)) + column)[i] for column in columns]))
  rule = '-' * (sum(widths) + len(widths) - 1)
  print(rule)
  for row in cells[:-1]:
    print(line(row))
  print(rule)
  print(line(cells[-1]))


def main():
  inputs, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
  cases, totals = read_cases(inputs, work)
  everything = sum((case.types for case in cases), collections.Counter())
  types = sorted(everything, key=lambda name: (name != 'Patient', name in LAST, -everything[name]))

  def row(name, group):
    return [name, *(sum(c.types[t] for c in group) or '.' for t in types),
            *(sum(getattr(c, what) for c in group)
              for what in ('resources', 'rejected', 'unused', 'delivered', 'verified'))]

  columns = [['case'], *map(head, types), ['all'], ['re-', 'jected', 'facts'],
             ['unused', 'facts'], ['deliv-', 'ered'], ['veri-', 'fied']]
  print_table(columns, [row(case.name, [case]) for case in cases], row('all', cases))

  resources = sum(case.resources for case in cases)
  verified = sum(case.verified for case in cases)
  good = (verified == resources == totals['resources'] and resources > 0
          and totals['rejected'] == 0 and totals['converted'] == len(cases))
  held_back = totals['held_back']
  print(f"""
{totals['converted']} of {len(cases)} published patients became {totals['resources']} FHIR resources, \
valid by R4, US Core and mCODE{f'; {held_back} were not valid and held back' if held_back else ''}; \
{verified} of them were delivered and read back equal.
{totals['facts'] - totals['unused']} of {totals['facts']} facts are in a resource. \
{totals['uncoded']} wordings have no code and stand as text; {totals['flags']} quality flags.""")
  if good:
    print("""
Next: change examples/first_case.json and see what becomes of it:
  build/release/oncobridge convert examples/first_case.json""")
  else:
    print('\nNOT everything was converted, delivered and verified: see above.')
  return 0 if good else 1


if __name__ == '__main__':
  sys.exit(main())
