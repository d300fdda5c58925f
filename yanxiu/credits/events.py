"""What happens in credits."""

from yanxiu.records.events import EventType


class CreditEvent(EventType):
    """Settlements, reversals, roots and certificates."""

    SETTLEMENT_STARTED = ("started", "settlement", "开始结算")
    SETTLED = ("settled", "programme", "结算学时")
    REVERSED = ("reversed", "ledger_entry", "冲销学时")
    ROLLED = ("rolled", "ledger", "台账封存")
    ISSUED = ("issued", "certificate", "发证书")
    REVOKED = ("revoked", "certificate", "撤销证书")
