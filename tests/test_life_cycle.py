"""Installing alone and together, on an empty ledger and on one with invoices; uninstalling without residue."""

import contextlib

import psycopg2
import pytest

import databases

# What an addon may add to a database, as queries whose rows must be the same before and after.
INVENTORY = {
    "tables": "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'",
    "columns": "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'",
    "indexes": "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype <> 'n'",
    "models": "SELECT model FROM ir_model",
    "fields": "SELECT model, name FROM ir_model_fields",
    "menus": "SELECT name::text, parent_path FROM ir_ui_menu",
    "views": "SELECT name, model, key FROM ir_ui_view",
    "scheduled actions": "SELECT cron_name FROM ir_cron",
    "server actions": "SELECT name::text, type FROM ir_act_server",
    "window actions": "SELECT name::text, res_model FROM ir_act_window",
    "reports": "SELECT report_name FROM ir_act_report_xml",
    "settings": "SELECT key FROM ir_config_parameter",
    "defaults": "SELECT field_id, json_value FROM ir_default",
    "groups": "SELECT name::text FROM res_groups",
    "privileges": "SELECT name::text FROM res_groups_privilege",
    "rules": "SELECT name FROM ir_rule",
    "access rights": "SELECT name FROM ir_model_access",
    "mail templates": "SELECT name::text FROM mail_template",
    "sms templates": "SELECT name::text FROM sms_template",
    "activity types": "SELECT name::text FROM mail_activity_type",
    "paper formats": "SELECT name FROM report_paperformat",
    "assets": "SELECT path FROM ir_asset",
    # Odoo itself leaves dangling external ids of mail and its kin behind whenever a model with a chatter goes
    "external ids": "SELECT module, name FROM ir_model_data"
    " WHERE module ~ '^(customer_credit_mgmt|customer_abc_segmentation|receivable_dunning)'",
}

# What went out is kept from everybody, but not from who does without the addon.
KEEP_EVIDENCE = """
env['ir.attachment']._keep_evidence(env['dunning.plan'].search([], limit=1), 'kept.txt', b'sent', 'text/plain')
env.cr.commit()
"""
DELETE_EVIDENCE = """
kept = env['ir.attachment'].with_user(env.ref('base.user_admin')).search([('name', '=', 'kept.txt')])
assert kept.raw == b'sent', 'evidence went with its record'
kept.unlink()
env.cr.commit()
"""


def inventory(database):
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection, connection.cursor() as cursor:
        rows = {}
        for name, query in INVENTORY.items():
            cursor.execute(query)
            rows[name] = set(cursor.fetchall())
        return rows


def installed(database):
    with contextlib.closing(psycopg2.connect(dbname=database)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT name FROM ir_module_module WHERE state = 'installed'")
        return {name for (name,) in cursor.fetchall()} & set(databases.ADDONS)


def uninstall(addons, database):
    script = f"env['ir.module.module'].search([('name', 'in', {addons!r})]).button_immediate_uninstall()\n"
    databases.shell(script, database)


@pytest.mark.parametrize(
    ("addon", "expected"),
    [
        ("customer_credit_mgmt", {"customer_credit_mgmt"}),
        ("customer_abc_segmentation", {"customer_abc_segmentation"}),
        (
            "receivable_dunning",
            {
                "customer_credit_mgmt",
                "receivable_dunning",
                # the apps that these are bridges to come with Odoo's accounting
                "receivable_dunning_payment",
                "receivable_dunning_sms",
                "receivable_dunning_spreadsheet",
            },
        ),
        (
            "customer_credit_mgmt_sale",
            {"customer_credit_mgmt", "customer_credit_mgmt_sale"},
        ),
        (
            "customer_abc_segmentation_sale",
            {"customer_abc_segmentation", "customer_abc_segmentation_sale"},
        ),
        (
            "customer_abc_segmentation_rating",
            {"customer_abc_segmentation", "customer_abc_segmentation_rating"},
        ),
    ],
)
def test_addon_installs_alone_with_what_it_depends_on(addon, expected):
    with databases.scratch(databases.account_template()) as database:
        databases.odoo("-i", addon, "--stop-after-init", database=database)
        assert installed(database) == expected


def test_uninstalling_leaves_the_host_as_it_was():
    """On a database with invoices, orders and demo data, all of them together and one after the other."""
    with databases.scratch(databases.base_template()) as database:
        # an application of the host that a bridge builds on: it would stay
        databases.odoo("-i", "rating", "--stop-after-init", database=database)
        before = inventory(database)
        databases.odoo("-i", ",".join(databases.ADDONS), "--stop-after-init", database=database)
        assert installed(database) == set(databases.ADDONS)
        databases.shell(KEEP_EVIDENCE, database)
        for addon in ("receivable_dunning", "customer_abc_segmentation", "customer_credit_mgmt"):
            uninstall([addon], database)
        assert not installed(database)
        databases.shell(DELETE_EVIDENCE, database)
        after = inventory(database)
    left = {name: rows - before[name] for name, rows in after.items() if rows - before[name]}
    lost = {name: rows - after[name] for name, rows in before.items() if rows - after[name]}
    assert not left, f"left behind: {left}"
    assert not lost, f"taken away: {lost}"
