"""Entry point of ``bin/bench quality``."""

import argparse
import importlib

from . import database


def main():
    """Print how good scores and predictions are on the data sets that developers have."""
    argparse.ArgumentParser(prog="bin/bench quality", description=main.__doc__).parse_args()
    # the addons can be imported once Odoo knows where they are
    database.configure()
    importlib.import_module("benchmarks.out_of_time").report()
    importlib.import_module("benchmarks.churn_quality").report()


if __name__ == "__main__":
    main()
