#!/usr/bin/env python3
"""The documents say what the program says: what tools/update_docs writes stands there already."""

import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = pathlib.Path(os.environ.get('ONCOBRIDGE_COMMAND', ROOT / 'build/release/oncobridge'))


class UpdateDocs(unittest.TestCase):

  def test_documents_are_current(self):
    result = subprocess.run(
        [sys.executable, ROOT / 'tools/update_docs', '--check', '--command', COMMAND],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    self.assertEqual(result.returncode, 0, result.stdout + 'run tools/update_docs')

  def test_every_rule_of_the_judge_is_documented(self):
    table = (ROOT / 'profiles/rules.def').read_text(encoding='utf-8')
    rules = re.findall(r'(?m)^RULE\(\w+, "([a-z0-9-]+)"', table)
    self.assertGreater(len(rules), 100)
    page = (ROOT / 'docs/validation_rules.md').read_text(encoding='utf-8')
    self.assertEqual(re.findall(r'(?m)^\| `([a-z0-9-]+)` \|', page), rules)

  def test_the_common_fields_of_a_fact_are_described(self):
    schema = json.loads((ROOT / 'docs/case_record.schema.json').read_text(encoding='utf-8'))
    facts = [set(shape['properties']) for shape in schema['$defs'].values()
             if {'id', 'state'} <= set(shape.get('properties', {}))]
    self.assertGreater(len(facts), 20)
    written = (ROOT / 'docs/case_record.md').read_text(encoding='utf-8').split('# Field reference')[0]
    self.assertEqual(set(re.findall(r'(?m)^\| `(\w+)` \|', written)), set.intersection(*facts))

  def test_examples_in_the_text_are_records(self):
    text = (ROOT / 'docs/case_record.md').read_text(encoding='utf-8').split('# Field reference')[0]
    code = re.search(r'`(\{"text": "lump removed".*?\})`', text, re.DOTALL).group(1)
    quantities = [q for q in re.findall(r'`(\{[^`]*\})`', text) if '"unit"' in q]
    self.assertGreater(len(quantities), 1)
    record = {
        'case_id': 'documentation/1', 'surgeries': [{'procedure': json.loads(code)}],
        'markers': [{'marker': 'ER', 'percent': json.loads(q)} for q in quantities],
        'recurrences': [{'kind': 'local', 'when': {'text': '10 months after metastasis'}}],
        'sources': {'id': 's', 'title': 'T'},
        'metastases': [{'site': 'liver', 'source': {'document': 's', 'place': 'Figure 2'}}]}
    result = subprocess.run([COMMAND, 'convert', '-', '--quiet'], input=json.dumps(record),
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    self.assertEqual(result.returncode, 0, result.stdout)


if __name__ == '__main__':
  unittest.main()
