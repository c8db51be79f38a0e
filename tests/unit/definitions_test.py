#!/usr/bin/env python3
"""profiles/definitions is what refresh_definitions makes of the packages, byte for byte.

Skipped where the packages are not at hand (../shared/packages, or $ONCOBRIDGE_PACKAGES).
"""

import filecmp
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PACKAGES = pathlib.Path(os.environ.get('ONCOBRIDGE_PACKAGES', ROOT.parent / 'shared/packages'))
COMMAND = pathlib.Path(os.environ['ONCOBRIDGE_COMMAND']).with_name('refresh_definitions')
SKIPPED = 77


def main():
  if not PACKAGES.is_dir():
    print(f'skipped: no packages in {PACKAGES}')
    return SKIPPED
  shipped = ROOT / 'profiles/definitions'
  with tempfile.TemporaryDirectory() as folder:
    subprocess.run([COMMAND, PACKAGES, folder], check=True)
    made = sorted(os.listdir(folder))
    # Packages have a dot in their names; tables that come from elsewhere have none.
    kept = sorted([file.name for file in shipped.glob('*.*.txt')] + ['search_parameters.txt'])
    if made != kept:
      print(f'made {made}, but profiles/definitions has {kept}')
      return 1
    _, differ, errors = filecmp.cmpfiles(folder, shipped, made, shallow=False)
  for name in differ + errors:
    print(f'{name} differs from what refresh_definitions makes of {PACKAGES}')
  return 1 if differ or errors else 0


if __name__ == '__main__':
  sys.exit(main())
