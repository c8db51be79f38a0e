"""Tests of what the integration tests compare with; need no peer."""

import pathlib
import tempfile
import unittest

import bundles
import hapi_checks
import known_warnings

ID = '6f1c2a3e-0000-8000-8000-00000000000'


def transaction(*resources):
  return {'resourceType': 'Bundle', 'type': 'transaction', 'entry': [{
      'fullUrl': f"urn:uuid:{r['id']}", 'resource': r,
      'request': {'method': 'PUT', 'url': f"{r['resourceType']}/{r['id']}"}} for r in resources]}


class Numbers(unittest.TestCase):

  def test_trailing_zero_is_a_difference(self):
    one, other = bundles.parse('{"a": [1.50]}'), bundles.parse('{"a": [1.5]}')
    self.assertEqual(bundles.differences(one, other), [".a[0]: '1.50' is not '1.5'"])

  def test_number_is_not_its_string(self):
    self.assertTrue(bundles.differences(bundles.parse('1'), bundles.parse('"1"')))

  def test_true_is_not_one(self):
    self.assertTrue(bundles.differences(bundles.parse('true'), bundles.parse('1')))

  def test_duplicate_key_is_refused(self):
    with self.assertRaises(ValueError):
      bundles.parse('{"a": 1, "a": 2}')


class Differences(unittest.TestCase):

  def test_missing_element_and_longer_list(self):
    found = bundles.differences({'a': [1, 2], 'b': 1}, {'a': [1], 'c': 1})
    self.assertEqual(found, ['.a: 2 items, not 1', '.b: only in the first',
                             '.c: only in the second'])

  def test_what_the_server_adds_is_no_difference(self):
    sent = {'meta': {'profile': ['b', 'a']}}
    got = {'meta': {'versionId': '1', 'lastUpdated': 'x', 'source': '#r', 'profile': ['a', 'b']}}
    self.assertEqual(hapi_checks.as_sent(sent), hapi_checks.as_sent(got))


class Entries(unittest.TestCase):

  def test_resource_is_cut_byte_for_byte(self):
    inner = '{"resourceType": "A", "id":"1", "x": "\\"]}", "n":1.50,"entry":[{"resource":{"y":1}}]}'
    text = f'{{"entry": [{{"fullUrl": "resource", "resource": {inner}}}], "resource": {{}}}}'
    self.assertEqual(list(bundles.entry_texts(text)), [('A/1', inner)])


class Closure(unittest.TestCase):

  def test_closed_bundle_has_no_fault(self):
    bundle = transaction({'resourceType': 'Patient', 'id': ID + '1'},
                         {'resourceType': 'Condition', 'id': ID + '2',
                          'subject': {'reference': f'Patient/{ID}1'}})
    self.assertEqual(bundles.faults_of_closure(bundle), [])

  def test_dangling_and_double(self):
    condition = {'resourceType': 'Condition', 'id': ID + '2',
                 'subject': {'reference': f'Patient/{ID}1'}}
    faults = bundles.faults_of_closure(transaction(condition, condition))
    self.assertEqual([fault.split(' ', 1)[1] for fault in faults], [
        f'Condition/{ID}2 appears twice',
        f'Patient/{ID}1 is not in the bundle', f'Patient/{ID}1 is not in the bundle'])

  def test_request_of_another_resource(self):
    bundle = transaction({'resourceType': 'Patient', 'id': ID + '1'})
    bundle['entry'][0]['request']['url'] = f'Patient/{ID}3'
    self.assertEqual(len(bundles.faults_of_closure(bundle)), 1)


class Warnings(unittest.TestCase):

  def setUp(self):
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.file = pathlib.Path(folder.name) / 'known.txt'
    self.bundle = transaction({'resourceType': 'Observation', 'id': ID + '1'})

  def issue(self, text):
    return {'messageId': 'M', 'text': text,
            'location': f'Bundle.entry[0].resource/*Observation/{ID}1*/.component[2].code'}

  def test_listed_warning_is_met_and_the_idle_line_named(self):
    self.file.write_text('# comment\nM | *.code | unit | why\nM | Patient | unit | why\n')
    known = known_warnings.KnownWarnings(self.file)
    self.assertEqual(known.reason(self.issue('of a unit'), self.bundle), 'why')
    self.assertIsNone(known.reason(self.issue('of something else'), self.bundle))
    self.assertEqual(known.unused(), ['M | Patient | unit | why'])

  def test_line_without_reason_is_refused(self):
    self.file.write_text('M | *.code | unit |\n')
    with self.assertRaises(ValueError):
      known_warnings.KnownWarnings(self.file)

  def test_place_in_a_bundle(self):
    self.assertEqual(known_warnings.place(self.issue('')['location'], self.bundle),
                     (0, 'Observation.component[2].code'))
    self.assertEqual(known_warnings.place('Bundle.entry[0].resource.code', self.bundle),
                     (0, 'Observation.code'))


if __name__ == '__main__':
  unittest.main()
