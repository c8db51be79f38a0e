#!/usr/bin/env python3
"""Counts a JUnit file of ctest: `passed failed skipped`, then a line for each test not passed.

  ctest_counts.py FILE STAGE EXIT-CODE-OF-CTEST
"""

import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree


def reason(case):
  """Why a test was skipped: what GTEST_SKIP said, the line after the place."""
  text = case.findtext('system-out') or ''
  found = re.search(r'Skipped\n(.+)', text)
  return found.group(1).strip() if found else 'no reason given'


def main():
  path, stage, code = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
  cases = ElementTree.parse(path).getroot().findall('testcase') if path.exists() else []
  failed = [case.get('name') for case in cases if case.get('status') == 'fail']
  skipped = [f"{case.get('name')}: {reason(case)}" for case in cases
             if case.get('status') in ('notrun', 'disabled')]
  passed = len(cases) - len(failed) - len(skipped)
  if (code != 0 or passed == 0) and not failed:
    failed.append(f'ctest ended with {code} after {len(cases)} tests')
  print(passed, len(failed), len(skipped))
  for name in failed:
    print(f'  FAILED {stage}: {name}')
  for name in skipped:
    print(f'  skipped {stage}: {name}')


if __name__ == '__main__':
  main()
