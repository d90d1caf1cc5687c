def post_init_hook(env):
    """Give the companies that exist already a default policy each, like the main company's."""
    env["res.company"].search([])._create_default_abc_policies()
