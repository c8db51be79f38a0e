"""What the integration tests read from bundle and resource files, with numbers kept as text."""

import json
import pathlib
import re

UUID = re.compile(r'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')


def parse(text):
  """JSON with every number kept as its text, so that 1.50 is not 1.5; no duplicate keys."""

  def no_duplicates(pairs):
    result = dict(pairs)
    if len(result) != len(pairs):
      raise ValueError(f'duplicate key among {[key for key, _ in pairs]}')
    return result

  return json.loads(text, parse_float=Number, parse_int=Number, object_pairs_hook=no_duplicates)


class Number(str):
  """A JSON number as it was written; never equal to a JSON string of the same letters."""

  def __eq__(self, other):
    return isinstance(other, Number) and str.__eq__(self, other)

  def __ne__(self, other):
    return not self == other

  __hash__ = str.__hash__


def json_files(paths):
  """The .json and .ndjson files named by or below `paths`, sorted, folders without hidden files."""
  found = []
  for path in map(pathlib.Path, paths):
    if path.is_dir():
      found += sorted(p for p in path.rglob('*') if p.suffix in ('.json', '.ndjson'))
    elif path.exists():
      found.append(path)
    else:
      raise FileNotFoundError(path)
  return found


def resource_texts(path):
  """(label, text) of every JSON document in a file: one, or one a line for .ndjson."""
  text = pathlib.Path(path).read_text(encoding='utf-8')
  if path.suffix != '.ndjson':
    yield str(path), text
    return
  for number, line in enumerate(text.splitlines(), 1):
    if line.strip():
      yield f'{path}:{number}', line


def entry_texts(bundle_text):
  """(Type/id, text) of every entry's resource, the text cut from the bundle byte for byte.

  Cutting instead of printing anew keeps the numbers, the order and the spaces as they were.
  """
  decoder = json.JSONDecoder()
  for start in _resource_starts(bundle_text):
    resource, end = decoder.raw_decode(bundle_text, start)
    yield f"{resource['resourceType']}/{resource['id']}", bundle_text[start:end]


TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s"{}\[\]:,]+)')


def _resource_starts(text):
  """Offsets of the values of Bundle.entry[*].resource in JSON that is known to be well-formed."""
  above, key, previous = [], None, None  # above: the keys of the open objects and arrays
  for token in TOKEN.finditer(text):
    word = token[1]
    if word == ':':
      key = json.loads(previous)
      continue
    if word in '{[':
      if above == [None, 'entry', None] and key == 'resource':
        yield token.start(1)
      above.append(key)
      key = None
    elif word in '}]':
      above.pop()
    elif word == ',':
      key = None
    previous = word


def references(value, where=''):
  """(path, reference text) of every literal Reference.reference below `value`."""
  if isinstance(value, dict):
    for key, child in value.items():
      if key == 'reference' and isinstance(child, str):
        yield f'{where}.reference', child
      else:
        yield from references(child, f'{where}.{key}' if where else key)
  elif isinstance(value, list):
    for index, child in enumerate(value):
      yield from references(child, f'{where}[{index}]')


def faults_of_closure(bundle):
  """Dangling references, duplicate identities and inconsistent fullUrls and requests of a Bundle.

  The HL7 validator does not see a relative reference that leads nowhere.
  """
  faults = []
  known, seen = set(), set()
  for index, entry in enumerate(bundle.get('entry', [])):
    resource = entry['resource']
    identity = f"{resource['resourceType']}/{resource['id']}"
    if identity in seen:
      faults.append(f'entry[{index}]: {identity} appears twice')
    seen.add(identity)
    known.add(identity)
    full_url = entry.get('fullUrl')
    if full_url is None:
      faults.append(f'entry[{index}]: no fullUrl')
    else:
      known.add(full_url)
      if not full_url.endswith(resource['id']):
        faults.append(f'entry[{index}]: fullUrl {full_url} is not of {identity}')
    if bundle.get('type') == 'transaction' and entry.get('request') != {
        'method': 'PUT', 'url': identity}:
      faults.append(f'entry[{index}]: request {entry.get("request")} is not PUT {identity}')
  for index, entry in enumerate(bundle.get('entry', [])):
    for where, target in references(entry['resource']):
      if entry['resource']['resourceType'] == 'Group' and where.startswith('member['):
        continue  # a cohort names patients of other bundles, which the server has to hold already
      if not target.startswith('#') and target not in known:
        faults.append(f'entry[{index}].resource.{where}: {target} is not in the bundle')
  return faults


def with_references(value, known):
  """A copy of `value` with every reference that `known` names replaced by what it stands for."""
  if isinstance(value, dict):
    return {key: known.get(child, child) if key == 'reference' and isinstance(child, str)
            else with_references(child, known) for key, child in value.items()}
  if isinstance(value, list):
    return [with_references(child, known) for child in value]
  return value


def differences(one, other, where=''):
  """Every place at which two parsed documents differ, numbers compared as their text."""
  if type(one) is not type(other):
    return [f'{where}: {one!r} is not {other!r}']
  if isinstance(one, dict):
    found = []
    for key in sorted(one.keys() | other.keys()):
      if key not in one or key not in other:
        found.append(f'{where}.{key}: only in {"the second" if key in other else "the first"}')
      else:
        found += differences(one[key], other[key], f'{where}.{key}')
    return found
  if isinstance(one, list):
    found = [] if len(one) == len(other) else [f'{where}: {len(one)} items, not {len(other)}']
    for index, pair in enumerate(zip(one, other)):
      found += differences(*pair, f'{where}[{index}]')
    return found
  return [] if one == other else [f'{where}: {one!r} is not {other!r}']
