"""The chain as it stands now, for the action that changes it."""

from yanxiu.approvals.models import Chain


def locked(chain_id: int) -> Chain:
    """Return the chain, locked until the end of the transaction."""
    return Chain.objects.select_for_update(of=("self",), no_key=True).get(pk=chain_id)
