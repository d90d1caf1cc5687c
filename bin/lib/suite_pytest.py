"""Pytest plugin: every run gets its own clone of the suite's template database.

Loaded by bin/test with ``-p suite_pytest``, so that it also serves test files outside the repository.
Under pytest-xdist the controller opens no database, and pytest-odoo clones the template for each worker.
"""

import os

import pytest

import databases


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_cmdline_main(config):
    config.option.odoo_addons_path = os.environ["ADDONS_PATH"]
    only_help = config.option.help or config.option.version
    if only_help or config.option.odoo_database:
        return (yield)
    template = databases.suite_template()
    # pytest-odoo clones the database for each worker; the controller opens none
    if hasattr(config, "workerinput") or config.getoption("numprocesses", None):
        config.option.odoo_database = template
        return (yield)
    with databases.scratch(template) as name:
        config.option.odoo_database = name
        try:
            return (yield)
        finally:
            _close_connections(name)


def _close_connections(name):
    import odoo.sql_db

    odoo.sql_db.close_db(name)


def pytest_configure(config):
    """Plain test classes outside an addon run like post-install tests of one."""
    from odoo.tests.common import BaseCase

    BaseCase.test_tags = {"standard", "post_install"}
    BaseCase.test_module = "credit_suite"
    config.addinivalue_line("markers", "slow: takes more than ten seconds")


@pytest.fixture(scope="session")
def suite_template():
    """Name of the template database: clone it with ``databases.scratch`` to commit, crash or uninstall."""
    return databases.suite_template()


@pytest.fixture(scope="module")
def own_registry(suite_template):
    """Registry of a throw-away clone, for tests that commit or work with several sessions at once."""
    from odoo.modules.registry import Registry
    from odoo.tools import config

    with databases.scratch(suite_template) as name:
        before = config["test_enable"]
        config["test_enable"] = False
        try:
            registry = Registry(name)
        finally:
            config["test_enable"] = before
        yield registry
        Registry.delete(name)
        _close_connections(name)
