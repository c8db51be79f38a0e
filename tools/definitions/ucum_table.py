#!/usr/bin/env python3
"""Writes profiles/definitions/ucum.txt, the table of UCUM's prefixes and units, from
ucum-essence.xml. Facts only; the same input gives the same bytes.

  tools/definitions/ucum_table.py [--check] [ucum-essence.xml]

--check compares with the file that is there: 0 the same, 1 another, 77 no ucum-essence.xml.
"""
import argparse
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

HOUSE = pathlib.Path(__file__).resolve().parents[2]
TABLE = HOUSE / 'profiles' / 'definitions' / 'ucum.txt'
ESSENCE = HOUSE.parent / 'shared' / 'conformance' / 'ucum-essence.xml'
NS = '{http://unitsofmeasure.org/ucum-essence}'

HEAD = '''\
# The Unified Code for Units of Measure, version {version} of {date}. http://unitsofmeasure.org
# UCUM is copyright of Regenstrief Institute, Inc. and the UCUM Organization; used under its terms of
# use (https://unitsofmeasure.org/trac/wiki/TermsOfUse). Written by tools/definitions/ucum_table.py.
#
# prefix  CODE OTHER-CASE VALUE : NAME
# base    CODE OTHER-CASE DIMENSION : NAME
# metric  CODE OTHER-CASE VALUE UNIT CLASS : NAME          may have a prefix
# unit    CODE OTHER-CASE VALUE UNIT CLASS : NAME          may not
# FUNCTION(VALUE UNIT) stands for VALUE UNIT in special units, `arbitrary` in procedure-defined ones.
# OTHER-CASE is the code of the variant that knows no case.
'''


def text(element, tag):
    return ' '.join((element.findtext(NS + tag) or '').split())


def line(element):
    kind = element.tag[len(NS):]
    code = element.get('Code')
    other = element.get('CODE', code.upper())
    value = element.find(NS + 'value')
    if kind == 'prefix':
        facts = [value.get('value')]
    elif kind == 'base-unit':
        kind = 'base'
        facts = [element.get('dim')]
    else:
        kind = 'metric' if element.get('isMetric') == 'yes' else 'unit'
        if element.get('isSpecial') == 'yes':
            facts = [value.get('Unit')]
        elif element.get('isArbitrary') == 'yes' and value.get('Unit') == '1':
            facts = ['arbitrary']
        else:
            facts = [value.get('value'), value.get('Unit')]
        facts.append(element.get('class'))
    for field in [code, other] + facts:
        if not field or (re.search(r'\s', field) and '(' not in field):
            sys.exit(f'ucum_table.py: {code}: a field is empty or has a blank: {field!r}')
    return f'{kind:7} {code:15} {other:15} {" ".join(facts)} : {text(element, "name")}'


def table(essence):
    root = ElementTree.parse(essence).getroot()
    date = re.search(r'\d{4}-\d{2}-\d{2}', root.get('revision-date')).group()
    lines = [line(element) for element in root
             if element.tag in (NS + 'prefix', NS + 'base-unit', NS + 'unit')]
    return HEAD.format(version=root.get('version'), date=date) + '\n'.join(lines) + '\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--check', action='store_true')
    parser.add_argument('essence', nargs='?', type=pathlib.Path, default=ESSENCE)
    arguments = parser.parse_args()
    if not arguments.essence.exists():
        print(f'{arguments.essence} is not at hand')
        return 77
    new = table(arguments.essence)
    if not arguments.check:
        TABLE.write_text(new, encoding='utf-8')
        return 0
    if TABLE.read_text(encoding='utf-8') == new:
        return 0
    print(f'{TABLE} differs from {arguments.essence}; run tools/definitions/ucum_table.py')
    return 1


if __name__ == '__main__':
    sys.exit(main())
