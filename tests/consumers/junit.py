"""Reads a JUnit report as Jenkins' schema (argument 1) and as junitparser understand it.

The report comes on stdin; prints its test cases as JSON.
"""

import io
import json
import sys

import junitparser
import xmlschema

report = sys.stdin.buffer.read()
xmlschema.XMLSchema(sys.argv[1]).validate(io.BytesIO(report))
suites = junitparser.JUnitXml.fromstring(report)
stated = [(suite.name, suite.tests, suite.failures, suite.errors, suite.skipped) for suite in suites]
total = (suites.tests, suites.failures, suites.errors)
for suite in suites:
    suite.update_statistics()
suites.update_statistics()
counted = [(suite.name, suite.tests, suite.failures, suite.errors, suite.skipped) for suite in suites]
assert stated == counted, (stated, counted)
assert total == (suites.tests, suites.failures, suites.errors), total
cases = [
    {
        "suite": suite.name,
        "class": case.classname,
        "name": case.name,
        "results": [[type(result).__name__, result.text] for result in case.result],
    }
    for suite in suites
    for case in suite
]
print(json.dumps(cases))
