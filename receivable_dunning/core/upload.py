"""Files that customers send: what they are by their first bytes, not by their name."""

import zipfile
from io import BytesIO

# The kinds that are taken, with the endings of names that go with them.
ENDINGS = {
    "pdf": (".pdf",),
    "png": (".png",),
    "jpeg": (".jpg", ".jpeg"),
    "gif": (".gif",),
    "webp": (".webp",),
    "tiff": (".tif", ".tiff"),
    "heic": (".heic", ".heif"),
    "ole": (".doc", ".xls", ".ppt"),
    "word": (".docx",),
    "excel": (".xlsx",),
    "powerpoint": (".pptx",),
    "opendocument": (".odt", ".ods", ".odp"),
}
STARTS = {
    b"%PDF-": "pdf",
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpeg",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
    b"II*\x00": "tiff",
    b"MM\x00*": "tiff",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "ole",
}
FOLDERS = {"word/": "word", "xl/": "excel", "ppt/": "powerpoint"}


def kind_of(content: bytes) -> str | None:
    """What the bytes are: one of the kinds above, else ``None``.

    >>> kind_of(b"%PDF-1.7 ..."), kind_of(b"\\xff\\xd8\\xff\\xe0"), kind_of(b"RIFF....WEBPVP8 ")
    ('pdf', 'jpeg', 'webp')
    >>> kind_of(b"<svg onload='...'/>"), kind_of(b"MZ program"), kind_of(b"") is None
    (None, None, True)
    """
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"mif1", b"heif"):
        return "heic"
    if content[:4] == b"PK\x03\x04":
        return _kind_of_archive(content)
    return next((kind for start, kind in STARTS.items() if content.startswith(start)), None)


def _kind_of_archive(content):
    """Office documents are archives; those with macros in them, and all other archives, are not taken."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                is_document = archive.read("mimetype").startswith(b"application/vnd.oasis.opendocument.")
                has_macros = any(name.startswith(("Basic/", "Scripts/")) for name in names)
                return "opendocument" if is_document and not has_macros else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return None
    if "[Content_Types].xml" not in names or any(name.lower().endswith("vbaproject.bin") for name in names):
        return None
    return next((kind for folder, kind in FOLDERS.items() if any(name.startswith(folder) for name in names)), None)


def is_what_it_says(name: str, content: bytes) -> bool:
    """Whether a file is of a kind that is taken, and its name says so.

    >>> is_what_it_says("Photo.JPG", b"\\xff\\xd8\\xff\\xe0"), is_what_it_says("photo.pdf", b"\\xff\\xd8\\xff\\xe0")
    (True, False)
    """
    kind = kind_of(content)
    return kind is not None and name.lower().endswith(ENDINGS[kind])
