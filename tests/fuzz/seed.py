#!/usr/bin/env python3
"""Writes seeds for the fuzz targets: seed.py FOLDER makes FOLDER/<target>/<number>.

Most come from the published packages and suites in ../shared, which are not part of the repository; what
is not there is left out. The rest is invented here or taken from the definitions that are shipped. The
same sources give the same seeds.
"""

import gzip
import io
import json
import pathlib
import re
import sys
import tarfile
from xml.sax.saxutils import escape, quoteattr

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / 'shared'
MOST = 6000  # bytes; small inputs find more in the same time
DEFINITIONS = ('StructureDefinition', 'ValueSet', 'CodeSystem')
PROFILE = 'http://example.org/fuzz'
BASE = 'http://hl7.org/fhir/StructureDefinition/'


def examples():
  """Small resources of published packages, spread over their types."""
  by_type = {}
  for path in sorted((SHARED / 'packages').glob('*.tgz')):
    with tarfile.open(path) as package:
      for member in package:
        if not member.name.endswith('.json') or member.size > 4 * MOST:
          continue
        try:
          resource = json.load(package.extractfile(member))
        except ValueError:
          continue
        kind = resource.get('resourceType') if isinstance(resource, dict) else None
        if kind is None:
          continue
        resource.pop('text', None)
        if kind == 'StructureDefinition' and 'differential' in resource:
          resource.pop('snapshot', None)
          resource.pop('mapping', None)
        text = json.dumps(resource, ensure_ascii=False)
        if len(text.encode()) <= MOST:
          by_type.setdefault(kind, []).append((len(text), text))
  result = []
  for kind, texts in by_type.items():
    texts = sorted(set(texts))
    wanted = 40 if kind in DEFINITIONS else 8
    result += [json.loads(text) for _, text in texts[::max(1, len(texts) // wanted)][:wanted]]
  return result


def to_xml(resource):
  """FHIR's XML of a JSON resource; good enough to be a seed."""
  def element(name, value, extra):
    if isinstance(value, dict) and 'resourceType' in value:
      return f'<{name}>{resource_xml(value, "")}</{name}>'
    if isinstance(value, dict):
      attributes = ''.join(f' {key}={quoteattr(str(value[key]))}' for key in ('id', 'url')
                           if key in value and (key == 'id' or name.endswith('xtension')))
      inner = members({key: part for key, part in value.items()
                       if f' {key}=' not in attributes})
      return f'<{name}{attributes}>{inner}</{name}>'
    if name == 'div':
      return str(value)
    text = '' if value is None else f' value={quoteattr(json.dumps(value) if isinstance(value, bool) else str(value))}'
    inner = members(extra) if isinstance(extra, dict) else ''
    return f'<{name}{text}>{inner}</{name}>' if inner else f'<{name}{text}/>'

  def members(value):
    out = []
    for key, part in value.items():
      if key == 'resourceType' or key.startswith('_'):
        continue
      extra = value.get('_' + key)
      parts = part if isinstance(part, list) else [part]
      extras = extra if isinstance(extra, list) else [extra] * len(parts)
      out += [element(key, *pair) for pair in zip(parts, extras)]
    return ''.join(out)

  def resource_xml(value, namespace):
    kind = value['resourceType']
    return f'<{kind}{namespace}>{members(value)}</{kind}>'

  return resource_xml(resource, ' xmlns="http://hl7.org/fhir"')


def expressions():
  """FHIRPath of the official suite and of the invariants that are shipped."""
  found = []
  suite = SHARED / 'conformance/fhirpath-r4/tests-fhir-r4.xml'
  if suite.exists():
    for text in re.findall(r'<expression[^>]*>([^<]*)<', suite.read_text()):
      for name, sign in (('lt', '<'), ('gt', '>'), ('quot', '"'), ('apos', "'"), ('amp', '&')):
        text = text.replace(f'&{name};', sign)
      found.append(text)
  for path in sorted((ROOT / 'profiles/definitions').glob('*.*.txt')):
    found += [json.loads(f'"{text}"') for text in
              re.findall(r' expression="((?:[^"\\]|\\.)*)"', path.read_text())[::4]]
  return list(dict.fromkeys(found))


def shipped_texts():
  """Files in the text form of definitions, of a few definitions each."""
  for path in sorted((ROOT / 'profiles/definitions').glob('*.*.txt')):
    head, *parts = re.split(r'\n+(?=(?:structure|valueset|codesystem) )', path.read_text())
    head = head.split('\n')
    for part in [part for part in parts if len(part) < MOST][::25]:
      keys = set(re.findall(r'[a-z]+-[0-9a-z]+', part))
      wanted = [line for line in head if line.startswith('constraint ') and line.split()[1] in keys]
      yield '\n'.join(head[:2] + wanted[:20]) + '\n\n' + part + '\n'


def units():
  found = ['mg', 'mg/dL', '10*3/uL', '{score}', '[degF]', 'kg.m/s2', 'm[H2O]', '10^-3', 'mm[Hg]\nPa', 'Cel\n[degF]',
           'a\nmo', '/min', '(mg.m)/(s.kg)', 'B[SPL]', '[pH]\n1', '%', "'", 'g%\nmg/mL', '1/(s.(m/kg))-1']
  table = ROOT / 'profiles/definitions/ucum.txt'
  codes = [line.split()[1] for line in table.read_text().splitlines() if line.startswith(('metric', 'unit', 'base'))]
  return found + [f'{a}\n{b}' for a, b in zip(codes, codes[7:])][::2] + codes[::3]


def profile(kind, elements, **more):
  return json.dumps({
      'resourceType': 'StructureDefinition', 'url': PROFILE, 'name': 'Fuzz', 'status': 'draft',
      'kind': 'resource', 'abstract': False, 'type': kind, 'baseDefinition': BASE + kind,
      'derivation': 'constraint',
      'differential': {'element': [{'id': kind, 'path': kind}] + elements}, **more})


def judged():
  """Definitions with resources that they are about."""
  observation = json.dumps({
      'resourceType': 'Observation', 'id': 'o', 'status': 'final',
      'meta': {'profile': [PROFILE]},
      'code': {'coding': [{'system': 'http://loinc.org', 'code': '8480-6'}, {'system': 'urn:x', 'code': 'y'}]},
      'subject': {'reference': 'Patient/p'}, 'effectiveDateTime': '2020-02-30',
      'valueQuantity': {'value': 1.5, 'unit': 'mg', 'system': 'http://unitsofmeasure.org', 'code': 'mg'},
      'component': [{'code': {'text': 'a'}, 'valueString': 'x'}, {'code': {'text': 'b'}}]})
  def slicing(kind, path):
    return [{'id': 'Observation.component', 'path': 'Observation.component', 'min': 1,
             'slicing': {'discriminator': [{'type': kind, 'path': path}], 'rules': 'closed', 'ordered': True}},
            {'id': 'Observation.component:a', 'path': 'Observation.component', 'sliceName': 'a', 'max': '1'},
            {'id': 'Observation.component:a.code', 'path': 'Observation.component.code',
             'patternCodeableConcept': {'text': 'a'}},
            {'id': 'Observation.component:a.value[x]', 'path': 'Observation.component.value[x]', 'min': 1,
             'type': [{'code': 'string'}]}]
  for kind, path in (('value', 'code'), ('pattern', 'code'), ('type', 'value'), ('exists', 'value'), ('profile', '$this'),
                     ('value', "extension('x').value"), ('value', 'code.resolve()')):
    yield profile('Observation', slicing(kind, path)) + '\0' + observation
  yield profile('Observation', [
      {'id': 'Observation', 'path': 'Observation', 'constraint': [
          {'key': 'x-1', 'severity': 'error', 'human': 'x',
           'expression': "component.where(code.text.matches('a+')).exists() or descendants().count() > 9"}]},
      {'id': 'Observation.value[x]', 'path': 'Observation.value[x]',
       'minValueQuantity': {'value': 2, 'code': 'g', 'system': 'http://unitsofmeasure.org'}},
      {'id': 'Observation.status', 'path': 'Observation.status', 'fixedCode': 'final',
       'binding': {'strength': 'required', 'valueSet': 'http://hl7.org/fhir/ValueSet/observation-status'}},
      {'id': 'Observation.subject', 'path': 'Observation.subject', 'mustSupport': True,
       'type': [{'code': 'Reference', 'targetProfile': [PROFILE], 'aggregation': ['bundled']}]},
      {'id': 'Observation.note', 'path': 'Observation.note', 'max': '0'}]) + '\0' + observation
  yield profile('Observation', [], baseDefinition=PROFILE) + '\0' + observation
  patient = json.dumps({'resourceType': 'Patient', 'id': 'p', 'meta': {'profile': [PROFILE]},
                        'name': [{'family': 'a', '_family': {'extension': [{'url': 'urn:e', 'valueCode': 'b'}]}}],
                        'contained': [{'resourceType': 'Organization', 'id': 'c', 'name': 'd'}],
                        'managingOrganization': {'reference': '#c'}, 'birthDate': '1960'})
  yield profile('Patient', [{'id': 'Patient.name.extension:n', 'path': 'Patient.name.extension', 'sliceName': 'n',
                             'type': [{'code': 'Extension', 'profile': [PROFILE]}]}]) + '\0' + patient
  bundle = json.dumps({'resourceType': 'Bundle', 'type': 'collection', 'entry': [
      {'fullUrl': 'http://example.org/Patient/p', 'resource': json.loads(patient)},
      {'fullUrl': 'http://example.org/Observation/o', 'resource': json.loads(observation)}]})
  yield bundle
  yield profile('Bundle', [{'id': 'Bundle.entry', 'path': 'Bundle.entry', 'slicing': {
      'discriminator': [{'type': 'profile', 'path': 'resource'}], 'rules': 'open'}},
                           {'id': 'Bundle.entry:p', 'path': 'Bundle.entry', 'sliceName': 'p', 'min': 1},
                           {'id': 'Bundle.entry:p.resource', 'path': 'Bundle.entry.resource',
                            'type': [{'code': 'Patient', 'profile': [BASE + 'Patient']}]}]) + '\0' + bundle
  questions = {'resourceType': 'Questionnaire', 'url': 'http://example.org/q', 'status': 'draft', 'item': [
      {'linkId': '1', 'type': 'group', 'item': [
          {'linkId': '1.1', 'type': 'integer', 'required': True, 'maxLength': 3},
          {'linkId': '1.2', 'type': 'choice', 'repeats': True, 'answerOption': [{'valueCoding': {'code': 'a'}}],
           'enableBehavior': 'all', 'enableWhen': [{'question': '1.1', 'operator': '>', 'answerInteger': 2}]}]}]}
  answers = {'resourceType': 'QuestionnaireResponse', 'questionnaire': 'http://example.org/q', 'status': 'completed',
             'item': [{'linkId': '1', 'item': [{'linkId': '1.1', 'answer': [{'valueInteger': 3}]},
                                               {'linkId': '1.2', 'answer': [{'valueCoding': {'code': 'b'}}]}]}]}
  yield json.dumps(questions) + '\0' + json.dumps(answers)
  value_set = {'resourceType': 'ValueSet', 'url': 'http://hl7.org/fhir/ValueSet/observation-status', 'status': 'draft',
               'compose': {'include': [{'valueSet': ['http://hl7.org/fhir/ValueSet/observation-status']},
                                       {'system': 'urn:s', 'filter': [{'property': 'concept', 'op': 'is-a', 'value': 'a'}]}],
                           'exclude': [{'system': 'urn:s', 'concept': [{'code': 'a'}]}]}}
  yield json.dumps(value_set) + '\0' + observation


def archives(files):
  for names in ([], ['package/package.json'], ['package/a.json', './package/b.xml'],
                ['package/' + 'f' * 80 + '/' + 'n' * 60 + '.json'], ['../a.json', '/etc/b.json', 'x/../../c.json']):
    for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
      out = io.BytesIO()
      with tarfile.open(fileobj=out, mode='w', format=form) as archive:
        for name, text in zip(names, files):
          member = tarfile.TarInfo(name)
          member.size = min(len(text), 900)
          archive.addfile(member, io.BytesIO(text[:900]))
        link = tarfile.TarInfo('link')
        link.type, link.linkname = tarfile.SYMTYPE, '../../etc'
        archive.addfile(link)
      tar = out.getvalue()[:5120]
      yield tar
      yield gzip.compress(tar, mtime=0)


def main(folder):
  resources = examples()
  compact = [json.dumps(resource, ensure_ascii=False, separators=(',', ':')) for resource in resources]
  xml = [to_xml(resource) for resource in resources]
  definitions = [resource for resource in resources if resource['resourceType'] in DEFINITIONS]
  pairs = list(judged())
  own = [pair.split('\0')[0] for pair in pairs]
  paths = expressions()
  small = [text for text in compact if len(text) < 1000]
  seeds = {
      'json_tape': compact + [json.dumps(resource, indent=1) for resource in resources[::5]],
      'xml_tape': xml,
      'fhirpath_parser': paths,
      'fhirpath_eval': paths + [f'{path}\0{small[i % len(small)]}' for i, path in enumerate(paths[::3]) if small],
      'definition_text': list(shipped_texts()),
      'definition_json': [json.dumps(resource) for resource in definitions] +
                         [to_xml(resource) for resource in definitions] + own,
      'tgz': list(archives([text.encode() for text in own])),
      'ucum': units(),
      'validator': compact + xml[::3] + pairs,
  }
  for target, texts in seeds.items():
    place = folder / target
    place.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
      (place / f'{number:04}').write_bytes(text if isinstance(text, bytes) else text.encode())
    print(f'{target}: {len(texts)} seeds')


if __name__ == '__main__':
  if len(sys.argv) != 2:
    sys.exit(__doc__.split('\n')[0])
  main(pathlib.Path(sys.argv[1]))
