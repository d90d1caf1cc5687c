"""Odoo's own lint tests, looking at our addons only: what they find in Odoo itself is not ours to mend."""

from unittest.mock import PropertyMock, patch

import pytest

from odoo.modules import Manifest
from odoo.tools import config

import databases
from odoo.addons.test_lint.tests.test_docstring import TestDocstring
from odoo.addons.test_lint.tests.test_dunderinit import TestDunderinit
from odoo.addons.test_lint.tests.test_i18n import TestI18n
from odoo.addons.test_lint.tests.test_index import TestIndex
from odoo.addons.test_lint.tests.test_jstranslate import TestJsTranslations
from odoo.addons.test_lint.tests.test_manifests import ManifestLinter
from odoo.addons.test_lint.tests.test_markers import TestConflictMarkers
from odoo.addons.test_lint.tests.test_naming import TestNaming
from odoo.addons.test_lint.tests.test_onchange_domains import TestOnchangeDomains
from odoo.addons.test_lint.tests.test_orm_import import TestDunderinit as TestOrmImport
from odoo.addons.test_lint.tests.test_override_signatures import TestLintOverrideSignatures
from odoo.addons.test_lint.tests.test_pofile import PotLinter
from odoo.addons.test_lint.tests.test_pylint import TestPyLint
from odoo.addons.test_lint.tests.test_routes import RoutesLinter
from odoo.addons.test_lint.tests.test_test_holes import TestTestHoles

__all__ = [
    "ManifestLinter", "PotLinter", "RoutesLinter", "TestConflictMarkers", "TestDocstring", "TestDunderinit",
    "TestI18n", "TestIndex", "TestJsTranslations", "TestLintOverrideSignatures", "TestNaming",
    "TestOnchangeDomains", "TestOrmImport", "TestPyLint", "TestTestHoles",
]  # fmt: skip


@pytest.fixture(autouse=True)
def only_our_addons(request, tmp_path):
    """Files are looked for in our addons; the core's folder seems empty to pylint."""
    ours = [Manifest.for_addon(addon) for addon in databases.ADDONS]
    with patch.object(Manifest, "all_addon_manifests", return_value=ours):
        if request.cls is TestPyLint:
            with patch.object(type(config), "root_path", new_callable=PropertyMock, return_value=str(tmp_path)):
                yield
        else:
            yield
