"""Translation templates and Chinese: exported from the suite's database, compared with what the addons ship.

``python translations.py`` fails when a template is out of date or a term has no Chinese; ``--write`` writes the
templates, merges them into zh_CN.po and lists what is left to translate.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import polib

import databases

HEADER_KEYS_KEPT = ("Project-Id-Version", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")


def export(database, addon, folder):
    """The template of an addon as the database of today gives it."""
    target = Path(folder) / f"{addon}.pot"
    command = [sys.executable, "-m", "odoo", f"--addons-path={databases.ROOT}", "i18n", "export"]
    done = subprocess.run(
        [*command, "-d", database, "-l", "pot", "-o", str(target), addon], capture_output=True, text=True, check=False
    )
    if done.returncode or not target.exists():
        raise SystemExit(done.stdout + done.stderr)
    template = polib.pofile(str(target), wrapwidth=78)
    template.metadata = {key: value for key, value in template.metadata.items() if key in HEADER_KEYS_KEPT}
    template.sort(key=lambda entry: entry.msgid)
    return template


def terms(pofile):
    return {entry.msgid for entry in pofile}


def untranslated(po):
    return [entry.msgid for entry in po if not entry.msgstr or entry.fuzzy]


def check(addon, template):
    """Complaints about an addon's files, as sentences."""
    folder = databases.ROOT / addon / "i18n"
    pot, po = folder / f"{addon}.pot", folder / "zh_CN.po"
    if not pot.exists() or not po.exists():
        return [f"{addon}: no template or no zh_CN.po (bin/lint --fix writes them)"]
    complaints = []
    for path in (pot, po):
        shipped = terms(polib.pofile(str(path)))
        missing, stale = terms(template) - shipped, shipped - terms(template)
        if missing or stale:
            complaints.append(
                f"{path.name} of {addon}: {len(missing)} missing, {len(stale)} stale terms, e.g. "
                f"{sorted(missing | stale)[0]!r} (bin/lint --fix)"
            )
    if left := untranslated(polib.pofile(str(po))):
        complaints.append(f"{addon}: {len(left)} terms without Chinese, e.g. {left[0]!r}")
    return complaints


def write(addon, template):
    folder = databases.ROOT / addon / "i18n"
    folder.mkdir(exist_ok=True)
    template.save(str(folder / f"{addon}.pot"))
    path = folder / "zh_CN.po"
    po = polib.pofile(str(path), wrapwidth=78) if path.exists() else polib.POFile(wrapwidth=78)
    known = {entry.msgid: entry.msgstr for entry in po if entry.msgstr and not entry.fuzzy}
    merged = polib.POFile(wrapwidth=78)
    merged.metadata = {**template.metadata, "Language": "zh_CN"}
    for entry in template:
        entry.msgstr = known.get(entry.msgid, "")
        merged.append(entry)
    merged.save(str(path))


def main():
    complaints = []
    with tempfile.TemporaryDirectory() as folder, databases.scratch(databases.suite_template()) as database:
        for addon in databases.ADDONS:
            template = export(database, addon, folder)
            if "--write" in sys.argv:
                write(addon, template)
            complaints += check(addon, template)
    print("\n".join(complaints), file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
