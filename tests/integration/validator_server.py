#!/usr/bin/env python3
"""Keeps one HL7 validator warm and serves it on a Unix socket, for validate_dir.py.

  nohup python3 tests/integration/validator_server.py > /dev/null 2>&1 &
  python3 tests/integration/validator_server.py --stop

Verdicts are remembered by the file's content: they depend on nothing else. One request line
{"files": [...]} gets one verdict line a file, in order. Stops on SIGTERM or --stop.
"""

import argparse
import hashlib
import json
import os
import signal
import socket
import socketserver
import sys
import threading

import hl7_validator

REMEMBERED = 20000


class Memory:
  """Verdicts by content, oldest forgotten first."""

  def __init__(self, validator):
    self._validator = validator
    self._verdicts = {}
    self._lock = threading.Lock()

  def verdict(self, path):
    with open(path, 'rb') as file:
      key = hashlib.sha256(file.read()).digest()
    with self._lock:
      known = self._verdicts.get(key)
    if known is None:
      known = self._validator.check(path)
      with self._lock:
        self._verdicts[key] = known
        if len(self._verdicts) > REMEMBERED:
          self._verdicts.pop(next(iter(self._verdicts)))
    return {**known, 'file': path}


class Server(socketserver.ThreadingUnixStreamServer):
  daemon_threads = True

  def __init__(self, path, memory):
    self.memory = memory
    super().__init__(path, Handler)


class Handler(socketserver.StreamRequestHandler):

  def handle(self):
    line = self.rfile.readline()
    if not line:
      return
    request = json.loads(line)
    if request.get('stop'):
      threading.Thread(target=self.server.shutdown).start()
      return
    for path in request['files']:
      try:
        answer = self.server.memory.verdict(path)
      except OSError as error:
        answer = {'file': path, 'failure': str(error)}
      except RuntimeError as error:
        answer = {'file': path, 'failure': str(error)}
        threading.Thread(target=self.server.shutdown).start()
      self.wfile.write(json.dumps(answer, ensure_ascii=False).encode() + b'\n')
      if 'failure' in answer:
        return


def running(path):
  with socket.socket(socket.AF_UNIX) as connection:
    try:
      connection.connect(path)
    except OSError:
      return False
    return True


def stop(path):
  with socket.socket(socket.AF_UNIX) as connection:
    connection.connect(path)
    connection.sendall(b'{"stop": true}\n')
    connection.recv(1)


def main():
  parser = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
  parser.add_argument('--stop', action='store_true', help='stop the running server')
  arguments = parser.parse_args()
  path = str(hl7_validator.socket_path())
  if arguments.stop:
    if running(path):
      stop(path)
    return 0
  reason = hl7_validator.missing()
  if reason:
    print(f'hl7-validator: {reason}', file=sys.stderr)
    return 2
  if running(path):
    print(f'already running: {path}', file=sys.stderr)
    return 0
  os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
  if os.path.exists(path):
    os.unlink(path)
  with hl7_validator.ValidatorProcess() as validator:
    old = os.umask(0o177)  # the socket is for this user only
    server = Server(path, Memory(validator))
    os.umask(old)
    signal.signal(signal.SIGTERM,
                  lambda *_: threading.Thread(target=server.shutdown).start())
    try:
      server.serve_forever()
    finally:
      server.server_close()
      os.unlink(path)
  return 0


if __name__ == '__main__':
  sys.exit(main())
