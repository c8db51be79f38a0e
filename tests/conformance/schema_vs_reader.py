#!/usr/bin/env python3
"""The JSON Schema of a case record against the reader, in both directions.

Records made from the schema, sound ones, ones broken in one place, and ones with a byte changed, go to a
JSON Schema 2020-12 validator that knows nothing of this project (Python's jsonschema) and to
`oncobridge convert --rejects`.
The verdicts must be equal for every record. What the schema cannot say (converters/record_schema.h) is
left out by construction, but for references: a broken record may lose the fact that another one refers
to, so a rejection for nothing but references does not count against the schema.

Exit code 77: skipped, because Python's jsonschema (Debian: python3-jsonschema) is not installed.
ONCOBRIDGE_GENERATED sets how many records are made.
"""

import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

try:
  import jsonschema
  VALIDATOR = jsonschema.Draft202012Validator
except (ImportError, AttributeError):
  print('skipped: python3-jsonschema with JSON Schema 2020-12 is not installed')
  sys.exit(77)

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import case_generator  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = os.environ.get('ONCOBRIDGE_COMMAND', str(ROOT / 'build/release/oncobridge'))
ONLY_IN_READER = {'unknown-reference', 'wrong-reference', 'duplicate-id', 'duplicate-case-id'}


def output(*arguments):
  return subprocess.run([COMMAND, *arguments], check=True, stdout=subprocess.PIPE).stdout.decode()


def strictly(pairs):
  if len({name for name, _ in pairs}) < len(pairs):
    raise ValueError('a name stands twice')
  return dict(pairs)


def no_constant(name):
  raise ValueError(f'{name} is no JSON')


def parsed(line):
  """The value of a line, or None where it is no JSON (RFC 8259) of whole characters and single names."""
  try:
    value = json.loads(line.decode('utf-8'), object_pairs_hook=strictly, parse_constant=no_constant)
    json.dumps(value, ensure_ascii=False).encode('utf-8')  # no half surrogate pairs
    return value
  except (ValueError, RecursionError):
    return None


def rejected(lines):
  """{index of the line: its faults} as the command rejects them, read as NDJSON."""
  with tempfile.TemporaryDirectory() as folder:
    source = pathlib.Path(folder, 'records.ndjson')
    source.write_bytes(b'\n'.join(lines) + b'\n')
    rejects = pathlib.Path(folder, 'rejects.ndjson')
    result = subprocess.run([COMMAND, 'convert', str(source), '--out', '-', '--rejects', str(rejects), '--quiet'],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    if result.returncode not in (0, 1):
      sys.exit(f'oncobridge convert failed with {result.returncode}: {result.stderr.decode()[-2000:]}')
    with rejects.open(encoding='utf-8') as file:
      return {r['line'] - 1: r['faults'] for r in map(json.loads, file)}


def main():
  schema = json.loads(output('schema'))
  VALIDATOR.check_schema(schema)
  validator = VALIDATOR(schema)
  references = case_generator.reference_fields(output('schema', '--reference'))
  if len(references) < 20:
    sys.exit('the field reference has lost its references')

  # Every example, then sound records, then records broken in one place.
  records = [(path.name, path.read_bytes().replace(b'\n', b' '), None)
             for path in sorted((ROOT / 'examples').rglob('*.json'))
             if 'fhir' not in path.parts]
  examples = len(records)
  dice = random.Random(20260131)
  generator = case_generator.Generator(schema, references, dice)
  count = int(os.environ.get('ONCOBRIDGE_GENERATED', '4000'))
  for i in range(count):
    record = generator.record()
    done = 'sound' if i % 4 == 0 or i % 4 == 1 else generator.mutate(record)
    line = case_generator.dump(record).encode('utf-8')
    if i % 4 == 1:
      line = case_generator.change_bytes(line, dice)
      done = 'bytes'
    records.append((done, line, True if done == 'sound' else None))

  began = time.monotonic()
  faults = rejected([line for _, line, _ in records])
  reader_time = time.monotonic() - began
  kinds, wrong, only_references, refused = {}, [], 0, 0
  for i, (name, line, must) in enumerate(records):
    value = parsed(line)
    by_schema = value is not None and validator.is_valid(value)
    by_reader = i not in faults
    refused += not by_schema
    kind = name.split(' at ')[0]
    kinds.setdefault(kind, [0, 0])[not by_schema] += 1
    if by_schema and not by_reader and {f['rule'] for f in faults[i]} <= ONLY_IN_READER:
      only_references += 1
      continue
    if by_schema != by_reader or (must and not by_schema) or (i < examples and not by_schema):
      why = [f'{f["rule"]} {f["path"]} {f["message"]}' for f in faults.get(i, [])]
      if value is None:
        why.append('no JSON: ' + repr(line[:3000]))
      elif not by_schema:
        error = jsonschema.exceptions.best_match(validator.iter_errors(value))
        why.append(f'schema: {list(error.absolute_path)} {error.message[:200]}')
      wrong.append(f'{name}: schema {"accepts" if by_schema else "refuses"}, reader {"accepts" if by_reader else "rejects"}: '
                   f'{"; ".join(why)[:600]}')

  print(f'{len(records)} records ({examples} examples), {refused} refused by both sides alike, '
        f'{only_references} rejected for references alone; reader {reader_time:.1f} s, '
        f'schema {time.monotonic() - began - reader_time:.1f} s')
  for kind, (good, bad) in sorted(kinds.items()):
    if kind.endswith('.json'):
      continue
    print(f'  {kind:22} {good:5} accepted {bad:5} refused')
  for line in wrong[:40]:
    print('DIFFERENT', line)
  if wrong:
    sys.exit(f'{len(wrong)} verdicts differ')
  if only_references > count // 20:
    sys.exit('too many records were not compared')
  if refused < count // 4:
    sys.exit('too few broken records are broken')


if __name__ == '__main__':
  main()
