"""A ledger of any size, and what the suite's operations cost on it beside the cheapest SQL for the same answer."""
