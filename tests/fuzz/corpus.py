"""The stored corpora, tests/fuzz/corpus/<target>.txt: one input a line, smallest first. A backslash begins
`\\\\`, `\\n`, `\\r`, `\\0` or `\\xHH`; other bytes from space to tilde stand for themselves."""

import pathlib
import re
import shutil

FOLDER = pathlib.Path(__file__).resolve().parent / 'corpus'
NAMED = {0x5C: '\\\\', 0x0A: '\\n', 0x0D: '\\r', 0x00: '\\0'}


def line_of(data):
  return ''.join(NAMED.get(byte) or (chr(byte) if 0x20 <= byte < 0x7F else f'\\x{byte:02x}') for byte in data)


def size(data):
  return len(line_of(data)) + 1


def bytes_of(line):
  named = {text[1]: chr(byte) for byte, text in NAMED.items()}
  text = re.sub(r'\\(?:x([0-9a-f]{2})|(.))', lambda m: chr(int(m[1], 16)) if m[1] else named[m[2]], line)
  return text.encode('latin-1')


def write(target, inputs):
  FOLDER.mkdir(exist_ok=True)
  (FOLDER / f'{target}.txt').write_text(''.join(line_of(data) + '\n' for data in inputs))


def unpack(target, folder):
  """One file an input."""
  shutil.rmtree(folder, ignore_errors=True)
  folder.mkdir(parents=True)
  path = FOLDER / f'{target}.txt'
  lines = path.read_text().splitlines() if path.exists() else []
  for number, line in enumerate(lines):
    (folder / f'{number:04}').write_bytes(bytes_of(line))
