#!/usr/bin/env python3
"""Runs every command that README.md shows below `<!-- runs -->`, as it stands there.

Each block runs in a folder of its own in which `build/release/oncobridge` and `examples` are where the
README says, so nothing is written into the repository.
"""

import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND = pathlib.Path(os.environ.get('ONCOBRIDGE_COMMAND', ROOT / 'build/release/oncobridge'))


def blocks(text):
  return re.findall(r'<!-- runs -->\n```sh\n(.*?)```', text, re.DOTALL)


def run(script, folder):
  """Runs a script in `folder`; (exit code, output). Ends whatever it leaves running."""
  (folder / 'build/release').mkdir(parents=True)
  (folder / 'build/release/oncobridge').symlink_to(COMMAND.resolve())
  (folder / 'examples').symlink_to(ROOT / 'examples')
  process = subprocess.Popen(['bash', '-eu', '-o', 'pipefail', '-c', script], cwd=folder,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, start_new_session=True)
  try:
    output, _ = process.communicate(timeout=60)
  finally:
    try:
      os.killpg(process.pid, signal.SIGKILL)  # its own group and nothing else
    except ProcessLookupError:
      pass
  return process.returncode, output.decode('utf-8', 'replace')


class Readme(unittest.TestCase):

  def setUp(self):
    self.text = (ROOT / 'README.md').read_text(encoding='utf-8')

  def test_every_command_runs(self):
    self.assertGreater(len(blocks(self.text)), 5)
    for script in blocks(self.text):
      with self.subTest(script), tempfile.TemporaryDirectory() as folder:
        code, output = run(script, pathlib.Path(folder))
        self.assertEqual(code, 0, f'{script}\n{output}')

  def test_a_failing_command_is_found(self):
    with tempfile.TemporaryDirectory() as folder:
      code, _ = run('build/release/oncobridge convert examples/no_such_file.json\ntrue',
                    pathlib.Path(folder))
      self.assertEqual(code, 3)

  def test_every_subcommand_has_an_example(self):
    usage = subprocess.run([COMMAND, '--help'], stdout=subprocess.PIPE, text=True, check=True).stdout
    subcommands = re.findall(r'(?m)^  ([a-z]+) ', usage.split('Subcommands:')[1])
    self.assertGreater(len(subcommands), 3)
    for subcommand in subcommands:
      self.assertIn(f'oncobridge {subcommand} ', ''.join(blocks(self.text)))

  def test_every_exit_code_is_documented(self):
    header = (ROOT / 'tools/commands.h').read_text(encoding='utf-8')
    codes = re.findall(r'(?m)^  k[A-Z]\w+ = (\d+),', header)
    self.assertGreater(len(codes), 5)
    self.assertEqual(re.findall(r'(?m)^\| (\d+) \|', self.text), codes)

  def test_every_link_leads_somewhere(self):
    for name in ('README.md', 'CONTRIBUTING.md', 'docs/case_record.md', 'docs/rules.md',
                 'docs/validation_rules.md'):
      path = ROOT / name
      for target in re.findall(r'\]\(([^)#:]+)(?:#[^)]*)?\)', path.read_text(encoding='utf-8')):
        self.assertTrue((path.parent / target).exists(), f'{name} links to {target}')


if __name__ == '__main__':
  unittest.main()
