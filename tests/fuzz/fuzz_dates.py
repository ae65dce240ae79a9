"""Any bytes as a date: it is read, or refused with a DateError, and what is read makes sense.

python tests/fuzz/fuzz_dates.py [CORPUS] [libFuzzer's options]: needs the extra ``fuzz`` (atheris).
"""

from __future__ import annotations

import json
import sys

import atheris

with atheris.instrument_imports(include=["mapper"]):
    from mapper.dates import DateError, parse_date


def read(data: bytes) -> None:
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    try:
        date = parse_date(text)
    except DateError:
        return
    assert date.earliest or date.latest or date.kind in ("one_of", "all_of")
    assert not (date.earliest and date.latest) or date.earliest <= date.latest
    assert parse_date(date.text) == date
    json.dumps(date.timespans())


if __name__ == "__main__":
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
