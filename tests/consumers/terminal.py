"""Shows stdin on an emulated terminal, and says what can be seen there and what has changed.

Line feeds come with carriage returns, as a terminal's driver adds them.
"""

import json
import sys

import pyte

text = sys.stdin.buffer.read()
lines = text.count(b"\n") + 1
columns = max(len(line) for line in text.split(b"\n")) + 10
screen = pyte.Screen(columns, lines)
replies = []
screen.write_process_input = replies.append
stream = pyte.ByteStream(screen)
stream.feed(text.replace(b"\n", b"\r\n"))
print(
    json.dumps(
        {
            "lines": [line.rstrip() for line in screen.display],
            "title": screen.title + screen.icon_name,
            "replies": replies,
            "modes": sorted(screen.mode),
        }
    )
)
