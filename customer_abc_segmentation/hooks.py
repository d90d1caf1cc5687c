def post_init_hook(env):
    """Give the companies that exist already the policies each, like the main company's."""
    env["res.company"].search([])._create_default_abc_policies()
    env["res.company"].search([])._create_value_policies()
