"""Which PostgreSQL the installation speaks to: the one of `DATABASE_URL`, else its own embedded server.

Two roles: the owner migrates; the web process signs in as `yanxiu_app`, which cannot update or delete records and
ledger entries (ADR 0004).
"""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from config import env
from yanxiu.kit import postgres

APP_ROLE = "yanxiu_app"


def is_embedded() -> bool:
    """Tell whether the installation runs its own server: no `DATABASE_URL` is given, neither itself nor as a file."""
    return not (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE"))


def parse(url: str) -> dict[str, Any]:
    """Turn `postgresql://user:password@host:port/name?sslmode=…` into Django's connection settings.

    A folder in `?host=` is a Unix socket. Raises env.BadSetting for another scheme or a missing database name.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise env.BadSetting("DATABASE_URL 应写成 postgresql://用户:口令@主机:端口/库名")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
    }


def from_environment(data: Path, *, pool: int, testing: bool) -> dict[str, dict[str, Any]]:
    """Return Django's `DATABASES`; starts nothing (`kit.postgres.ensure` does, when a command needs the server)."""
    url = env.text(
        "DATABASE_URL",
        zh="外部 PostgreSQL（15 或更新）；不设则用内置数据库",
        en="an external PostgreSQL (15 or newer); the embedded one if not set",
    )
    app_url = env.text(
        "DATABASE_APP_URL",
        zh="网页进程用的受限账号；不设则用 DATABASE_URL 切换角色",
        en="the web's restricted account; else DATABASE_URL switches role",
    )
    as_owner = env.flag(
        "DATABASE_AS_OWNER", False, zh="以所有者身份连接（迁移命令自行设置）", en="connect as owner (set by the migrating commands)"
    )
    prepare_after = env.number(
        "DATABASE_PREPARE_AFTER",
        2,
        zh="一条查询在同一个连接上用过几次后保留其计划；0 表示从不（数据库前面有不支持预备语句的连接池时）",
        en="uses of a query on a connection after which its plan is kept; 0 is never (behind a pooler without prepared statements)",
    )
    test_name = env.text("YANXIU_TEST_DATABASE_NAME", "test_yanxiu", zh="测试库名", en="name of the test database")
    if url:
        settings = parse(app_url if app_url and not as_owner else url)
        if not app_url and not as_owner and not testing:
            settings["OPTIONS"]["options"] = f"-c role={APP_ROLE}"
    else:
        settings = {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "yanxiu",
            "USER": "postgres" if as_owner or testing else APP_ROLE,
            "PASSWORD": "",
            "HOST": str(postgres.socket_folder(data)),
            "PORT": str(postgres.PORT),
            "OPTIONS": {},
        }
    if pool and not testing and not as_owner:
        settings["OPTIONS"]["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
    # Values travel beside the statement, so that its plan can be kept on the connection: planning costs most pages more than reading.
    settings["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": prepare_after or None}
    settings["CONN_MAX_AGE"] = 0
    settings["TEST"] = {"NAME": test_name}
    return {"default": settings}
