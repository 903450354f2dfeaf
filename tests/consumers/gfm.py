"""Renders GitHub's Markdown with GitHub's own parser, raw HTML let through, and says what came of it.

Reads a JSON array of documents on stdin; prints for each one its elements, in order, all attributes,
the text that stands in code, and the text that does not.
"""

import json
import sys
from html.parser import HTMLParser

from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options


class Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.elements, self.attributes, self.code, self.prose = [], [], [], []
        self.inside = 0

    def handle_starttag(self, tag, attributes):
        self.elements.append(tag)
        self.attributes += [f"{tag} {name}={value}" for name, value in attributes]
        if tag == "code":
            self.inside += 1
            self.code.append("")

    def handle_endtag(self, tag):
        self.inside -= tag == "code"

    def handle_data(self, data):
        if self.inside:
            self.code[-1] += data
        else:
            self.prose.append(data)

    def handle_comment(self, data):
        self.elements.append("!--")


def read(document):
    reader = Reader()
    reader.feed(github_flavored_markdown_to_html(document, Options.CMARK_OPT_UNSAFE))
    reader.close()
    return {
        "elements": reader.elements,
        "attributes": reader.attributes,
        "code": reader.code,
        "prose": "".join(reader.prose),
    }


print(json.dumps([read(document) for document in json.load(sys.stdin)]))
