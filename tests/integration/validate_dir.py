#!/usr/bin/env python3
"""Shows what the HL7 validator says about FHIR files, grouped by message.

  python3 tests/integration/validate_dir.py [--errors-only] [--all] [--each] PATH...

A PATH is a file or a folder of .json (bundle or resource) and .ndjson (one a line). Bundles are
also checked for dangling references, which the validator overlooks. Uses validator_server.py when
one runs (milliseconds), else starts a JVM (15 s). Exit code 1 when anything has an error.
"""

import argparse
import collections
import sys
import tempfile

import bundles
import hl7_validator
import known_warnings


def documents(paths, folder):
  """(label, file, text) of every document; NDJSON lines are written into `folder` first."""
  for path in bundles.json_files(paths):
    for label, text in bundles.resource_texts(path):
      file = str(path)
      if path.suffix == '.ndjson':
        file = f'{folder}/{len(label)}-{abs(hash(label))}.json'
        with open(file, 'w', encoding='utf-8') as out:
          out.write(text)
      yield label, file, text


def main():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('paths', nargs='+')
  parser.add_argument('--errors-only', action='store_true', help='no warnings')
  parser.add_argument('--all', action='store_true', help='also the listed warnings')
  parser.add_argument('--each', action='store_true', help='every place, not one a group')
  arguments = parser.parse_args()
  reason = hl7_validator.missing()
  if reason:
    print(f'hl7-validator: {reason}', file=sys.stderr)
    return 2
  with tempfile.TemporaryDirectory() as folder:
    todo = list(documents(arguments.paths, folder))
    verdicts = hl7_validator.verdicts([file for _, file, _ in todo], use_server=True)
  known = known_warnings.KnownWarnings()
  groups = collections.defaultdict(list)
  errors = warnings = listed = 0
  for (label, _, text), verdict in zip(todo, verdicts):
    try:
      document = bundles.parse(text)
    except ValueError as error:  # the validator's verdict says so too, in its own words
      groups['error', 'JSON', '', str(error)].append(label)
      errors += 1
      document = {}
    if document.get('resourceType') == 'Bundle':
      for fault in bundles.faults_of_closure(document):
        errors += 1
        key = 'error', 'oncobridge-closure', '', bundles.UUID.sub('<id>', fault)
        groups[key].append(f'{label} {fault}')
    for issue in verdict['issues']:
      severity = issue['severity']
      errors += severity in ('error', 'fatal')
      warnings += severity == 'warning'
      if severity == 'warning' and known.reason(issue, document):
        listed += 1
        if not arguments.all:
          continue
      if severity == 'warning' and arguments.errors_only:
        continue
      index, element = known_warnings.place(issue.get('location'), document)
      key = (severity, issue.get('messageId'), known_warnings.without_indexes(element),
             bundles.UUID.sub('<id>', issue['text']))
      entry = '' if index is None else f' entry[{index}]'
      groups[key].append(f"{label}:{issue.get('line')}{entry} {element}")
  show(groups, arguments.each)
  print(f'{len(todo)} documents, {errors} errors, {warnings} warnings, {listed} of them listed')
  return 1 if errors else 0


def show(groups, each):
  order = {'fatal': 0, 'error': 1, 'warning': 2}
  for key in sorted(groups, key=lambda k: (order.get(k[0], 3), -len(groups[k]), k[1] or '')):
    severity, message_id, location, text = key
    print(f'{severity} x{len(groups[key])} {message_id} at {location}\n    {text}')
    for place in groups[key][:None if each else 1]:
      print(f'    {place}')


if __name__ == '__main__':
  sys.exit(main())
