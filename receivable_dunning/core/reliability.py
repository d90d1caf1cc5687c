"""How far promises of somebody are to be relied on."""

from dataclasses import dataclass

# Fewer decided promises say nothing about who gave them.
ENOUGH = 3


@dataclass(frozen=True, slots=True)
class Reliability:
    """Promises kept of those decided (kept, partly kept, broken; cancelled ones do not count)."""

    kept: int = 0
    decided: int = 0

    @property
    def share(self):
        """Between 0 and 1; ``None``: not enough data.

        >>> Reliability(2, 2).share, Reliability(2, 4).share
        (None, 0.5)
        """
        return self.kept / self.decided if self.decided >= ENOUGH else None
