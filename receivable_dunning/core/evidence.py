"""An evidence pack: files in a ZIP, and an index that names each with its SHA-256. Same input, same hashes."""

import csv
import io
import json
import re
import zipfile
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256

UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
# How a text begins that spreadsheets take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
STAMP = re.compile(rb"/(CreationDate|ModDate) ?\(D:\d{14}")
#: ZIP files know no earlier day.
FIRST_DAY = date(1980, 1, 1)


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A piece of evidence: where it goes, what it is, and the day it is of."""

    path: str
    content: bytes
    title: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the pack, as the index tells it."""

    path: str
    title: str
    day: str
    size: int
    sha256: str


def safe_name(text, limit=80):
    """A file name that any system takes; the end, where the extension is, is kept.

    >>> safe_name('INV/2026/00001: "Müller & 王"?.pdf'), safe_name(" .. "), safe_name("a" * 100 + ".pdf", 10)
    ('INV-2026-00001- -Müller & 王-.pdf', 'file', 'aaaaaa.pdf')
    """
    name = UNSAFE.sub("-", text or "").strip(" .") or "file"
    if len(name) <= limit:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 5:
        return name[:limit]
    return f"{stem[: limit - len(extension) - 1]}.{extension}"


def unique_path(path, taken):
    """The path, or one with a number where another file has it already, in whatever case.

    >>> unique_path("a/B.pdf", {"a/b.pdf", "a/b (2).pdf"})
    'a/B (3).pdf'
    """
    if path.lower() not in taken:
        return path
    stem, dot, extension = path.rpartition(".")
    stem, extension = (stem, f".{extension}") if dot and "/" not in extension else (path, "")
    number = 2
    while f"{stem} ({number}){extension}".lower() in taken:
        number += 1
    return f"{stem} ({number}){extension}"


def steady_pdf(content, day):
    """A PDF made just now, with the day of what it is about instead of the moment it was made.

    >>> steady_pdf(b"%PDF-1.4 /CreationDate (D:20261120204500Z)", date(2026, 3, 1))
    b'%PDF-1.4 /CreationDate (D:20260301000000Z)'
    """
    stamp = f"{day:%Y%m%d}000000".encode()
    return STAMP.sub(lambda found: b"/" + found[1] + b" (D:" + stamp, content)


def csv_bytes(head, rows):
    """A table as CSV in UTF-8, with the mark by which spreadsheets know it. What a spreadsheet would take for a formula
    is text.

    >>> csv_bytes(["Day", "Amount", "Note"], [(date(2026, 1, 2), 1.5, "=1+1"), (None, -2, "")])[3:]
    b"Day,Amount,Note\\r\\n2026-01-02,1.5,'=1+1\\r\\n,-2,\\r\\n"
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(head)
    writer.writerows([[_cell(value) for value in row] for row in rows])
    return stream.getvalue().encode("utf-8-sig")


def _cell(value):
    if value is None or value is False:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


class Pack:
    """Writes files into a ZIP one by one, and remembers what the index is to say."""

    def __init__(self, stream):
        self.zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED)
        self.entries = []
        self.taken = set()

    def add(self, file):
        """Add a file under a free name; return its entry."""
        entry = self._write(file)
        self.entries.append(entry)
        return entry

    def _write(self, file):
        path = unique_path(file.path, self.taken)
        self.taken.add(path.lower())
        info = zipfile.ZipInfo(path, (max(file.day or FIRST_DAY, FIRST_DAY)).timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        self.zip.writestr(info, file.content)
        digest = sha256(file.content).hexdigest()
        return Entry(path, file.title, str(file.day or ""), len(file.content), digest)

    def index(self, facts):
        """Write ``index.json``: the facts and every file so far; return its SHA-256, the fingerprint of the pack."""
        text = json.dumps(
            {**facts, "files": [asdict(entry) for entry in self.entries]},
            ensure_ascii=False, indent=1, sort_keys=True,
        )  # fmt: skip
        return self._write(EvidenceFile("index.json", text.encode(), "")).sha256

    def close(self, pages):
        """Write the pages of the index and the sums that ``sha256sum -c`` checks, and finish the ZIP."""
        written = [self._write(page) for page in pages]
        lines = "".join(f"{entry.sha256}  {entry.path}\n" for entry in (*self.entries, *written))
        self._write(EvidenceFile("SHA256SUMS", lines.encode(), ""))
        self.zip.close()
