"""Stored fields that follow from others are no door: what somebody writes on them is computed again."""


def compute_again(records, names):
    """Compute those of the fields again that nobody enters: computed and related ones without an inverse."""
    for name in names:
        field = records._fields.get(name)
        if field and field.store and field.compute and field.readonly:
            records.env.add_to_compute(field, records)


def names_of(vals_list):
    return {name for vals in vals_list for name in vals}
