"""The segments that are shipped, and their map of the 25 cells of recency and frequency."""

SEGMENTS = (
    {
        "code": "champions",
        "name": "Champions",
        "color": "#1d8a5a",
        "description": "Bought lately and buy most often.",
        "advice": "Thank them, keep them close, offer what is new first. Ask for references.",
    },
    {
        "code": "loyal",
        "name": "Loyal",
        "color": "#4fb286",
        "description": "Buy often, the last time not long ago.",
        "advice": "Offer framework agreements and more of the range. Ask what would make them buy more.",
    },
    {
        "code": "potential",
        "name": "Potential Loyalist",
        "color": "#3a8fc4",
        "description": "Bought lately, several times already.",
        "advice": "Make the next order easy: recommend what others buy too, agree on a rhythm.",
    },
    {
        "code": "new",
        "name": "New",
        "color": "#7cc4e8",
        "description": "Bought lately for the first time.",
        "advice": "Welcome them, make sure that the first delivery went well, propose the second order.",
    },
    {
        "code": "promising",
        "name": "Promising",
        "color": "#a9d6c9",
        "description": "Bought once, some time ago.",
        "advice": "Remind them of what they bought, learn what they need.",
    },
    {
        "code": "attention",
        "name": "Needs Attention",
        "color": "#f2c14e",
        "description": "In the middle of everything, and about to slip.",
        "advice": "Call with an offer that fits what they bought. Ask whether something went wrong.",
    },
    {
        "code": "sleep",
        "name": "About to Sleep",
        "color": "#e8d9a0",
        "description": "Bought seldom, the last time a while ago.",
        "advice": "A mailing with something useful. Little effort for each of them.",
    },
    {
        "code": "at_risk",
        "name": "At Risk",
        "color": "#ef8a4c",
        "description": "Used to buy regularly, not for a long time.",
        "advice": "Call in person, find out where they buy now, win them back with a concrete offer.",
    },
    {
        "code": "cannot_lose",
        "name": "Cannot Lose",
        "color": "#d64545",
        "description": "Used to buy most often, and stopped.",
        "advice": "The head of sales calls this week. Solve what drove them away.",
    },
    {
        "code": "hibernating",
        "name": "Hibernating",
        "color": "#aab2bd",
        "description": "Bought seldom and long ago.",
        "advice": "Keep them in mailings, spend no more on them.",
    },
)

# code: rows of R (from 5 down to 1) by columns of F (from 1 to 5). Source: the map of R and F used in most RFM work.
CELLS = """
    new         potential potential champions champions
    promising   potential potential loyal     loyal
    sleep       sleep     attention loyal     loyal
    hibernating hibernating at_risk at_risk   cannot_lose
    hibernating hibernating at_risk at_risk   cannot_lose
"""


def shipped_cells():
    """``{(r, f): segment code}`` of all 25 cells.

    >>> cells = shipped_cells()
    >>> len(cells), cells[5, 5], cells[5, 1], cells[4, 1], cells[1, 5], cells[3, 3]
    (25, 'champions', 'new', 'promising', 'cannot_lose', 'attention')
    """
    rows = [line.split() for line in CELLS.strip().splitlines()]
    return {(5 - down, 1 + right): code for down, row in enumerate(rows) for right, code in enumerate(row)}
