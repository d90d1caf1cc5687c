"""Chinese is complete: every term of the shipped templates has a translation (bin/lint compares them with the code)."""

import polib
import pytest

import databases
import translations


@pytest.mark.parametrize("addon", databases.ADDONS)
def test_every_term_has_its_chinese(addon):
    folder = databases.ROOT / addon / "i18n"
    template, chinese = polib.pofile(str(folder / f"{addon}.pot")), polib.pofile(str(folder / "zh_CN.po"))
    assert translations.terms(chinese) == translations.terms(template)
    assert translations.untranslated(chinese) == []
