"""Reading packages: what makers write is understood, what is hostile is refused with its reason, and nothing is left behind."""

import hashlib

import pytest

from tests.catalogue import package_samples as samples
from yanxiu.catalogue.packages import reading
from yanxiu.catalogue.packages.paths import Files, media_type
from yanxiu.files import packages as folders
from yanxiu.files.inspection import Unusable


@pytest.fixture
def read(tmp_path):
    """`read(bytes)` gives (listing, manifest, storage name) of a package that was kept."""

    def run(content: bytes, *, title: str = "课件"):
        source = tmp_path / "source.zip"
        source.write_bytes(content)
        with reading.read(source, tmp_path / "files", title=title) as found:
            name = reading.keep(found, tmp_path / "files")
        return found.listing, found.manifest, name

    return run


def left(folder) -> list[str]:
    """Whatever lies in the folder of packages."""
    return sorted(str(path) for path in (folder / "files" / "packages").rglob("*") if path.is_file())


def test_scorm_12_with_one_unit(read, tmp_path):
    listing, manifest, name = read(samples.single_12())

    assert (manifest.edition, manifest.title) == ("scorm12", "班级公约怎样定")
    (sco,) = manifest.scos
    assert (sco.id, sco.path, sco.reports) == ("one", "index_lms.html", True)
    assert sco.facts == {"mastery_score": "80", "launch_data": "lang=zh"}
    assert [part.path for part in listing.parts] == [
        "imsmanifest.xml", "index_lms.html", "lms/scorm.js", "data/img/pixel.png", "adlcp_rootv1p2.xsd",
    ]  # fmt: skip
    place = folders.place_of(tmp_path / "files", name)
    assert sorted(path.name for path in place.iterdir()) == ["0", "1", "2", "3", "4", "index.json"]
    part = folders.index_of(tmp_path / "files", name)["lms/scorm.js"]
    content = (place / str(part.number)).read_bytes()
    assert (part.size, part.sha256, part.media_type) == (len(content), hashlib.sha256(content).hexdigest(), "text/javascript")


@pytest.mark.parametrize(
    ("version", "edition"),
    [("CAM 1.3", "scorm2004-2"), ("2004 3rd Edition", "scorm2004-3"), ("2004 4th Edition", "scorm2004-4")],
)
def test_every_edition_of_scorm_2004(read, version, edition):
    _, manifest, _ = read(samples.single_2004(version=version))

    assert manifest.edition == edition
    assert manifest.scos[0].path == "scormcontent/index.html"
    assert manifest.scos[0].facts == {"scaled_passing_score": "0.6"}
    assert not manifest.is_sequenced


def test_a_sequence_of_units_is_handed_on(read):
    _, manifest, _ = read(samples.multi_2004())

    assert manifest.is_sequenced
    assert manifest.contents.sequencing["sequencingControls"] == {"choice": True, "flow": True}
    last = manifest.contents.children[2].sequencing
    assert last["sequencingRules"] == {
        "preConditionRules": [
            {
                "action": "disabled",
                "conditionCombination": "any",
                "conditions": [{"condition": "satisfied", "operator": "not", "referencedObjective": "first"}],
            }
        ]
    }
    assert last["objectives"] == [{"objectiveID": "first", "mapInfo": [{"targetObjectiveID": "global-first", "readSatisfiedStatus": True}]}]


def test_units_in_folders_launched_with_parameters(read):
    _, manifest, _ = read(samples.multi_12())

    assert [(sco.id, sco.path, sco.query, sco.reports) for sco in manifest.scos] == [
        ("a", "shared/launch.html", "?unit=a", True),
        ("b", "shared/launch.html", "?unit=b", True),
        ("c", "read.html", "", False),
    ]
    assert [node.title for node in manifest.contents.children] == ["上篇", "阅读材料"]


def test_a_package_from_chinese_windows(read):
    listing, manifest, _ = read(samples.gbk_12())

    assert listing.encoding == "gb18030"
    assert (manifest.title, manifest.scos[0].path) == ("课堂提问的艺术", "课件/页面/首页.html")


def test_plain_pages(read):
    _, manifest, _ = read(samples.pages(), title="网页课件")

    assert (manifest.edition, manifest.scos[0].path, manifest.scos[0].reports) == ("web", "index.html", False)


def test_plain_pages_begin_at_the_root_or_in_the_one_folder(read):
    assert read(samples.zipped({"a/index.html": b"", "index.htm": b""}))[1].scos[0].path == "index.htm"
    assert read(samples.zipped({"a/index.html": b"", "a/b/index.html": b""}))[1].scos[0].path == "a/index.html"


def test_a_compressed_file_for_the_pages_own_script_is_handed_on_unopened(read, tmp_path):
    listing, manifest, name = read(samples.single_12(**{"mobile/data.gz": b"\x1f\x8b\x08\x00never opened"}))

    part = folders.index_of(tmp_path / "files", name)["mobile/data.gz"]
    assert (manifest.edition, len(listing.parts), part.media_type) == ("scorm12", 6, "application/octet-stream")
    assert (folders.place_of(tmp_path / "files", name) / str(part.number)).read_bytes() == b"\x1f\x8b\x08\x00never opened"


GOOD = samples.resource("one", "index.html")
BOMB = '<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><manifest>&b;</manifest>'
EXTERNAL = '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><manifest>&x;</manifest>'
PARAMETER = '<!DOCTYPE m SYSTEM "http://127.0.0.1:9/canary.dtd"><manifest/>'
UTF16_DTD = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE m [<!ENTITY a "x">]><manifest/>'.encode("utf-16")
HOSTILE = {
    "no zip": (b"Rar!\x1a\x07\x00", "不是 ZIP"),
    "seven zip": (b"7z\xbc\xaf\x27\x1c", "不是 ZIP"),
    "cut off": (samples.single_12()[:-40], "打不开"),
    "parent folder": (samples.with_entry("../../evil.html"), "包外面"),
    "parent in the middle": (samples.with_entry("a/../../evil.html"), "包外面"),
    "absolute": (samples.with_entry("/etc/cron.d/evil"), "包外面"),
    "drive": (samples.with_entry("C:/evil.html"), "包外面"),
    "backslash": (samples.with_entry("..\\evil.html"), "包外面"),
    "UNC": (samples.with_entry("\\\\server\\share\\evil.html"), "包外面"),
    "NUL": (samples.renamed({"imsmanifest.xml": b"<manifest/>", "evil.html\x00.png": b"x"}, encoding="utf-8"), "包外面"),
    "symbolic link": (samples.with_entry("link.html", b"/etc/passwd", mode=samples.LINK), "链接或设备"),
    "device": (samples.with_entry("device.html", mode=samples.DEVICE), "链接或设备"),
    "case twins": (samples.with_entry("INDEX_LMS.html"), "只差大小写"),
    "unicode twins": (samples.zipped([("e\u0301.html", b"1"), ("\u00e9.html", b"2")]), "只差大小写或写法"),
    "reserved name": (samples.with_entry("con.txt"), "Windows 不能用"),
    "long name": (samples.with_entry("长" * 100 + ".html"), "名字太长"),
    "locked": (samples.locked(), "口令"),
    "ratio": (samples.with_entry("bomb.txt", b"0" * 8_000_000), "读不出来|倍，最多 100 倍"),
    "lying size": (samples.lying(), "大得多|读不出来"),
    "too many": (samples.zipped({f"{n}.html": b"" for n in range(5_001)}), "5001 个文件"),
    "archive inside": (samples.with_entry("里面.zip", samples.single_12()), "还有压缩包"),
    "program inside": (samples.with_entry("setup.exe"), "程序文件"),
    "entity bomb": (samples.with_manifest(BOMB), "DTD"),
    "external entity": (samples.with_manifest(EXTERNAL), "DTD"),
    "parameter entity": (samples.with_manifest(PARAMETER), "DTD"),
    "DTD in UTF-16": (samples.with_manifest(UTF16_DTD), "DTD"),
    "broken manifest": (samples.with_manifest("<manifest><a></manifest>"), "第 1 行第 16 列"),
    "other root": (samples.with_manifest("<html/>"), "不是课件清单"),
    "no organisation": (samples.with_manifest("<manifest><organizations/></manifest>"), "没有目录"),
    "deep manifest": (samples.with_manifest("<manifest>" + "<a>" * 5_000 + "</a>" * 5_000 + "</manifest>"), "层次或条目"),
    "launch outside": (
        samples.with_manifest(samples.manifest_12(samples.item("one", "页"), samples.resource("one", "../x.html"))),
        "不在包里",
    ),
    "launch elsewhere": (
        samples.with_manifest(samples.manifest_12(samples.item("one", "页"), samples.resource("one", "https://evil.example/x.html"))),
        "包外面的地址",
    ),
    "launch by protocol": (
        samples.with_manifest(samples.manifest_12(samples.item("one", "页"), samples.resource("one", "javascript:alert(1)"))),
        "包外面的地址",
    ),
    "launch missing": (
        samples.with_manifest(samples.manifest_12(samples.item("one", "页"), samples.resource("one", "none.html"))),
        "none.html.*不在包里",
    ),
    "same id twice": (samples.with_manifest(samples.manifest_12(samples.item("one", "页") * 2, GOOD)), "编号"),
    "H5P": (samples.zipped({"h5p.json": b"{}", "content/content.json": b"{}"}), "H5P"),
    "AICC": (samples.zipped({"course.au": b"", "course.crs": b"", "a.html": b""}), "AICC"),
    "cmi5": (samples.zipped({"cmi5.xml": b"<courseStructure/>", "one/index.html": b"", "two/index.html": b""}), "cmi5"),
    "xAPI": (samples.zipped({"tincan.xml": b"<tincan/>", "index.html": b""}), "xAPI"),
    "no first page": (samples.zipped({"one/index.html": b"", "two/index.html": b""}), "2 个“index.html”"),
    "nothing to open": (samples.zipped({"a.txt": b"x"}), "imsmanifest.xml"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_package_is_refused_with_its_reason_and_leaves_nothing(read, tmp_path, case):
    content, reason = HOSTILE[case]

    with pytest.raises(Unusable, match=reason):
        read(content)

    assert left(tmp_path) == []
    assert not list((tmp_path / "files" / "packages").glob("incoming/*"))


def test_a_child_that_dies_refuses_the_package(read, tmp_path, monkeypatch):
    monkeypatch.setattr("yanxiu.kit.confined.sys.executable", "/bin/false")

    with pytest.raises(Unusable, match="解不开"):
        read(samples.single_12())

    assert left(tmp_path) == []


def test_a_path_is_found_whatever_its_case_but_never_outside():
    files = Files(["课件/Index.HTML", "a.js"])

    assert files.find("课件/index.html") == "课件/Index.HTML"
    assert files.find("课件/../a.js") == "a.js"
    assert files.find("./A.JS") == "a.js"
    for wanted in ("../a.js", "/a.js", "", ".", "..", "课件", "a.js/.."):
        assert files.find(wanted) is None, wanted


def test_only_what_browsers_show_has_a_type():
    assert media_type("x/电影.MP4") == "video/mp4"
    assert media_type("x.swf") == media_type("noextension") == "application/octet-stream"
