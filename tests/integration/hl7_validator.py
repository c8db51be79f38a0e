"""The HL7 Java validator as tests use it: files in, verdicts out.

A verdict is the object that ../shared/tools/hl7-validator/validate prints for a file: valid,
errors, warnings, infos, issues [{severity, location, messageId, text}], unchecked. The tool is not
part of this project; where it or a Java is missing, missing() says so and callers skip by name.
"""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import threading

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
TOOL = REPOSITORY.parent / 'shared' / 'tools' / 'hl7-validator' / 'validate'


def peers_home():
  """The folder for Maven artifacts and classes of peers; never inside the repository."""
  return pathlib.Path(os.environ.get('ONCOBRIDGE_PEERS_HOME')
                      or pathlib.Path.home() / '.cache' / 'oncobridge-peers')


def socket_path():
  """Where a warm validator (validator_server.py) listens."""
  return peers_home() / 'hl7-validator.sock'


def missing():
  """The reason why the validator cannot run here, or None."""
  if not TOOL.exists():
    return '../shared/tools/hl7-validator missing'
  if not shutil.which('java'):
    return 'java missing'
  if not (peers_home() / 'hl7-validator' / 'ready').exists() and not shutil.which('mvn'):
    return 'mvn missing (the first use of the validator needs it)'
  return None


class ValidatorProcess:
  """One warm JVM. Owns the process; check() may be called from several threads, one file at a time.

  `resolve` names a folder of Type-id.json files; references of standalone resources are then
  followed and their targets checked.
  """

  def __init__(self, resolve=None, infos=False):
    command = [str(TOOL)]
    if infos:
      command.append('--infos')
    if resolve is not None:
      command.append(f'--resolve={resolve}')
    self._lock = threading.Lock()
    # The validator clears a cache below java.io.tmpdir; two at once would clear each other's.
    self._scratch = tempfile.TemporaryDirectory(prefix='hl7-validator-')
    options = ('-Xmx3g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 '
               f'-Djava.io.tmpdir={self._scratch.name}')
    self._process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding='utf-8',
        env={**os.environ, 'PEERS_HOME': str(peers_home()), 'ORACLE_JAVA_OPTIONS': options})

  def check(self, path, profiles=()):
    """The verdict on one file. Raises RuntimeError when the JVM is gone."""
    line = os.path.abspath(path)
    if '\t' in line or '\n' in line:
      raise ValueError(f'file name with tab or newline: {line!r}')
    if profiles:
      line += '\t' + ','.join(profiles)
    with self._lock:
      try:
        self._process.stdin.write(line + '\n')
        self._process.stdin.flush()
      except BrokenPipeError:
        raise RuntimeError(f'the validator ended with {self._process.wait()}') from None
      answer = self._process.stdout.readline()
    if not answer:
      raise RuntimeError(f'the validator ended with {self._process.wait()}')
    return json.loads(answer)

  def close(self):
    self._process.stdin.close()
    self._process.stdout.close()
    self._process.wait(60)
    self._scratch.cleanup()
    if self._process.returncode != 0:
      raise RuntimeError(f'the validator ended with {self._process.returncode}')

  def __enter__(self):
    return self

  def __exit__(self, kind, value, trace):
    if kind is None:
      self.close()
    else:
      self._process.kill()
      self._process.wait()
      self._scratch.cleanup()


def _from_server(files):
  """Verdicts from a running validator_server.py, or None where none answers."""
  with socket.socket(socket.AF_UNIX) as connection:
    try:
      connection.connect(str(socket_path()))
    except OSError:
      return None
    stream = connection.makefile('rw', encoding='utf-8')
    json.dump({'files': [os.path.abspath(f) for f in files]}, stream)
    stream.write('\n')
    stream.flush()
    verdicts = [json.loads(line) for line in stream]
  broken = [v['failure'] for v in verdicts if 'failure' in v]
  if broken or len(verdicts) != len(files):
    raise RuntimeError(f'the validator server failed: {broken or "connection closed"}')
  return verdicts


def verdicts(files, resolve=None, use_server=False):
  """The verdicts on `files`, in their order."""
  files = list(files)
  if not files:
    return []
  if use_server and resolve is None:
    answer = _from_server(files)
    if answer is not None:
      return answer
  with ValidatorProcess(resolve) as validator:
    return [validator.check(f) for f in files]
