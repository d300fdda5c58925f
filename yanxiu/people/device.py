"""The device of a sign-in: the mark by which its attempts are counted apart from a stranger's (AU-03), and its name for its owner."""

import secrets

from django.core import signing

COOKIE = "device"
LASTS_SECONDS = 400 * 24 * 3600
_SALT = "people.device"
_BROWSERS = (
    ("wxwork", "企业微信"), ("dingtalk", "钉钉"), ("micromessenger", "微信"), ("edg", "Edge"), ("qqbrowser", "QQ 浏览器"),
    ("ucbrowser", "UC 浏览器"), ("firefox", "Firefox"), ("chrome", "Chrome"), ("safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iphone", "iPhone"), ("ipad", "iPad"), ("harmony", "鸿蒙设备"), ("android", "安卓手机"), ("windows", "Windows 电脑"),
    ("macintosh", "苹果电脑"), ("linux", "Linux 电脑"),
)  # fmt: skip


def issue(account_id: int) -> str:
    """Return a fresh signed mark for the account."""
    return signing.dumps([account_id, secrets.token_hex(8)], salt=_SALT)


def key_of(mark: str, account_id: int) -> str | None:
    """Return the throttle key of a genuine mark of this account, else None."""
    try:
        owner, nonce = signing.loads(mark[:300], salt=_SALT, max_age=LASTS_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return f"device:{nonce}" if owner == account_id else None


def described(agent: str) -> str:
    """Return what a browser's agent line says about the device, for the eye of its owner: 「Windows 电脑，Edge」."""
    low = agent.lower()
    found = [next((words for mark, words in marks if mark in low), "") for marks in (_SYSTEMS, _BROWSERS)]
    return "，".join(filter(None, found)) or "没有报出名称的设备"


def shortened(network: str) -> str:
    """Return a network address with its last part left out: enough to recognise home and school, too little to trace."""
    head, dot, _ = network.rpartition(".")
    return f"{head}.*" if dot else network.partition("/")[0][:40]
