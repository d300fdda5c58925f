"""The verbs of credits: settle, reverse, roll; issue and revoke certificates."""

from yanxiu.credits.actions.certifying import issue, issue_all, revoke
from yanxiu.credits.actions.settling import reverse, roll, settle, start_settlement

__all__ = ["issue", "issue_all", "reverse", "revoke", "roll", "settle", "start_settlement"]
