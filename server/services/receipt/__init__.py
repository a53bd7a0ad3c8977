"""What each tablet has, what came from it, and what is still to come: told when a supervisor asks."""

from server.services.receipt.detail import receipt
from server.services.receipt.listing import count_problems, last_month, tablets, units
from server.services.receipt.model import Receipt, Tablet
from server.services.receipt.problem import PROBLEMS

__all__ = ["PROBLEMS", "Receipt", "Tablet", "count_problems", "last_month", "receipt", "tablets", "units"]
