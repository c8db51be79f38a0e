"""Counts named checks and prints them as they end."""

import sys


class Report:
  """Passed, failed and skipped checks of one run. Not for use from several threads."""

  def __init__(self, out=sys.stdout):
    self._out = out
    self.passed = self.failed = self.skipped = 0

  def check(self, name, faults):
    """One check: `faults` is what is wrong, a list of lines; empty is a pass."""
    if not faults:
      self.passed += 1
      print(f'ok   {name}', file=self._out)
      return True
    self.failed += 1
    print(f'FAIL {name}', file=self._out)
    for fault in faults[:20]:
      print(f'       {fault}', file=self._out)
    if len(faults) > 20:
      print(f'       and {len(faults) - 20} more', file=self._out)
    return False

  def skip(self, name, reason):
    self.skipped += 1
    print(f'SKIP {name}: {reason}', file=self._out)

  def close(self):
    """The closing line; the exit code of the run."""
    print(f'{self.passed} passed, {self.failed} failed, {self.skipped} skipped', file=self._out)
    return 1 if self.failed or not (self.passed or self.skipped) else 0
