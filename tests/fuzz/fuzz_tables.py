"""Any bytes as a table: it is read, every cell with its problems, or refused with an error of the package's own.

The first byte says of what form and which table; of a workbook the rest is its sheet, or the whole file.

python tests/fuzz/fuzz_tables.py [CORPUS] [libFuzzer's options]: needs the extra ``fuzz`` (atheris).
"""

from __future__ import annotations

import io
import resource
import sys
import tempfile
import zipfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["mapper"]):
    from mapper.cells import read_cells
    from mapper.errors import MapperError
    from mapper.schema import TABLES, table_schema
    from mapper.tables import Table, read_table, write_csv

MEMORY = 2 << 30
FORMS = (".csv", ".csv", ".csv", ".xlsx", ".ods", ".xlsx")
ROOT = Path(tempfile.mkdtemp(prefix="mapper-fuzz-"))
OPEN_XML = "http://schemas.openxmlformats.org"
XLSX = {
    "[Content_Types].xml": f'<Types xmlns="{OPEN_XML}/package/2006/content-types"><Default Extension="xml" '
    'ContentType="application/xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{OPEN_XML}/package/2006/relationships"><Relationship Id="r" Type="'
    f'{OPEN_XML}/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{OPEN_XML}/spreadsheetml/2006/main" xmlns:r="{OPEN_XML}/officeDocument/2006/'
    'relationships"><sheets><sheet name="s" sheetId="1" r:id="r"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{OPEN_XML}/package/2006/relationships"><Relationship Id="r" '
    f'Type="{OPEN_XML}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def workbook(form: str, sheet: bytes) -> bytes:
    """A workbook whose one sheet (or, of an ODS, whose content) is made of these bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        if form == ".ods":
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("content.xml", sheet)
        else:
            for name, text in XLSX.items():
                archive.writestr(name, text)
            archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return file.getvalue()


def read(data: bytes) -> None:
    choice = data[0] if data else 0
    form, name, body = FORMS[choice % len(FORMS)], TABLES[choice // len(FORMS) % len(TABLES)], data[1:]
    whole = body if form == ".csv" or choice & 128 else workbook(form, body)
    path = ROOT / f"{name}{form}"
    path.write_bytes(whole)
    schema = table_schema(name)
    try:
        table = read_table(path, name, schema, ROOT)
    except MapperError:
        return
    cells = read_cells(table, schema)
    for problem in cells.problems:
        assert str(problem)
        assert problem.row is None or problem.row >= 1
    assert all(len(column) == len(table.rows) for column in table.columns.values())
    if not any(problem.is_error for problem in table.problems) and table.header:
        comes_back(table, name)


def comes_back(table: Table, name: str) -> None:
    """What was read without an error is the same after it has been written and read again."""
    rows = list(zip(*table.columns.values(), strict=True))
    path = ROOT / "again" / f"{name}.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(write_csv(table.header, rows))
    again = read_table(path, name, table_schema(name), path.parent)
    assert again.header == table.header
    assert list(zip(*again.columns.values(), strict=True)) == [row for row in rows if any(cell.strip() for cell in row)]


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    atheris.Setup(sys.argv, read)
    atheris.Fuzz()
