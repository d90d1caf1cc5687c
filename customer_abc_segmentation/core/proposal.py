"""What may become of a proposed value when somebody accepts it, or takes the acceptance back.

Between the night a value is proposed and the moment a person decides, somebody else may have changed the customer. A
proposal only speaks about the value it was made for: it never overwrites what came after.
"""

APPLY, ALREADY, CHANGED = "apply", "already", "changed"
"""Write it; the customer has the value already; the customer has another value than the one the proposal knew."""


def acceptance(old, new, current):
    """Verdict on writing ``new`` where ``old`` was proposed to be replaced and ``current`` is there now.

    >>> acceptance(old=None, new=7, current=None), acceptance(old=3, new=7, current=7), acceptance(3, 7, 5)
    ('apply', 'already', 'changed')

    Numbers are compared as numbers, an empty value is a value:

    >>> acceptance(30.0, 45, 30), acceptance(3, None, None), acceptance(None, 7, 0)
    ('apply', 'already', 'changed')
    """
    if current == new:
        return ALREADY
    return APPLY if current == old else CHANGED


def withdrawal(old, new, current):
    """Verdict on putting ``old`` back where ``new`` was written: only while the value is still ours.

    >>> withdrawal(old=3, new=7, current=7), withdrawal(3, 7, 3), withdrawal(3, 7, 5)
    ('apply', 'already', 'changed')
    """
    return acceptance(new, old, current)
