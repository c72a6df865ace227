"""The cells of this server and the waiting line in front of them."""

from jobe_torch.pool.errors import CellFault, NoGpu, Overloaded, Refusal
from jobe_torch.pool.pool import Pool
from jobe_torch.pool.pools import Pools
from jobe_torch.pool.status import PoolStatus, SlotState, SlotStatus

__all__ = [
    "CellFault",
    "NoGpu",
    "Overloaded",
    "Pool",
    "PoolStatus",
    "Pools",
    "Refusal",
    "SlotState",
    "SlotStatus",
]
