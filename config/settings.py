"""The one settings file; differences between installations are variables of the environment (`config.env`)."""

import os
from pathlib import Path

from csp.constants import NONCE

from config import databases, env
from config.secrets import secret

ROOT = Path(__file__).resolve().parent.parent

DATA = env.path(
    "DATA",
    ROOT / "data",
    zh="数据文件夹：内置数据库、上传的文件、密钥",
    en="data folder: embedded database, uploads, secrets",
    shown="data",
)
DEBUG = env.flag("DEBUG", False, zh="开发模式；生产环境必须关闭", en="development mode; must be off in production")
TESTING = env.flag("YANXIU_TESTING", False, zh="由测试程序设置", en="set by the test runner")
PORT = env.number("PORT", 8000, zh="网页端口", en="port of the pages")
HOST = env.text("HOST", "127.0.0.1", zh="监听地址", en="address to listen on")
BASE_URL = env.text(
    "BASE_URL",
    f"http://127.0.0.1:{PORT}",
    zh="对外的网址，用于通知和证书里的链接",
    en="public address, for links in notices and certificates",
    shown="http://127.0.0.1:PORT",
).rstrip("/")
FILES_PORT = env.number(
    "FILES_PORT",
    PORT + 1,
    zh="第二来源（上传内容）的端口",
    en="port of the second origin for untrusted content",
    shown="PORT + 1",
)
FILES_URL = env.text(
    "FILES_URL",
    f"http://127.0.0.1:{FILES_PORT}",
    zh="第二来源的网址，生产环境用另一个域名",
    en="address of the second origin; its own host name in production",
    shown="http://127.0.0.1:FILES_PORT",
).rstrip("/")
BEATS_PORT = env.number(
    "BEATS_PORT",
    0,
    zh="学习上报另开进程的端口，由反向代理把 /beats 转到这里；0 为不另开，由网页进程接收",
    en="port of a process of its own for beats, to which a proxy sends /beats; 0: the web processes take them",
)
WEB_WORKERS = env.number("WEB_WORKERS", min(2, os.cpu_count() or 1), zh="网页进程数", en="web processes", shown="cores, at most 2")
WEB_THREADS = env.number("WEB_THREADS", 8, zh="每个网页进程的线程数", en="threads of a web process")
POINT_NAME = (DATA / "point-name").read_text(encoding="utf-8").strip() if (DATA / "point-name").exists() else ""
SITE_NAME = env.text("SITE_NAME", "研修", zh="站点名称", en="name of the site")
FILING = env.text("FILING", "", zh="页脚备案号", en="filing numbers in the footer")

SECRET_KEY = secret(
    DATA,
    "django",
    env.text("SECRET_KEY", zh="会话与表单签名密钥；不设则首次启动时生成", en="signs sessions and forms; made at first start"),
)
IDENTITY_KEY = secret(
    DATA, "identity", env.text("IDENTITY_KEY", zh="身份证号加密密钥（32 字节，base64）", en="encrypts identity numbers (32 bytes, base64)")
)
TICKET_KEY = secret(DATA, "ticket", env.text("TICKET_KEY", zh="学习凭条签名密钥", en="signs study tickets"))
CERTIFICATE_KEY = secret(
    DATA,
    "certificate",
    env.text("CERTIFICATE_KEY", zh="证书签名密钥种子（32 字节，base64）", en="seed of the certificate signing key (32 bytes, base64)"),
)

_hosts = env.words("ALLOWED_HOSTS", zh="允许的主机名，逗号分隔", en="allowed host names, separated by commas")
ALLOWED_HOSTS = [*_hosts] or ["127.0.0.1", "localhost", "[::1]", "testserver"]
SECURE = env.flag("HTTPS", False, zh="由 HTTPS 提供服务（启用安全 Cookie 与 HSTS）", en="served over HTTPS (secure cookies, HSTS)")
TRUSTED_PROXIES = env.words("TRUSTED_PROXIES", zh="可信反向代理的地址", en="addresses of trusted reverse proxies")
SIGN_IN_BY_INITIALS = env.flag(
    "SIGN_IN_BY_INITIALS",
    False,
    zh="允许用身份证号加姓名简拼打开激活页（默认关闭）",
    en="identity number plus name initials may open the activation page (off by default)",
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "template_partials",
    "django_linear_migrations",
    "procrastinate.contrib.django",
    *(
        f"yanxiu.{name}"
        for name in [
            "kit",
            "records",
            "orgs",
            "people",
            "drafts",
            "access",
            "files",
            "integrity",
            "approvals",
            "catalogue",
            "programmes",
            "learning",
            "assessment",
            "workshops",
            "fieldwork",
            "evaluation",
            "credits",
            "notices",
            "insight",
            "portal",
            "demo",
        ]
    ),
]

MIDDLEWARE = [
    "yanxiu.kit.middleware.request_id",
    "yanxiu.kit.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yanxiu.kit.middleware.locale",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "yanxiu.access.middleware.actor",
    "django_htmx.middleware.HtmxMiddleware",
    "yanxiu.kit.middleware.errors",
    "yanxiu.kit.middleware.policy",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
APPEND_SLASH = True

FORM_RENDERER = "yanxiu.kit.templating.controls.Renderer"

TEMPLATES = [
    {
        "BACKEND": "yanxiu.kit.templating.backend.Backend",
        "NAME": "django",
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [("yanxiu.kit.templating.backend.Loader", ["django.template.loaders.app_directories.Loader"])],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "csp.context_processors.nonce",
                "yanxiu.portal.frame.frame",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "yanxiu.kit.templatetags.ui",
                "template_partials.templatetags.partials",
                "django.templatetags.static",
            ],
        },
    }
]

DATABASE_POOL = env.number("DATABASE_POOL", 8, zh="每个网页进程的数据库连接数", en="database connections of a web process")
DATABASES = databases.from_environment(DATA, pool=DATABASE_POOL, testing=TESTING)
DATABASE_IS_EMBEDDED = databases.is_embedded()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS: list[str] = []
PASSWORD_HASHERS = ["yanxiu.people.hashing.Argon2id"]
if TESTING:
    PASSWORD_HASHERS.insert(0, "django.contrib.auth.hashers.MD5PasswordHasher")
SESSION_ENGINE = "yanxiu.kit.session_store"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_AGE = env.number("SESSION_MINUTES", 8 * 60, zh="登录后最长保持的分钟数", en="minutes a sign-in lasts at most") * 60
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_FAILURE_VIEW = "yanxiu.kit.views.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_SSL_REDIRECT = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE and TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "yanxiu.files.uploads.Brake",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'", NONCE],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", FILES_URL],
        "media-src": ["'self'", "blob:", FILES_URL],
        "font-src": ["'self'"],
        "connect-src": ["'self'", FILES_URL],
        "worker-src": ["'self'", "blob:"],
        "frame-src": [FILES_URL],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [ROOT / "static"] if (ROOT / "static").exists() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA / "files"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

SCHEDULE = "yanxiu.portal.schedule.SCHEDULE"
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "yanxiu.kit.logs.OneLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "yanxiu": {"level": "INFO"},
        "django.request": {"level": "ERROR"},  # failures outside views; kit.middleware.errors logs those inside
        "pyhanko": {"level": "ERROR"},
    },
}
