"""A decision tree: each test compares one figure with a threshold, each leaf is a decision, the path is the reason.

A figure that is not known never counts as 0: the walk takes the branch ``missing``.
"""

import operator
from dataclasses import asdict, dataclass

OPERATORS = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
    "eq": operator.eq,
    "ne": operator.ne,
}
#: The three ways out of a test.
BRANCHES = YES, NO, MISSING = "yes", "no", "missing"


@dataclass(frozen=True, slots=True)
class Node:
    """A test (``operand operator threshold``, with the key of the next node per branch) or a leaf (``decision``)."""

    key: object
    operand: object = None
    operator: str | None = None
    threshold: float = 0.0
    yes: object = None
    no: object = None
    missing: object = None
    decision: str | None = None

    @property
    def is_leaf(self):
        return self.decision is not None

    @property
    def children(self):
        """``((branch, key), ...)`` of the branches that lead somewhere."""
        ends = zip(BRANCHES, (self.yes, self.no, self.missing), strict=True)
        return () if self.is_leaf else tuple((branch, key) for branch, key in ends if key is not None)


@dataclass(frozen=True, slots=True)
class Step:
    """One test of a walk: what was compared, and which branch it took."""

    node: object
    operand: object
    operator: str
    threshold: float
    value: float | None
    branch: str

    def as_dict(self):
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Path:
    """Where a walk ended, and how it came there."""

    steps: tuple[Step, ...]
    leaf: object
    decision: str


def take(node, value):
    """The branch that a value (``None``: not known) takes at a test.

    >>> test = Node("n", "overdue_days", "gt", 30)
    >>> [take(test, value) for value in (31, 30, None)]
    ['yes', 'no', 'missing']
    """
    if value is None:
        return MISSING
    return YES if OPERATORS[node.operator](value, node.threshold) else NO


def walk(nodes, root, values):
    """The path of ``{operand: value}`` through a complete tree; ``nodes`` by key.

    >>> leaf = Node("l", decision="refuse")
    >>> tree = {n.key: n for n in (Node("r", "overdue_days", "gt", 30, "l", "s", "s"),
    ...                            Node("s", "score", "ge", 60, "g", "l", "h"), leaf,
    ...                            Node("g", decision="grant"), Node("h", decision="review"))}
    >>> [walk(tree, "r", values).decision
    ...  for values in ({"overdue_days": 45}, {"overdue_days": 0, "score": 60}, {"score": 59}, {})]
    ['refuse', 'grant', 'refuse', 'review']
    >>> [(step.operand, step.value, step.branch) for step in walk(tree, "r", {"score": 59}).steps]
    [('overdue_days', None, 'missing'), ('score', 59, 'no')]
    """
    steps = []
    node = nodes[root]
    while not node.is_leaf:
        value = values.get(node.operand)
        branch = take(node, value)
        steps.append(Step(node.key, node.operand, node.operator, node.threshold, value, branch))
        node = nodes[dict(node.children)[branch]]
    return Path(tuple(steps), node.key, node.decision)


def find_tree_problem(nodes):
    """What keeps a tree from deciding every case: ``None`` or ``(problem, key of the node)``.

    >>> leaf = Node("l", decision="refuse")
    >>> def problem(*nodes):
    ...     return find_tree_problem({node.key: node for node in nodes})
    >>> problem(Node("r", "x", "gt", 1, "l", "l", "l"), leaf)
    >>> problem()
    ('empty', None)
    >>> problem(Node("r", "x", "gt", 1, "l", "l"), leaf)
    ('open', 'r')
    >>> problem(Node("r", "x", "gt", 1, "l", "l", "s"), Node("s", "x", "gt", 1, "l", "l", "s"), leaf)
    ('cycle', 's')
    >>> problem(Node("r", "x", "gt", 1, "l", "l", "l"), leaf, Node("m", decision="grant"))
    ('roots', 'm')
    >>> problem(Node("r", "x", "gt", 1, "r", "r", "r"))
    ('cycle', 'r')
    >>> problem(Node("r", None, "gt", 1, "l", "l", "l"), leaf)
    ('open', 'r')
    """
    if not nodes:
        return "empty", None
    for node in nodes.values():
        if not node.is_leaf and (node.operand is None or len(node.children) < len(BRANCHES)):
            return "open", node.key
    if (looping := find_cycle(nodes)) is not None:
        return "cycle", looping
    roots = find_roots(nodes)
    return ("roots", roots[1]) if len(roots) > 1 else None


def find_roots(nodes):
    """Keys of the nodes that no branch leads to."""
    reached = {key for node in nodes.values() for _branch, key in node.children}
    return [key for key in nodes if key not in reached]


def find_cycle(nodes):
    """Key of a node that can be reached from itself, or ``None``.

    >>> find_cycle({"a": Node("a", "x", "gt", 1, "b", "b"), "b": Node("b", "x", "gt", 1, "b")})
    'b'
    """
    done = set()

    def visit(key, above):
        if key in above:
            return key
        if key in done or key not in nodes:
            return None
        found = next(
            (hit for _b, child in nodes[key].children if (hit := visit(child, above | {key})) is not None), None
        )
        done.add(key)
        return found

    return next((hit for key in nodes if (hit := visit(key, frozenset())) is not None), None)


def outline(nodes, root):
    """``[(depth, branch, key, is_repeated)]`` from the root downwards, as a tree is read aloud.

    A node that two branches share is told once; further mentions are marked as repeated.

    >>> tree = {n.key: n for n in (Node("r", "x", "gt", 1, "l", "s", "l"), Node("l", decision="grant"),
    ...                            Node("s", "y", "gt", 1, "l", "l", "l"))}
    >>> [(depth, branch, key) for depth, branch, key, _again in outline(tree, "r")][:3]
    [(0, None, 'r'), (1, 'yes', 'l'), (1, 'no', 's')]
    """
    rows, told = [], set()

    def tell(depth, branch, key):
        again = key in told and not nodes[key].is_leaf
        rows.append((depth, branch, key, again))
        told.add(key)
        for name, child in () if again else nodes[key].children:
            if child in nodes:
                tell(depth + 1, name, child)

    tell(0, None, root)
    return rows
