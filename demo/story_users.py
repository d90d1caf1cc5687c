"""The people of the demo; each signs in with the login as password."""

from odoo import Command

#: login: (name, language, groups)
USERS = {
    "clerk": (
        "Clara Clerk",
        "en_US",
        ("account.group_account_invoice", "receivable_dunning.group_collections_accountant"),
    ),
    "controller": (
        "Conrad Controller",
        "en_US",
        (
            "account.group_account_invoice",
            "sales_team.group_sale_salesman_all_leads",
            "customer_credit_mgmt.group_credit_controller",
            "customer_abc_segmentation.group_segmentation_user",
            "receivable_dunning.group_collections_user",
        ),
    ),
    "sales": (
        "Sally Sales",
        "en_US",
        (
            "sales_team.group_sale_salesman",
            "customer_credit_mgmt.group_credit_user",
            "customer_abc_segmentation.group_segmentation_user",
        ),
    ),
    "wang": (
        "王芳",
        "zh_CN",
        (
            "account.group_account_manager",
            "sales_team.group_sale_manager",
            "customer_credit_mgmt.group_credit_manager",
            "customer_abc_segmentation.group_segmentation_manager",
            "receivable_dunning.group_collections_manager",
        ),
    ),
    "customer": ("Hanna Havel", "en_US", ("base.group_portal",)),
}


def make_users(env, company):
    """The users of the demo, ``{login: user}``; the portal user is under ``portal`` too."""
    internal = env.ref("base.group_user")
    users = env["res.users"].create(
        [
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@rheinhafen.example",
                "lang": lang,
                "tz": "Asia/Shanghai" if lang == "zh_CN" else "Europe/Berlin",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(_group_ids(env, groups, internal))],
            }
            for login, (name, lang, groups) in USERS.items()
        ]
    )
    named = {user.login: user for user in users}
    return named | {"portal": named["customer"]}


def _group_ids(env, names, internal):
    groups = env["res.groups"].union(*(env.ref(name) for name in names))
    is_portal = groups == env.ref("base.group_portal")
    return groups.ids if is_portal else (groups | internal).ids
