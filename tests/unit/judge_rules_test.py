#!/usr/bin/env python3
"""Every rule of profiles/rules.def is given by some code, and met by some test.

A rule is given where the sources name it: as RuleId::kBundleRequest, or as a string where a reader of
bytes makes a fault of it. It is met where a test of the judge says its id in a string.
"""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ('profiles', 'fhir', 'tools')
TESTS = ('tests/unit', 'tests/regress', 'tests/conformance')


def texts(folders):
  paths = [path for folder in folders for path in sorted((ROOT / folder).rglob('*.[ch]*'))]
  code = '\n'.join(path.read_text() for path in paths if path.suffix in ('.cc', '.h'))
  return re.sub(r'(?m)(^|\s)//.*$', '', code)


def says(code, rule):
  """True if a string has the id, and not as a part of a longer one."""
  return re.search(r'"[^"\n]*(?<![a-z-])' + re.escape(rule) + r'(?![a-z-])', code) is not None


class JudgeRules(unittest.TestCase):

  def setUp(self):
    table = (ROOT / 'profiles/rules.def').read_text()
    self.rules = re.findall(r'^RULE\((\w+), "([a-z0-9-]+)"', table, re.MULTILINE)
    self.assertGreater(len(self.rules), 100)

  def test_every_rule_is_given_by_some_code(self):
    code = texts(SOURCES)
    idle = [rule for name, rule in self.rules
            if not re.search(rf'\bRuleId::k{name}\b', code) and not says(code, rule)]
    self.assertEqual(idle, [], 'rules that no code gives')

  def test_every_rule_is_met_by_some_test(self):
    code = texts(TESTS)
    unmet = [rule for _, rule in self.rules if not says(code, rule)]
    self.assertEqual(unmet, [], 'rules that no test meets')


if __name__ == '__main__':
  unittest.main()
