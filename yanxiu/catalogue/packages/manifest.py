"""From `imsmanifest.xml` to what can be played: SCORM 1.2 and the editions of SCORM 2004, and plain pages without a manifest."""

from collections.abc import Mapping
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

from yanxiu.catalogue.packages import sequencing, xml
from yanxiu.catalogue.packages.paths import Files
from yanxiu.catalogue.packages.shape import Edition, Manifest, Node, Sco
from yanxiu.files.inspection.refusal import RefusedError

NAME = "imsmanifest.xml"
INDEX = ("index.html", "index.htm")
MOST_SCOS = 500
MOST_TITLE = 200
MOST_ID = 200
MOST_FACT = 4_096
_FACTS_12 = {
    "datafromlms": "launch_data",
    "masteryscore": "mastery_score",
    "maxtimeallowed": "max_time_allowed",
    "timelimitaction": "time_limit_action",
}
_FACTS_2004 = {"dataFromLMS": "launch_data", "timeLimitAction": "time_limit_action"}


def understood(raw: bytes, files: Files, *, base: str) -> Manifest:
    """Return the manifest; `base` is the folder it lies in. Raises RefusedError with the place of what is wrong."""
    root = xml.parsed(raw, NAME)
    if xml.local(root) != "manifest":
        raise RefusedError(f"“{NAME}”里不是课件清单。请用制作工具以 SCORM 1.2 或 SCORM 2004 格式重新导出。")
    edition = _edition(root)
    organization = _organization(root)
    if organization is None:
        raise RefusedError(f"“{NAME}”里没有目录（organization），不知道先打开哪一页。请重新导出课件再传。")
    holder = xml.child(root, "resources")
    below = base + xml.base(root) + (xml.base(holder) if holder is not None else "")
    resources = {xml.attribute(one, "identifier"): one for one in xml.children(holder, "resource")}
    reading = _Reading(edition=edition, resources=resources, files=files, base=below)
    contents = reading.node(organization, is_root=True)
    if not reading.scos:
        raise RefusedError(f"“{NAME}”的目录里没有一项能打开。请重新导出课件再传。")
    return Manifest(
        edition=edition, title=contents.title, contents=contents, scos=tuple(reading.scos), collections=sequencing.collections(root)
    )


def pages(files: Files, *, title: str) -> Manifest | None:
    """Return a package of plain pages that begins with index.html; None when there is none.

    The one at the root is meant, else the only one a folder below. Raises RefusedError when there are several of those.
    """
    all_found = [path for path in files if path.rpartition("/")[2].lower() in INDEX and path.count("/") <= 1]
    if not all_found:
        return None
    found = min(all_found, key=lambda path: (path.count("/"), INDEX.index(path.rpartition("/")[2].lower()), path))
    if "/" in found and len({path.partition("/")[0] for path in all_found}) > 1:
        raise RefusedError(f"包里有 {len(all_found)} 个“index.html”，不知道先打开哪一个。请在最外层放一个首页，重新打包。")
    sco = Sco(id="index", title=title, path=found, reports=False)
    leaf = Node(id="index", title=title, is_launched=True)
    return Manifest(edition="web", title=title, contents=Node(id="root", title=title, children=(leaf,)), scos=(sco,))


class _Reading:
    """Walks the items of an organisation, collecting what is launched."""

    def __init__(self, *, edition: Edition, resources: Mapping[str, Element], files: Files, base: str) -> None:
        self.edition, self.resources, self.files, self.base = edition, resources, files, base
        self.scos: list[Sco] = []
        self._ids: set[str] = set()

    def node(self, element: Element, *, is_root: bool = False) -> Node:
        """Return an item with its children; leaves with a resource are launched."""
        title = xml.text(xml.child(element, "title"))[:MOST_TITLE] or "未命名"
        identifier = self._identifier(element, title)
        reference = xml.attribute(element, "identifierref")
        items = xml.children(element, "item")
        if reference and not is_root and not items:
            self._launch(element, identifier, title, reference)
        return Node(
            id=identifier,
            title=title,
            is_visible=xml.attribute(element, "isvisible").lower() != "false",
            is_launched=bool(reference) and not is_root and not items,
            children=tuple(self.node(item) for item in items),
            sequencing=sequencing.settings(element) if self.edition.startswith("scorm2004") else {},
        )

    def _identifier(self, element: Element, title: str) -> str:
        found = xml.attribute(element, "identifier") or f"item-{len(self._ids) + 1}"
        if len(found) > MOST_ID or found in self._ids:
            raise RefusedError(f"“{NAME}”里“{title}”的编号太长，或与别的条目相同。请重新导出课件再传。")
        self._ids.add(found)
        return found

    def _launch(self, item: Element, identifier: str, title: str, reference: str) -> None:
        if len(self.scos) >= MOST_SCOS:
            raise RefusedError(f"课件里超过 {MOST_SCOS} 个能打开的单元。请分成几个课件再传。")
        resource = self.resources.get(reference)
        if resource is None:
            raise RefusedError(f"“{NAME}”里“{title}”指向的资源“{reference[:60]}”不存在。请重新导出课件再传。")
        path, query = self._target(resource, xml.attribute(item, "parameters"), title)
        kind = xml.attribute(resource, "scormtype").lower()
        sco = Sco(id=identifier, title=title, path=path, query=query, reports=kind != "asset", facts=self._facts(item))
        self.scos.append(sco)

    def _target(self, resource: Element, parameters: str, title: str) -> tuple[str, str]:
        """Return the file that a resource launches, and what follows its path. Only files of this package (UP-04)."""
        href = xml.attribute(resource, "href")
        address = urlsplit(href.replace("\\", "/"))
        if address.scheme or address.netloc or href.startswith("/"):
            raise RefusedError(f"“{NAME}”里“{title}”要打开包外面的地址“{href[:80]}”，不能收。请改成包里的文件再导出。")
        wanted = self.base + xml.base(resource) + unquote(address.path)
        path = self.files.find(wanted)
        if path is None:
            raise RefusedError(f"“{NAME}”里“{title}”要打开的“{wanted[:80]}”不在包里。请重新导出课件再传。")
        return path, _joined(address.query, address.fragment, parameters)

    def _facts(self, item: Element) -> dict[str, str]:
        names = _FACTS_12 if self.edition == "scorm12" else _FACTS_2004
        facts = {fact: xml.text(xml.child(item, name)) for name, fact in names.items()}
        if self.edition != "scorm12":
            facts |= sequencing.launch_facts(item)
        for fact, value in facts.items():
            if len(value) > MOST_FACT:
                raise RefusedError(f"“{NAME}”里“{fact}”有 {len(value)} 字，最多 {MOST_FACT} 字。请重新导出课件再传。")
        return {fact: value for fact, value in facts.items() if value}


def _joined(query: str, fragment: str, parameters: str) -> str:
    """Return `?query#fragment` with the item's parameters, as the content aggregation model joins them."""
    parameters = parameters.lstrip("?&")
    if parameters.startswith("#"):
        fragment, parameters = fragment or parameters[1:], ""
    together = "&".join(part for part in (query, parameters) if part)
    return (f"?{together}" if together else "") + (f"#{fragment}" if fragment else "")


def _edition(root: Element) -> Edition:
    metadata = xml.child(root, "metadata")
    version = xml.text(xml.child(metadata, "schemaversion")).lower()
    spaces = " ".join(str(element.tag) + " ".join(element.attrib) for element in root.iter()).lower()
    if "1.2" in version or (not version and "adlcp_rootv1p2" in spaces):
        return "scorm12"
    if "4th" in version:
        return "scorm2004-4"
    if "3rd" in version:
        return "scorm2004-3"
    if "1.3" in version or "2004" in version:
        return "scorm2004-2"
    return "scorm2004-3" if "adlcp_v1p3" in spaces else "scorm12"


def _organization(root: Element) -> Element | None:
    holder = xml.child(root, "organizations")
    found = xml.children(holder, "organization")
    wanted = xml.attribute(holder, "default") if holder is not None else ""
    return next((one for one in found if xml.attribute(one, "identifier") == wanted), found[0] if found else None)
