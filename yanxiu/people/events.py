"""What happens to persons and accounts."""

from yanxiu.records.events import EventType


class PersonEvent(EventType):
    """Persons and where they work."""

    REGISTERED = ("registered", "person", "登记人员")
    CORRECTED = ("corrected", "person", "更正人员信息")
    AFFILIATED = ("affiliated", "person", "调入单位")
    TAUGHT = ("set_teachings", "person", "确认学段学科")
    IDENTITY_REVEALED = ("revealed", "identity", "查看证件号")
    FOLLOWED = ("followed", "unit", "随单位改隶")
    WITHDRAWN = ("withdrew", "person", "撤回登记")
    MOBILE_SET = ("set_mobile", "person", "更新手机号")
    LISTED = ("exported", "people", "导出教师名单")
    PAGE_KEPT = ("kept", "personal_page", "设置个人空间公开面")


class AccountEvent(EventType):
    """Accounts, codes and sign-in."""

    CODE_ISSUED = ("issued", "activation_code", "发激活码")
    CODE_VOIDED = ("voided_by_tries", "activation_code", "激活码试错作废")
    ACTIVATED = ("activated", "account", "激活账号")
    SIGNED_IN = ("signed_in", "account", "登录")
    REFUSED = ("refused", "account", "登录未通过")
    SIGNED_OUT = ("signed_out", "account", "退出登录")
    PASSWORD_CHANGED = ("changed_password", "account", "修改密码")
    CHANGE_REQUIRED = ("required_change", "account", "要求修改密码")
    SUSPENDED = ("suspended", "account", "停用账号")
    RESTORED = ("restored", "account", "恢复账号")
    PREFERRED = ("preferred", "account", "调整显示")


class SessionEvent(EventType):
    """Sign-ins on devices."""

    OPENED = ("opened", "session", "在设备上登录")
    ENDED = ("ended", "session", "退出一台设备")
    OTHERS_ENDED = ("ended_others", "session", "退出其他设备")


class RosterEvent(EventType):
    """Rosters and their rows."""

    PREVIEWED = ("previewed", "roster", "预览名册")
    IMPORTED = ("imported", "roster", "导入名册")
    UNDONE = ("undid", "roster", "撤回名册")
    EXPORTED = ("exported", "roster", "下载名册退回行")
    MENDED = ("mended", "roster_row", "改名册的行")
    RESOLVED = ("resolved", "roster_row", "决定名册待定行")
