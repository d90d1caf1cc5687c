"""Rows put into a sheet of a finished spreadsheet as they come.

The library writes a cell in four to five microseconds, most of it asking what kind of cell it is. Where all rows are
alike they are written here, by what the file format promises and with the styles that the library made.
"""

import re
import shutil
import tempfile
import zipfile
from datetime import date
from functools import lru_cache
from xml.sax.saxutils import escape

import xlsxwriter

from odoo.tools import SQL

BATCH = 1_000
FETCHED = 5_000  # rows of the database at once
DAY_ZERO = date(1899, 12, 30).toordinal()  # spreadsheets count days from here
ROWS_END = b"</sheetData>"
# what XML cannot hold is written as spreadsheets do; so is a text that looks like that
UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


@lru_cache(maxsize=4096)
def text(value):
    """The inside of a cell with text, written in line."""
    safe = UNSAFE.sub(lambda found: f"_x{ord(found[0]):04X}_", escape(value))
    return f' t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'


def number(value):
    """The inside of a cell with a number."""
    return f"><v>{value!r}</v></c>"


def append_rows(book, file, sheet, rows):
    """Copy a spreadsheet and replace the last row of one sheet, the pattern, by many rows in its styles.

    :param book: file of the spreadsheet
    :param file: where to write it
    :param sheet: number of the sheet, from 1
    :param rows: iterable of rows, each the insides of its cells in order (see :func:`text` and :func:`number`), None
        for an empty one
    """
    name = f"xl/worksheets/sheet{sheet}.xml"
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            with source.open(part) as old, target.open(part.filename, "w") as new:
                if part.filename == name:
                    _fill(old.read(), new, rows)
                else:
                    shutil.copyfileobj(old, new)


def _fill(xml, stream, rows):
    head, tail = xml.split(ROWS_END)
    begin = head.rindex(b"<row ")
    pattern = head[begin:].decode()
    first = int(re.search(r'r="(\d+)"', pattern)[1])
    cells = [(f'<c r="{column}', style) for column, style in re.findall(r'<c r="([A-Z]+)\d+"( s="\d+")?', pattern)]
    # the extent of the sheet would be known at the end only; it may be left out
    stream.write(re.sub(rb"<dimension [^>]*/>", b"", head[:begin]))
    lines = []
    for line, row in enumerate(rows, start=first):
        insides = zip(cells, row, strict=True)
        filled = "".join([f'{cell}{line}"{style}{inside}' for (cell, style), inside in insides if inside])
        lines.append(f'<row r="{line}">{filled}</row>')
        if len(lines) == BATCH:
            stream.write("".join(lines).encode())
            lines.clear()
    stream.write("".join(lines).encode() + ROWS_END + tail)


def fetched(env, cursor):
    """The rows of a declared cursor as they are asked for, so that memory stays flat; closes it."""
    try:
        while rows := env.execute_query(SQL("FETCH %s FROM %s", FETCHED, cursor)):
            yield from rows
    finally:
        env.cr.execute(SQL("CLOSE %s", cursor))


class RowsWorkbook:
    """Two sheets: a summary, and very many rows. Subclasses write the summary and the frame of the rows: the second
    sheet down to its pattern row, see :func:`append_rows`."""

    def __init__(self, file):
        self.file = file
        self.frame = tempfile.TemporaryFile()  # noqa: SIM115 - closed by save
        self.book = xlsxwriter.Workbook(self.frame, {"constant_memory": True})
        self.head = self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.bold = self.book.add_format({"bold": True})
        self.day = self.book.add_format({"num_format": "yyyy-mm-dd"})
        self.money = self.book.add_format({"num_format": "#,##0.00"})
        self.money_bold = self.book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})

    def save(self):
        """Write both sheets; the file stays open."""
        with self.frame:
            self._write_summary()
            self._write_item_frame()
            self.book.close()
            append_rows(self.frame, self.file, 2, self._item_rows())

    def _write_summary(self):
        raise NotImplementedError

    def _write_item_frame(self):
        raise NotImplementedError

    def _item_rows(self):
        """Rows as :func:`append_rows` takes them."""
        raise NotImplementedError
