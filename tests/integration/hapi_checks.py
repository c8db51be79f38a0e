"""`oncobridge push` against a real HAPI server, read back by code of its own.

What the command says about its own work counts for nothing here: the server is asked.
"""

import json
import pathlib
import shutil
import subprocess
import urllib.error
import urllib.request

import bundles

HAPI = pathlib.Path(__file__).with_name('hapi') / 'hapi'
OF_THE_SERVER = ('versionId', 'lastUpdated')
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback needs no proxy


def missing():
  """The reason why a HAPI server cannot be started here, or None."""
  for tool in ('mvn', 'java', 'javac', 'jar'):
    if not shutil.which(tool):
      return f'{tool} missing'
  return None


class Server:
  """A fresh, empty HAPI server for the length of a `with`."""

  def __init__(self, folder):
    self._folder = str(folder)
    self.url = None

  def __enter__(self):
    started = subprocess.run([HAPI, 'start', self._folder], stdout=subprocess.PIPE, text=True,
                             check=True)
    self.url = started.stdout.strip()
    return self

  def __exit__(self, *_):
    subprocess.run([HAPI, 'stop', self._folder], check=True)

  def request(self, method, path, body=None):
    """(status, parsed answer or None)."""
    request = urllib.request.Request(
        self.url + path, method=method, data=None if body is None else body.encode('utf-8'),
        headers={'Content-Type': 'application/fhir+json', 'Accept': 'application/fhir+json'})
    try:
      with DIRECT.open(request, timeout=120) as answer:
        return answer.status, bundles.parse(answer.read().decode('utf-8'))
    except urllib.error.HTTPError as error:
      text = error.read().decode('utf-8', 'replace')
      return error.code, bundles.parse(text) if text.startswith('{') else None


def as_sent(resource):
  """A resource as read, without what a server adds; sets of meta in one order.

  R4 resource.html#Meta: profile, tag and security are sets, and HAPI gives them back sorted.
  HAPI appends #request-id to meta.source.
  """
  resource = dict(resource)
  meta = {k: v for k, v in resource.pop('meta', {}).items() if k not in OF_THE_SERVER}
  for key in ('profile', 'tag', 'security'):
    if key in meta:
      meta[key] = sorted(meta[key], key=str)
  if 'source' in meta:
    meta['source'] = meta['source'].partition('#')[0]
    if not meta['source']:
      del meta['source']
  if meta:
    resource['meta'] = meta
  return resource


def faults_of_reading(server, bundle):
  """Reads every resource of a bundle: as it was sent, in version 1, with a history of one."""
  faults = []
  for entry in bundle['entry']:
    sent = entry['resource']
    identity = f"{sent['resourceType']}/{sent['id']}"
    status, got = server.request('GET', f'/{identity}')
    if status != 200:
      faults.append(f'{identity}: {status}')
      continue
    faults += [f'{identity}{d}' for d in bundles.differences(as_sent(sent), as_sent(got))]
    if got['meta']['versionId'] != '1':
      faults.append(f"{identity}: version {got['meta']['versionId']}")
    status, history = server.request('GET', f'/{identity}/_history')
    if status != 200 or len(history['entry']) != 1:
      faults.append(f'{identity}: {status}, history of {len((history or {}).get("entry", []))}')
  return faults


def push(command, server_url, *arguments):
  return subprocess.run([command, 'push', *map(str, arguments), '--server', server_url],
                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600,
                        check=False)


def faults_of_push(result):
  return [] if result.returncode == 0 else [f'exit code {result.returncode}',
                                            *result.stdout.splitlines()[-15:]]


def deliver(command, server, folder):
  """Pushes a folder with the command, or posts it from here while there is no command."""
  if command:
    return faults_of_push(push(command, server.url, folder, '--verify'))
  faults = []
  for path in sorted(folder.glob('*.json')):
    status, answer = server.request('POST', '', path.read_text(encoding='utf-8'))
    if status != 200:
      faults.append(f'{path.name}: {status} {answer}')
  return faults


def run(report, command, folder, work):
  """`folder` holds transaction bundles. Everything, good and bad, against one fresh server."""
  sent = {path.stem: bundles.parse(path.read_text(encoding='utf-8'))
          for path in sorted(folder.glob('*.json'))}
  built = subprocess.run([HAPI, 'build'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True, check=False)
  if not report.check('hapi is built', [] if built.returncode == 0 else built.stdout.splitlines()):
    return
  with Server(work / 'hapi') as server:
    how = 'push' if command else 'post (no command)'
    if not report.check(f'hapi first {how}', deliver(command, server, folder)):
      print((work / 'hapi' / 'log').read_text(errors='replace')[-2000:])
    for case, bundle in sent.items():
      report.check(f'hapi reads back {case}', faults_of_reading(server, bundle))
    report.check(f'hapi second {how}', deliver(command, server, folder))
    for case, bundle in sent.items():
      report.check(f'hapi has no new version of {case}', faults_of_reading(server, bundle))
    report.check('hapi holds nothing else', faults_of_count(server, sent.values()))
    if not command:
      report.skip('hapi refusals', 'no command')
      return
    refusals(report, command, server, folder, work)


def faults_of_count(server, sent):
  """The server's totals by type are those of what was sent: nothing doubled, nothing extra."""
  identities = {(e['resource']['resourceType'], e['resource']['id'])
                for bundle in sent for e in bundle['entry']}
  faults = []
  for kind in sorted({kind for kind, _ in identities}):
    want = sum(1 for k, _ in identities if k == kind)
    status, answer = server.request('GET', f'/{kind}?_summary=count')
    if status != 200 or answer['total'] != bundles.Number(want):
      faults.append(f'{kind}: {status}, {answer and answer.get("total")} held, {want} sent')
  return faults


def _gender_that_is_none(bundle):
  for entry in bundle['entry']:
    if entry['resource']['resourceType'] == 'Patient':
      entry['resource']['gender'] = 'oncobridge'


def _reference_to_nowhere(bundle):
  for entry in bundle['entry']:
    if 'subject' in entry['resource']:
      entry['resource']['subject'] = {'reference': 'Patient/00000000-0000-8000-8000-00000000dead'}
      return
  raise ValueError('no resource with a subject')


def _type_that_is_none(bundle):
  entry = bundle['entry'][-1]
  entry['resource']['resourceType'] = 'Oncobridge'
  entry['request']['url'] = f"Oncobridge/{entry['resource']['id']}"


BROKEN = {
    'unknown code': _gender_that_is_none,
    'dangling reference': _reference_to_nowhere,
    'unknown resource type': _type_that_is_none,
}


def with_new_ids(text, mark):
  """The same bundle under other ids, so that what is refused cannot have been there before."""
  for identity, _ in list(bundles.entry_texts(text)):
    old = identity.partition('/')[2]
    text = text.replace(old, mark + old[len(mark):])
  return text


def refusals(report, command, server, folder, work):
  """A bundle that the server refuses: the exit code says so, the server's words are shown."""
  source = sorted(folder.glob('*.json'))[0].read_text(encoding='utf-8')
  for number, (name, breaks) in enumerate(BROKEN.items()):
    bad = json.loads(with_new_ids(source, f'bad{number}'))
    breaks(bad)
    place = work / f'bad-{number}'
    place.mkdir()
    text = json.dumps(bad)
    (place / 'a_bad.json').write_text(text, encoding='utf-8')
    good_text = with_new_ids(source, f'900d{number}')
    (place / 'b_good.json').write_text(good_text, encoding='utf-8')
    report.check(f'hapi refuses {name}',
                 faults_of_refusal(command, server, place, text, bundles.parse(good_text)))
  result = push(command, 'http://127.0.0.1:9/fhir', folder)  # discard: nothing listens there
  report.check('push to no server fails', [] if result.returncode else ['exit code 0'])


def faults_of_refusal(command, server, place, bad_text, good):
  status, outcome = server.request('POST', '', bad_text)
  if status < 400:
    return [f'the server takes it: {status}']
  words = outcome['issue'][0]['diagnostics'].splitlines()[0][:100]
  result = push(command, server.url, place)
  faults = []
  if result.returncode == 0:
    faults.append('exit code 0')
  if words not in result.stdout:
    faults += [f"the server's words are not shown: {words}", *result.stdout.splitlines()[-15:]]
  for entry in bundles.parse(bad_text)['entry']:
    resource = entry['resource']
    if resource['resourceType'] == 'Oncobridge':
      continue
    status, _ = server.request('GET', f"/{resource['resourceType']}/{resource['id']}")
    if status != 404:
      faults.append(f"{resource['resourceType']}/{resource['id']} of the bad bundle: {status}")
  return faults + [f'good bundle beside it: {f}' for f in faults_of_reading(server, good)]
