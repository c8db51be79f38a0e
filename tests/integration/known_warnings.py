"""Warnings of the HL7 validator that are accepted, each with its reason: known_warnings.txt.

A line is `messageId | location pattern | part of the text | reason` (messageId `-`: none); `*` in a pattern stands for
anything. Locations are those of the resource, without list indexes: `Observation.component.code`.
"""

import pathlib
import re

FILE = pathlib.Path(__file__).with_name('known_warnings.txt')
IN_BUNDLE = re.compile(r'Bundle\.entry\[(\d+)\]\.resource(?:/\*[^*]*\*/)?')


def place(location, document):
  """(entry index or None, element path) of a validator's location.

  Bundle.entry[3].resource/*Observation/ID*/.value -> 3, Observation.value
  """
  match = IN_BUNDLE.match(location or '')
  if not match:
    return None, location or ''
  index = int(match[1])
  kind = document['entry'][index]['resource']['resourceType']
  return index, kind + location[match.end():].rstrip('/')


def without_indexes(path):
  return re.sub(r'\[\d+\]', '', path)


class KnownWarnings:
  """The list, and which of its lines have met a warning."""

  def __init__(self, file=FILE):
    self._lines = []
    for number, line in enumerate(file.read_text(encoding='utf-8').splitlines(), 1):
      if not line.strip() or line.startswith('#'):
        continue
      columns = [column.strip() for column in line.split(' | ')]
      if len(columns) != 4 or not all(columns):
        raise ValueError(f'{file.name}:{number}: want messageId | location | text | reason')
      message_id, location, text, reason = columns
      pattern = '.*'.join(re.escape(part) for part in location.split('*'))
      self._lines.append((number, line, message_id, re.compile(pattern), text, reason))
    self._used = set()

  def reason(self, issue, document):
    """Why this warning is accepted, or None."""
    path = without_indexes(place(issue.get('location'), document)[1])
    for number, _, message_id, pattern, text, reason in self._lines:
      if (issue.get('messageId') or '-') == message_id and pattern.fullmatch(path) and text in issue['text']:
        self._used.add(number)
        return reason
    return None

  def unused(self):
    return [line for number, line, *_ in self._lines if number not in self._used]
