#!/usr/bin/env python3
"""Integration tests with real peers: the HL7 validator and a HAPI FHIR server.

  python3 tests/integration/run.py [--command build/release/oncobridge] [--only hapi|validator]
  python3 tests/integration/run.py --bundles DIR    judges given bundles instead of converting

Converts every case of examples/ in transaction and in collection form. A peer that cannot run here
is a named skip; the last line is `N passed, N failed, N skipped`.
"""

import argparse
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import bundles
import hapi_checks
import helpers_test
import hl7_validator
import report as reports
import validator_checks

REPOSITORY = hl7_validator.REPOSITORY
INPUTS = ('seed_cases', 'mcode_profiles', 'first_case.json')
FORMS = ('transaction', 'collection')


def case_ids(source):
  """The case ids of an example: a file of one object, an array, or one object a line."""
  files = sorted(source.glob('*.json')) if source.is_dir() else [source]
  found = []
  for file in files:
    text = file.read_text(encoding='utf-8')
    try:
      content = json.loads(text)
    except json.JSONDecodeError:
      content = [json.loads(line) for line in text.splitlines() if line.strip()]
    found += [case['case_id'] for case in (content if isinstance(content, list) else [content])]
  return found


def convert(report, command, work):
  """Bundles of all examples: work/FORM/*.json, one a case. False when there is nothing to judge."""
  good = True
  for form in FORMS:
    everything = work / form
    everything.mkdir()
    for name in INPUTS:
      source = REPOSITORY / 'examples' / name
      out = work / f'{form}-{name}'
      out.mkdir()
      result = subprocess.run([command, 'convert', source, '--bundle', form, '--out', out],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=600, check=False)
      faults = []
      if result.returncode != 0:
        faults = [f'exit code {result.returncode}', *result.stdout.splitlines()[-15:]]
      made = sorted(out.glob('*.json'))
      want = len(case_ids(source))
      if len(made) != want or not want:
        faults.append(f'{want} cases, {len(made)} bundles')
      for path in made:
        target = everything / path.name
        if target.exists():
          faults.append(f'{path.name} comes from two examples')
        shutil.copyfile(path, target)
      good &= report.check(f'convert {name} to {form}', faults)
  return good


def sort_given(folder, work):
  """Copies the bundles below `folder` into work/FORM by their type."""
  for form in FORMS:
    (work / form).mkdir()
  for path in bundles.json_files([folder]):
    form = json.loads(path.read_text(encoding='utf-8')).get('type')
    if form not in FORMS:
      raise ValueError(f'{path}: neither a transaction nor a collection')
    shutil.copyfile(path, work / form / path.name)


def check_forms(report, work, documents):
  """Closure and agreement of the two forms; fills `documents` for the validator."""
  parsed = {}
  for form in FORMS:
    for path in sorted((work / form).glob('*.json')):
      text = path.read_text(encoding='utf-8')
      parsed[form, path.stem] = bundles.parse(text)
      documents.add_bundle(form, path.stem, path, text)
      report.check(f'form of {form} {path.stem}',
                   validator_checks.faults_of_form(form, parsed[form, path.stem]))
  report.check('resources of the cases are apart', documents.faults)
  for form, case in list(parsed):
    if form == 'transaction' and ('collection', case) in parsed:
      report.check(f'both forms of {case} say the same', validator_checks.faults_of_equality(
          parsed['transaction', case], parsed['collection', case]))


def check_helpers(report):
  """The comparisons themselves, before anything is compared with them."""
  suite = unittest.defaultTestLoader.loadTestsFromModule(helpers_test)
  result = unittest.TestResult()
  suite.run(result)
  broken = [f'{test}: {trace.splitlines()[-1]}' for test, trace in result.errors + result.failures]
  report.check(f'{result.testsRun} tests of the helpers', broken if result.testsRun else ['none'])


def run_validator(report, work, documents, whole):
  reason = hl7_validator.missing()
  if reason:
    report.skip('hl7-validator', reason)
    return
  validator_checks.run(report, documents, whole)
  sample = next(iter(sorted((work / 'transaction').glob('*.json'))), None)
  if sample:
    validator_checks.finds_planted_faults(report, work, sample.read_text(encoding='utf-8'))


def main():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('--command', default=REPOSITORY / 'build' / 'release' / 'oncobridge',
                      type=pathlib.Path, help='the oncobridge command')
  parser.add_argument('--only', choices=('hapi', 'validator'))
  parser.add_argument('--bundles', type=pathlib.Path, help='judge these, convert nothing')
  parser.add_argument('--keep', type=pathlib.Path, help='work in this new folder and leave it')
  arguments = parser.parse_args()
  signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the peers are stopped
  report = reports.Report()
  check_helpers(report)
  command = arguments.command.resolve() if arguments.command.exists() else None
  if not command and not arguments.bundles:
    report.check('the command is built', [f'no {arguments.command}'])
    return report.close()
  with tempfile.TemporaryDirectory(prefix='oncobridge-integration-') as temporary:
    work = pathlib.Path(temporary)
    if arguments.keep:
      work = arguments.keep.resolve()
      work.mkdir(parents=True)
    if arguments.bundles:
      sort_given(arguments.bundles, work)
    else:
      convert(report, command, work)
    documents = validator_checks.Documents(work)
    check_forms(report, work, documents)
    if arguments.only != 'hapi':
      run_validator(report, work, documents, whole=not arguments.bundles)
    if arguments.only != 'validator':
      reason = hapi_checks.missing()
      if reason:
        report.skip('hapi', reason)
      else:
        hapi_checks.run(report, command, work / 'transaction', work)
  return report.close()


if __name__ == '__main__':
  sys.exit(main())
