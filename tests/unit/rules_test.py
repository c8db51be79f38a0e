#!/usr/bin/env python3
"""docs/rules.md lists every rule that the program can name, and no other.

The sources name a rule as a string literal where a fault or a quality flag is made; a rule that is
handed on in a variable cannot be found here and is refused.
"""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ('base', 'fhir', 'record', 'converters', 'deliver', 'tools')
KEY = r'"([a-z][a-z0-9]*(?:-[a-z0-9]+)*)"'
# Function -> which argument is the rule.
MAKERS = {'fault': 0, 'flag': 0, 'contradiction': 0, 'wrong': 2}


def arguments(text, start):
  """The arguments of a call whose opening bracket is at `start`, as texts."""
  depth, begin, found, at = 0, start + 1, [], start
  while at < len(text):
    c = text[at]
    if c == '"':
      at = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL).match(text, at).end()
      continue
    if c in '([{':
      depth += 1
    elif c in ')]}':
      depth -= 1
      if depth == 0:
        found.append(text[begin:at])
        return found
    elif c == ',' and depth == 1:
      found.append(text[begin:at])
      begin = at + 1
    at += 1
  raise ValueError('a call that does not end')


def rules_made(text):
  """(rule, None) for each rule that C++ text names; (None, call) where none is readable."""
  text = re.sub(r'(?m)(^|\s)//.*$', '', text)
  for maker in re.finditer(r'\b(fault|flag|contradiction|wrong)\(', text):
    call = arguments(text, maker.end() - 1)
    index = MAKERS[maker.group(1)]
    rule = call[index].strip() if len(call) > index else ''
    if not rule:
      continue  # another function of that name
    if re.match(r'(const )?std::string(_view)?\b', rule) and not rule.startswith('std::string('):
      continue  # a declaration
    keys = re.findall(KEY, rule)
    yield from ((key, None) for key in keys)
    if not keys and not re.search(r'\.rule\b', rule):  # handed on from a value
      yield None, maker.group(1) + '(' + ', '.join(call)


def rules_in_values(text):
  """Rules of faults that are written as values: {..., "rule", "message of several words", ...}."""
  if not re.search(r'\b(Fault|fault|BrokenJson|problems_)\b', text):
    return []
  return re.findall(r'[({,]\s*' + KEY + r',\s*(?:"[^"]* |options\.)', text)


def rules_of_sources():
  made, unreadable = {}, []
  for folder in FOLDERS:
    for path in sorted((ROOT / folder).rglob('*')):
      if path.suffix not in ('.cc', '.h') or {'sandbox', 'bench'} & set(path.parts):
        continue
      for rule, call in rules_made(path.read_text(encoding='utf-8')):
        if rule is None:
          unreadable.append(f'{path.relative_to(ROOT)}: {call}')
        else:
          made.setdefault(rule, path.relative_to(ROOT))
      if 'mappers' not in path.parts:  # tables of words; mappers make no faults
        for rule in rules_in_values(path.read_text(encoding='utf-8')):
          made.setdefault(rule, path.relative_to(ROOT))
  return made, unreadable


def rules_of_document():
  text = (ROOT / 'docs/rules.md').read_text(encoding='utf-8')
  return re.findall(r'(?m)^\| `([a-z0-9-]+)` \|', text)


def rules_of_judge():
  """The rules of `oncobridge validate`, whose page is written from the same table."""
  text = (ROOT / 'profiles/rules.def').read_text(encoding='utf-8')
  return re.findall(r'(?m)^RULE\(\w+, "([a-z0-9-]+)"', text)


class Rules(unittest.TestCase):

  def test_the_sources_are_read(self):
    made, _ = rules_of_sources()
    for rule in ('unknown-field', 'duplicate-field', 'invalid-utf8', 'duplicate-case-id',
                 'id-key-too-short', 'output', 'negative-state-with-positive-result'):
      self.assertIn(rule, made)

  def test_every_rule_is_a_literal(self):
    _, unreadable = rules_of_sources()
    self.assertEqual(unreadable, [])

  def test_every_rule_is_documented(self):
    made, _ = rules_of_sources()
    known = {*rules_of_document(), *rules_of_judge()}
    missing = {rule: str(path) for rule, path in made.items() if rule not in known}
    self.assertEqual(missing, {}, 'add these to docs/rules.md')

  def test_every_documented_rule_exists(self):
    made, _ = rules_of_sources()
    self.assertEqual([rule for rule in rules_of_document() if rule not in made], [],
                     'no source names these any more')

  def test_no_rule_is_documented_twice(self):
    documented = rules_of_document() + rules_of_judge()
    self.assertGreater(len(rules_of_judge()), 100)
    self.assertEqual(len(documented), len(set(documented)))

  def test_every_rule_says_what_to_do(self):
    text = (ROOT / 'docs/rules.md').read_text(encoding='utf-8')
    for line in re.findall(r'(?m)^\| `.*$', text):
      cells = [cell.strip() for cell in line.strip('|').split('|')]
      self.assertEqual(len(cells), 3, line)
      self.assertTrue(all(cells), line)


if __name__ == '__main__':
  unittest.main()
