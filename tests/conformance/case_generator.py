"""Makes case records from the JSON Schema of the program, and breaks them in one place each.

A record is a tree of Node: each knows the schema that it was made from, so that a mutation can be chosen
to fit. References are not in the schema; the field reference of the program says which fields they are.
"""

import json
import re

SYSTEMS_OF_TESTS = ['http://snomed.info/sct', 'http://example.org/no-such-system']


class Raw(str):
  """A JSON token that is written as it is, e.g. 1.50."""


def dump(value):
  """JSON of a tree with Raw tokens; names may be repeated by giving a list of pairs."""
  if isinstance(value, Raw):
    return str(value)
  if isinstance(value, dict):
    return '{' + ','.join(json.dumps(k) + ':' + dump(v) for k, v in value.items()) + '}'
  if isinstance(value, list):
    return '[' + ','.join(map(dump, value)) + ']'
  return json.dumps(value, ensure_ascii=False)


def change_bytes(line, random):
  """One to three bytes of a line changed, left out or put in; never a line end."""
  line = bytearray(line)
  for _ in range(random.choice([1, 1, 1, 2, 3])):
    at = random.randrange(len(line))
    byte = random.choice(b'{}[]",:\\/0123456789.eE+-tfn \t\r\x00\x1f\x7f\x80\xc3\xff' + bytes([random.randrange(11, 256)]))
    kind = random.randrange(3)
    if kind == 0:
      line[at] = byte
    elif kind == 1:
      del line[at]
    else:
      line.insert(at, byte)
  return bytes(line)


def reference_fields(markdown):
  """{(shape, field): [target shapes]} from `oncobridge schema --reference`; `*` for common fields."""
  found, shape = {}, None
  for line in markdown.splitlines():
    heading = re.match(r'## (\S+)$', line)
    if heading:
      shape = heading.group(1)
    row = re.match(r'\| `(\w+)`.*? \| (?:list of |one or a list of )?reference to (\S+) \|', line)
    if row:
      found[(shape, row.group(1))] = row.group(2).split(',')
  # Not in the tables of the document, because it stands in every fact.
  found[('source_place', 'document')] = ['source']
  return found


class Generator:

  def __init__(self, schema, references, random):
    self.defs = schema['$defs']
    self.references = references
    self.random = random
    self.count = 0

  # ---- sound records

  def record(self):
    """A record that has a fact of every kind that others may refer to."""
    self.count += 1
    self.names = {}
    record = self.shape('case', 0, skip={'case_id'})
    anchors = {'sources': 'source', 'primary_tumors': 'primary_tumor', 'metastases': 'metastasis',
               'conditions': 'condition', 'tumors': 'tumor', 'specimens': 'specimen', 'surgeries': 'surgery'}
    for field, shape in anchors.items():
      fact = self.shape(shape, 1)
      fact['id'] = f'{shape}-anchor'
      section = record.get(field, [])
      record[field] = [fact] + (section if isinstance(section, list) else [section])
    self.rename(record)
    return {'case_id': f'generated/{self.count}', **record}

  def rename(self, value):
    """Every `id` of a fact gets its own name; references already name the anchors."""
    if isinstance(value, dict):
      if 'id' in value and not str(value['id']).endswith('-anchor'):
        self.count += 1
        value['id'] = f'fact-{self.count}'
      for below in value.values():
        self.rename(below)
    elif isinstance(value, list):
      for below in value:
        self.rename(below)

  def shape(self, name, depth, skip=()):
    definition = self.object_of(self.defs[name])
    required = definition.get('required', [])
    optional = [f for f in definition['properties'] if f not in required and f not in skip]
    wanted = self.random.randint(0 if required else 1, max(1, min(len(optional), 7 - 2 * depth)))
    if name == 'case':
      wanted = self.random.randint(0, 6)
    chosen = [f for f in required if f not in skip] + self.random.sample(optional, min(wanted, len(optional)))
    self.random.shuffle(chosen)
    return {f: self.field(name, f, definition['properties'][f], depth) for f in chosen}

  @staticmethod
  def object_of(definition):
    if 'properties' in definition:
      return definition
    return next(d for d in definition['oneOf'] if 'properties' in d)

  def field(self, shape, field, schema, depth):
    if shape == 'tnm_stage' and field in ('t', 'n', 'm'):
      return self.random.choice({'t': ['cT2', 'T1a(m)', 'pT0'], 'n': ['N1', 'pN1 (2/14)'], 'm': ['M0', 'cM1']}[field])
    targets = self.references.get((shape, field))
    if targets:
      return self.random.choice(targets) + '-anchor'
    return self.value(schema, depth + 1)

  def value(self, schema, depth):
    random = self.random
    if '$ref' in schema:
      return self.named(schema['$ref'].rsplit('/', 1)[1], depth)
    if 'anyOf' in schema:
      return self.value(random.choice(schema['anyOf']), depth)
    if 'oneOf' in schema:
      return self.value(random.choice(schema['oneOf']), depth)
    if 'enum' in schema:
      return random.choice(schema['enum'])
    kind = schema['type']
    if kind == 'array':
      return [self.value(schema['items'], depth) for _ in range(random.choice([1, 1, 2, 5]))]
    if kind == 'boolean':
      return random.choice([True, False])
    if kind == 'integer':
      number = random.choice([schema['minimum'], schema['maximum'], random.randint(0, min(schema['maximum'], 100))])
      return Raw(random.choice([f'{number}', f'{number}', f'{number}.0', f'{number}e0', f'{number}0e-1' if number else '-0']))
    raise ValueError(schema)

  def named(self, name, depth):
    random = self.random
    if name == 'text':
      return random.choice(['lump removed', '2 × 0.5 cm', ' surrounded ', 'tab\tand\nline', '"quoted" \\ back', 'Ä', '😀',
                            '~', '\u00a0', 'ER', 'positive', 'x' * random.randint(1, 300)])
    if name == 'text-case-id':
      return random.choice(['a', 'A.b_c:d/e-f', '0' * 128])
    if name == 'text-uri':
      return random.choice(['urn:oid:1.2.3', 'https://example.org/a?b=c#d', 'a:b'])
    if name == 'text-tnm':
      return random.choice(['cT2N0M0', 'pT1a(m), pN1 (2/14)', 'T' * 60, ' T1 '])
    if name == 'text-language':
      return random.choice(['de', 'en-GB', 'zh-Hant-TW', 'gsw'])
    if name == 'date':
      return random.choice(['2017', '2019-05', '2020-02-29', '2000-02-29', '1904-02-29', '0001-01-01', '9999-12-31',
                            '2021-04-30', f'{random.randint(1, 9999):04}-{random.randint(1, 12):02}-{random.randint(1, 28):02}'])
    if name == 'number':
      return Raw(random.choice(['0', '-0', '1.50', '2.5e+10', '1e-3', '-12.5', '999999999999999', '1e15', '1e-15', '0.0',
                                f'{random.random() * 1000:.4f}', str(random.randint(0, 10 ** 6))]))
    if name == 'wording' or name.startswith('concept-'):
      return self.concept(self.defs[name])
    definition = self.defs[name]
    if 'oneOf' in definition and (depth > 3 or random.random() < 0.4):
      short = next(d for d in definition['oneOf'] if 'properties' not in d)
      return self.value(short, depth)
    return self.shape(name, depth)

  def concept(self, definition):
    random = self.random
    if random.random() < 0.5:
      return self.named('text', 9)
    properties = self.object_of(definition)['properties']
    concept = {}
    if 'code' not in properties or random.random() < 0.6:
      concept['text'] = self.named('text', 9)
    if 'code' in properties and (not concept or random.random() < 0.6):
      concept['code'] = random.choice(properties['code']['enum'])
      if random.random() < 0.5:
        concept['system'] = self.system_of(definition, concept['code'])
    return dict(random.sample(list(concept.items()), len(concept)))

  def system_of(self, definition, code):
    body = self.object_of(definition)
    for rule in body.get('allOf', []):
      if code in rule['then']['properties']['code']['enum']:
        return rule['if']['properties']['system']['const']
    return self.random.choice(body['properties']['system']['enum'])

  # ---- broken records

  def mutate(self, record):
    """Changes one place of a record; returns what was done. The result may by chance still be sound."""
    places = []

    def walk(value, path):
      if isinstance(value, dict):
        for name in value:
          places.append((value, name, path + [name]))
          walk(value[name], path + [name])
      elif isinstance(value, list):
        for i, below in enumerate(value):
          places.append((value, i, path + [i]))
          walk(below, path + [i])

    walk(record, [])
    places = [p for p in places if p[1] not in ('id', 'case_id') or len(p[2]) == 1]
    numbers = [p for p in places if isinstance(p[0][p[1]], Raw)]
    coded = [p for p in places if isinstance(p[0][p[1]], dict) and 'code' in p[0][p[1]]]
    chosen = self.random.choice([places, places, places, numbers or places, coded or places])
    holder, name, path = self.random.choice(chosen)
    value = holder[name]
    options = [self.wrong_type, self.wrong_type, self.remove, self.list_of_itself]
    if isinstance(holder, dict):
      options += [self.unknown_field]
    if isinstance(value, dict):
      options += [self.empty, self.unknown_field_inside]
      if 'code' in value or 'text' in value:
        options += [self.wrong_code] * 3
    elif isinstance(value, list):
      options += [self.empty, self.unwrap]
    elif isinstance(value, Raw):
      options += [self.wrong_number] * 5
    elif isinstance(value, str):
      options += [self.wrong_text] * 5
    change = self.random.choice(options)
    change(holder, name)
    return f'{change.__name__} at {"/".join(map(str, path))}'

  def wrong_type(self, holder, name):
    holder[name] = self.random.choice([None, True, False, Raw('0'), Raw('1.5'), Raw('-1'), 'words', [], {}, ['words'],
                                       [['words']], {'text': 'words'}, {'value': Raw('1')}, [{}], '2019-05'])

  def remove(self, holder, name):
    del holder[name]

  def list_of_itself(self, holder, name):
    holder[name] = [holder[name]]

  def unwrap(self, holder, name):
    holder[name] = holder[name][0]

  def empty(self, holder, name):
    holder[name] = type(holder[name])()

  def unknown_field(self, holder, name):
    holder[self.random.choice(['colour', '', 'ID', 'Text', 'case_id ', 'valuE', 'diagnosis', 'markers'])] = 'words'

  def unknown_field_inside(self, holder, name):
    self.unknown_field(holder[name], name)

  def wrong_code(self, holder, name):
    value = holder[name]
    part = self.random.choice(['code', 'system', 'text', 'display'])
    value[part] = self.random.choice(['254837009', '1-8', 'no such code', '', '260385009', *SYSTEMS_OF_TESTS])

  def wrong_number(self, holder, name):
    holder[name] = Raw(self.random.choice(['-1', '1e16', '-1.1e15', '1e-16', '0.5', '4', '9', '101', '2147483648', '1e400', '1e20',
                                           '1.0', '100000000000000000000', '-0.0', '1e2', '2147483647.0']))

  def wrong_text(self, holder, name):
    holder[name] = self.random.choice(['', ' ', '\t\n ', 'a\u0007b', '\u0000', 'x' * 100_001, 'ä' * 100_000, '2019-02-29', '2019-13', '2100-02-29',
                                       '2019-05-17\n', 'a b', 'a\n', '-a', 'words ', 'x' * 129, 'urn:', ':x', 'ä:b', 'T1;N0', 'T1\n', 'DE',
                                       'de-', 'de_DE', 'known', 'Known', 'negative', '%', '\u007f', '\u0085', '\u2028', '0000',
                                       holder[name] + '\n', holder[name].upper(), holder[name][:-1]])
