"""Every bundle and every resource before the HL7 validator: no error, no unlisted warning."""

import collections
import concurrent.futures
import json
import os
import pathlib

import bundles
import hl7_validator
import known_warnings

PATIENT_BUNDLE = 'http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-patient-bundle'
WORKERS = min(2, os.cpu_count() or 1)  # a JVM each: 0.8 GB


class Documents:
  """What is to be judged: bundles by form and case, and the resources of the transactions."""

  def __init__(self, folder):
    self.resources_folder = pathlib.Path(folder) / 'resources'
    self.resources_folder.mkdir()
    self.files = []  # (name, path, parsed)
    self.faults = []

  def add_bundle(self, form, case, path, text):
    bundle = bundles.parse(text)
    self.files.append((f'{form} {case}', path, bundle))
    if form != 'transaction':
      return
    for identity, resource in bundles.entry_texts(text):
      target = self.resources_folder / (identity.replace('/', '-') + '.json')
      if target.exists():
        if target.read_text(encoding='utf-8') != resource:
          self.faults.append(f'{case}: {identity} is another resource in another case')
        continue
      target.write_text(resource, encoding='utf-8')
      self.files.append((f'resources {case}', target, bundles.parse(resource)))


def judge(documents):
  """The verdicts on documents.files, in their order, from WORKERS JVMs."""
  with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
    shares = [documents.files[n::WORKERS] for n in range(WORKERS)]
    answers = list(pool.map(lambda share: hl7_validator.verdicts(
        [path for _, path, _ in share], resolve=documents.resources_folder), shares))
  result = [None] * len(documents.files)
  for n, answer in enumerate(answers):
    result[n::WORKERS] = answer
  return result


def run(report, documents, whole):
  """Judges all documents. With `whole`, an idle line of known_warnings.txt is a fault."""
  known = known_warnings.KnownWarnings()
  faults = collections.defaultdict(list)
  accepted = 0
  for (name, path, document), verdict in zip(documents.files, judge(documents)):
    faults[name] += []
    if (verdict['errors'] == 0) != verdict['valid'] or verdict['file'] != str(path):
      faults[name].append(f'not a verdict on {path}: {verdict}')
    for issue in verdict['issues']:
      if issue['severity'] == 'warning' and known.reason(issue, document):
        accepted += 1
        continue
      index, element = known_warnings.place(issue.get('location'), document)
      where = element if index is None else f'entry[{index}] {element}'
      faults[name].append(f"{issue['severity']} {issue.get('messageId')} {where}: {issue['text']}")
  for name in faults:
    report.check(f'hl7-validator {name}', faults[name])
  if whole:
    report.check('hl7-validator known_warnings.txt has no idle line',
                 [f'met no warning: {line}' for line in known.unused()])
  print(f'     {len(documents.files)} documents judged, {accepted} listed warnings')


def finds_planted_faults(report, folder, transaction_text):
  """A validator that finds nothing proves nothing: four broken twins of a bundle must fail."""
  twins = {}
  for kind, breaks in PLANTED.items():
    bundle = json.loads(transaction_text)
    if breaks(bundle):
      twins[kind] = pathlib.Path(folder) / f'planted-{kind}.json'
      twins[kind].write_text(json.dumps(bundle), encoding='utf-8')
  verdicts = hl7_validator.verdicts(twins.values())
  faults = [f'{kind}: no error found' for kind, v in zip(twins, verdicts) if v['valid']]
  faults += [f'{kind}: could not be planted' for kind in PLANTED.keys() - twins.keys()]
  report.check('hl7-validator finds planted faults', faults)


def _patient_without_gender(bundle):
  return [entry['resource'].pop('gender') for entry in bundle['entry']
          if entry['resource']['resourceType'] == 'Patient']


def _condition_of_condition(bundle):
  for entry in bundle['entry']:
    resource = entry['resource']
    if resource['resourceType'] == 'Condition':
      resource['subject'] = {'reference': f"Condition/{resource['id']}"}
      return True
  return False


def _unknown_element(bundle):
  bundle['entry'][0]['resource']['oncobridge'] = 'x'
  return True


def _entry_without_full_url(bundle):
  for entry in bundle['entry']:
    entry.pop('fullUrl')
  return True


PLANTED = {
    'patient-without-gender': _patient_without_gender,
    'condition-of-condition': _condition_of_condition,
    'unknown-element': _unknown_element,
    'entry-without-fullUrl': _entry_without_full_url,
}


def faults_of_form(form, bundle):
  """What the validator does not look at: closure, form, profile claim, lower-case UUIDs."""
  faults = bundles.faults_of_closure(bundle)
  if bundle.get('type') != form:
    faults.append(f'type is {bundle.get("type")}')
  if form == 'collection' and bundle.get('meta', {}).get('profile') != [PATIENT_BUNDLE]:
    faults.append('does not claim mcode-patient-bundle')
  for entry in bundle['entry']:
    if not bundles.UUID.fullmatch(entry['resource']['id']):
      faults.append(f"{entry['resource']['id']} is not a lower-case UUID")
    if form == 'collection' and 'request' in entry:
      faults.append('a collection has no requests')
  return faults


def faults_of_equality(transaction, collection):
  """The two forms carry the same resources, but for the way in which they refer to one another."""
  def by_identity(bundle):
    known = {entry['fullUrl']: f"{e['resourceType']}/{e['id']}" for entry in bundle['entry']
             for e in [entry['resource']]}
    return {f"{e['resourceType']}/{e['id']}": bundles.with_references(e, known)
            for entry in bundle['entry'] for e in [entry['resource']]}
  one, other = by_identity(transaction), by_identity(collection)
  faults = [f'only in one form: {identity}' for identity in sorted(one.keys() ^ other.keys())]
  for identity in one.keys() & other.keys():
    faults += [f'{identity}{d}' for d in bundles.differences(one[identity], other[identity])]
  return faults
