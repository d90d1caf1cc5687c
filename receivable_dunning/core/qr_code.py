"""A QR code as a picture, from an encoder and an image library that need neither a drawing backend nor a network."""

import io

from PIL import Image
from reportlab.graphics.barcode import qrencoder

# Modules of white around the code, as ISO/IEC 18004 asks for.
QUIET = 4


def modules(text):
    """Rows of dark (True) and light modules; level M: up to 15 % of it may be dirty or torn.

    >>> rows = modules("https://example.com")
    >>> len(rows), len(rows) == len(rows[0])
    (25, True)
    >>> [int(dark) for dark in rows[0][:8]]
    [1, 1, 1, 1, 1, 1, 1, 0]
    """
    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    size = range(code.getModuleCount())
    return [[bool(code.isDark(row, column)) for column in size] for row in size]


def png(text, scale=4):
    """The code as the bytes of a PNG, ``scale`` pixels per module.

    >>> content = png("https://example.com", scale=2)
    >>> content[:4], Image.open(io.BytesIO(content)).size
    (b'\\x89PNG', (66, 66))
    """
    rows = modules(text)
    side = len(rows) + 2 * QUIET
    picture = Image.new("1", (side, side), 1)
    for top, row in enumerate(rows, start=QUIET):
        for left, dark in enumerate(row, start=QUIET):
            if dark:
                picture.putpixel((left, top), 0)
    stream = io.BytesIO()
    picture.resize((side * scale, side * scale), Image.Resampling.NEAREST).save(stream, "PNG")
    return stream.getvalue()
