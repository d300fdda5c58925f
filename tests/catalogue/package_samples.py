"""Course packages for tests, as different makers lay them out, and hostile ones. Each function returns the bytes of a zip."""

import io
import stat
import struct
import zipfile
from collections.abc import Iterable

SCHEMA_12 = 'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"'
SCHEMA_2004 = (
    'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
    'xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3" '
    'xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
)

# What a page of the samples does: it looks for the API as the standard says, resumes, and reports by its buttons.
SCRIPT = """
var api = null, is2004 = false, win = window;
for (var i = 0; i < 20 && !api; i++) {
  if (win.API_1484_11) { api = win.API_1484_11; is2004 = true; }
  else if (win.API) { api = win.API; }
  if (win.parent === win) break;
  win = win.parent;
}
function call(a, b) { return function () { return api[is2004 ? b : a].apply(api, arguments); }; }
var start = call("LMSInitialize", "Initialize"), get = call("LMSGetValue", "GetValue"), put = call("LMSSetValue", "SetValue");
var commit = call("LMSCommit", "Commit"), end = call("LMSFinish", "Terminate"), trouble = call("LMSGetLastError", "GetLastError");
var name = is2004 ? "cmi.location" : "cmi.core.lesson_location", ended = false;
function page() { return Number(document.getElementById("page").textContent); }
function show(n) { document.getElementById("page").textContent = n; }
function finish() { if (!ended) { ended = true; end(""); } }
function report(status, score) {
  if (is2004) {
    put("cmi.completion_status", "completed"); put("cmi.success_status", status === "failed" ? "failed" : "passed");
    put("cmi.score.scaled", String(score / 100)); put("cmi.session_time", "PT45S");
  } else {
    put("cmi.core.lesson_status", status); put("cmi.core.score.raw", String(score)); put("cmi.core.score.max", "100");
    put("cmi.core.score.min", "0"); put("cmi.core.session_time", "00:00:45");
  }
  commit("");
}
addEventListener("load", function () {
  var said = document.getElementById("said");
  if (!api) { said.textContent = "no API"; return; }
  said.textContent = start("");
  show(get(name) || "1");
  document.getElementById("entry").textContent = get(is2004 ? "cmi.entry" : "cmi.core.entry");
  document.getElementById("who").textContent = get(is2004 ? "cmi.learner_name" : "cmi.core.student_name");
  document.getElementById("kept").textContent = get("cmi.suspend_data");
  document.getElementById("next").onclick = function () {
    show(page() + 1); put(name, String(page())); put("cmi.suspend_data", "p=" + page() + ";中文");
    put(is2004 ? "cmi.exit" : "cmi.core.exit", "suspend"); said.textContent = commit("");
  };
  document.getElementById("pass").onclick = function () { report("passed", 92); said.textContent = "reported"; };
  document.getElementById("fail").onclick = function () { report("failed", 30); said.textContent = "reported"; };
  document.getElementById("onward").onclick = function () {
    report("passed", 80); put("adl.nav.request", "continue"); finish();
  };
  document.getElementById("long").onclick = function () {
    var answer = put("cmi.suspend_data", new Array(70000).join("x")); said.textContent = answer + " " + trouble();
  };
});
addEventListener("beforeunload", finish);
addEventListener("pagehide", finish);
"""


def page(title: str, *, script: str = "scorm.js", encoding: str = "utf-8", more: str = "") -> bytes:
    """A page of a sample: a number that moves on, and buttons that report."""
    buttons = "".join(
        f'<button id="{key}">{words}</button>'
        for key, words in (("next", "下一页"), ("pass", "交卷通过"), ("fail", "交卷不通过"), ("onward", "完成并继续"), ("long", "写超长"))
    )
    text = (
        f'<!doctype html><html lang="zh"><head><meta charset="{encoding}"><title>{title}</title><script src="{script}"></script></head>'
        f'<body><h1>{title}</h1><p>第 <b id="page">?</b> 页</p><p id="who"></p><p>entry=<i id="entry"></i> kept=<i id="kept"></i></p>'
        f'{buttons}<p id="said"></p>{more}</body></html>'
    )
    return text.encode(encoding)


def zipped(files: dict[str, bytes] | Iterable[tuple[str, bytes]], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of the files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, content)
    return buffer.getvalue()


def manifest_12(items: str, resources: str, *, title: str = "班级公约怎样定", head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    """A manifest of SCORM 1.2."""
    return (
        f'{head}<manifest identifier="m" version="1.1" {SCHEMA_12}><metadata><schema>ADL SCORM</schema>'
        f'<schemaversion>1.2</schemaversion></metadata><organizations default="o"><organization identifier="o"><title>{title}</title>'
        f"{items}</organization></organizations><resources>{resources}</resources></manifest>"
    )


def manifest_2004(
    items: str, resources: str, *, version: str = "2004 4th Edition", title: str = "有效观课", sequencing: str = "", collection: str = ""
) -> str:
    """A manifest of SCORM 2004."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><manifest identifier="m" version="1" {SCHEMA_2004}><metadata>'
        f"<schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>"
        f'<organizations default="o"><organization identifier="o"><title>{title}</title>{items}{sequencing}</organization></organizations>'
        f"<resources>{resources}</resources>{collection}</manifest>"
    )


def item(key: str, title: str, *, inside: str = "", parameters: str = "") -> str:
    more = f' parameters="{parameters}"' if parameters else ""
    return f'<item identifier="{key}" identifierref="r-{key}"{more}><title>{title}</title>{inside}</item>'


def resource(key: str, href: str, *, kind: str = "sco", edition: int = 12) -> str:
    attribute = "scormtype" if edition == 12 else "scormType"
    return f'<resource identifier="r-{key}" type="webcontent" adlcp:{attribute}="{kind}" href="{href}"><file href="{href}"/></resource>'


def single_12(**changes: bytes) -> bytes:
    """SCORM 1.2 with one unit, as slide converters write it: `index_lms.html` beside folders, mastery score and launch data."""
    inside = "<adlcp:masteryscore>80</adlcp:masteryscore><adlcp:datafromlms>lang=zh</adlcp:datafromlms>"
    files = {
        "imsmanifest.xml": manifest_12(item("one", "班级公约怎样定", inside=inside), resource("one", "index_lms.html")).encode(),
        "index_lms.html": page("班级公约怎样定", script="lms/scorm.js", more='<img src="data/img/pixel.png" alt="图">'),
        "lms/scorm.js": SCRIPT.encode(),
        "data/img/pixel.png": PIXEL,
        "adlcp_rootv1p2.xsd": b"<schema/>",
        "__MACOSX/._index_lms.html": b"junk",
        ".DS_Store": b"junk",
    } | changes
    return zipped(files)


def single_2004(*, version: str = "2004 4th Edition") -> bytes:
    """SCORM 2004 with one unit, as e-learning tools write it: everything below `scormcontent/`, `xml:base`, completion threshold."""
    objectives = (
        '<imsss:sequencing><imsss:objectives><imsss:primaryObjective objectiveID="main" satisfiedByMeasure="true">'
        "<imsss:minNormalizedMeasure>0.6</imsss:minNormalizedMeasure></imsss:primaryObjective></imsss:objectives>"
        '<imsss:deliveryControls completionSetByContent="true" objectiveSetByContent="true"/></imsss:sequencing>'
    )
    found = resource("one", "index.html", edition=2004).replace("<resource ", '<resource xml:base="scormcontent/" ')
    return zipped(
        {
            "imsmanifest.xml": manifest_2004(item("one", "有效观课", inside=objectives), found, version=version).encode(),
            "scormcontent/index.html": page("有效观课"),
            "scormcontent/scorm.js": SCRIPT.encode(),
        }
    )


def multi_2004() -> bytes:
    """SCORM 2004 3rd edition with three units in order: flow without choice, the last only after the first two."""
    rule = (
        '<imsss:sequencing><imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions conditionCombination="any">'
        '<imsss:ruleCondition referencedObjective="first" operator="not" condition="satisfied"/></imsss:ruleConditions>'
        '<imsss:ruleAction action="disabled"/></imsss:preConditionRule></imsss:sequencingRules><imsss:objectives>'
        '<imsss:primaryObjective/><imsss:objective objectiveID="first"><imsss:mapInfo targetObjectiveID="global-first" '
        'readSatisfiedStatus="true"/></imsss:objective></imsss:objectives></imsss:sequencing>'
    )
    first = (
        '<imsss:sequencing><imsss:objectives><imsss:primaryObjective objectiveID="own"><imsss:mapInfo targetObjectiveID="global-first" '
        'writeSatisfiedStatus="true"/></imsss:primaryObjective></imsss:objectives></imsss:sequencing>'
    )
    items = item("a", "看一节课", inside=first) + item("b", "写观课记录") + item("c", "测一测", inside=rule)
    control = '<imsss:sequencing><imsss:controlMode choice="true" flow="true"/></imsss:sequencing>'
    resources = "".join(resource(key, f"{key}/index.html", edition=2004) for key in "abc")
    files = {"imsmanifest.xml": manifest_2004(items, resources, version="2004 3rd Edition", sequencing=control).encode()}
    for key, title in (("a", "看一节课"), ("b", "写观课记录"), ("c", "测一测")):
        files[f"{key}/index.html"] = page(title, script="../shared/scorm.js")
    return zipped(files | {"shared/scorm.js": SCRIPT.encode()})


def multi_12() -> bytes:
    """SCORM 1.2 with two units and a page without reports, all launched through one page with parameters, in folders of items."""
    inner = item("a", "发动学生", parameters="?unit=a") + item("b", "表决签名", parameters="?unit=b")
    items = f'<item identifier="part"><title>上篇</title>{inner}</item>{item("c", "阅读材料")}'
    resources = resource("a", "shared/launch.html") + resource("b", "shared/launch.html") + resource("c", "read.html", kind="asset")
    files = {
        "imsmanifest.xml": manifest_12(items, resources).encode(),
        "shared/launch.html": page("班级公约"),
        "shared/scorm.js": SCRIPT.encode(),
        "read.html": "<!doctype html><meta charset=utf-8><h1>阅读材料</h1>".encode(),
    }
    return zipped(files)


def gbk_12() -> bytes:
    """SCORM 1.2 packed on Chinese Windows: names in GBK without the flag, the manifest and the page in GB2312, a folder around it."""
    head = '<?xml version="1.0" encoding="GB2312"?>'
    manifest = manifest_12(item("one", "课堂提问"), resource("one", "页面/首页.html"), title="课堂提问的艺术", head=head).encode("gb18030")
    files = {
        "课件/imsmanifest.xml": manifest,
        "课件/页面/首页.html": page("课堂提问", script="../脚本.js", encoding="gb2312"),
        "课件/脚本.js": SCRIPT.encode("gb18030"),
    }
    return renamed(files, encoding="gb18030")


def silent_12() -> bytes:
    """SCORM 1.2 with two units that begin and finish and never speak of their status; the standard calls them completed then."""
    found = (
        "<!doctype html><meta charset=utf-8><h1>{title}</h1><p id=said></p><script>var api = parent.API;"
        'said.textContent = api.LMSInitialize("");addEventListener("unload", function () {{ api.LMSFinish(""); }});</script>'
    )
    titles = {"a": "先看", "b": "再看"}
    items, resources = "".join(item(*one) for one in titles.items()), "".join(resource(key, f"{key}.html") for key in titles)
    pages_ = {f"{key}.html": found.format(title=title).encode() for key, title in titles.items()}
    return zipped({"imsmanifest.xml": manifest_12(items, resources, title="先看再看").encode()} | pages_)


def pages() -> bytes:
    """Plain pages without a manifest."""
    return zipped({"index.html": "<!doctype html><meta charset=utf-8><h1>网页课件</h1>".encode(), "style.css": b"h1{color:#123}"})


def renamed(files: dict[str, bytes], *, encoding: str) -> bytes:
    """A zip whose names are bytes of an encoding, without saying so."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for number, content in enumerate(files.values()):
            archive.writestr(f"{number:08d}{'x' * (len(list(files)[number].encode(encoding)) - 8)}", content)
    content = raw.getvalue()
    for number, name in enumerate(files):
        written = name.encode(encoding)
        content = content.replace(f"{number:08d}{'x' * (len(written) - 8)}".encode(), written)
    return content


def with_entry(name: str, content: bytes = b"x", *, mode: int = 0) -> bytes:
    """A good package with one more entry, written as it stands."""
    buffer = io.BytesIO(single_12())
    with zipfile.ZipFile(buffer, "a") as archive:
        info = zipfile.ZipInfo(name)
        info.filename = name
        info.external_attr = mode << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, content)
    return buffer.getvalue()


def locked() -> bytes:
    """A package whose entries say that they are encrypted."""
    content = bytearray(single_12())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(magic)
        while at >= 0:
            flags = struct.unpack_from("<H", content, at + offset)[0]
            struct.pack_into("<H", content, at + offset, flags | 1)
            at = content.find(magic, at + 4)
    return bytes(content)


def lying(claimed: int = 10) -> bytes:
    """A package whose large file claims to be small."""
    raw = zipped({"index.html": b"<h1>x</h1>", "big.txt": b"0123456789" * 30_000}, method=zipfile.ZIP_STORED)
    content = bytearray(raw)
    size = struct.pack("<I", 300_000)
    at = content.rfind(b"PK\x01\x02")
    place = content.index(size, at + 24)
    content[place : place + 4] = struct.pack("<I", claimed)
    return bytes(content)


def with_manifest(manifest: str | bytes) -> bytes:
    """A package with this manifest and one page."""
    raw = manifest.encode() if isinstance(manifest, str) else manifest
    return zipped({"imsmanifest.xml": raw, "index.html": page("页"), "scorm.js": SCRIPT.encode()})


LINK = stat.S_IFLNK | 0o777
DEVICE = stat.S_IFCHR | 0o666
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
