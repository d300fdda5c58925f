"""The source as data for the executable style guide: modules, functions, templates, and the order of the packages."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCT = ROOT / "yanxiu"
SURFACE = ("models", "queries", "permissions", "actions", "events")


@dataclass(frozen=True, kw_only=True)
class Module:
    """A Python file of the product: `name` is dotted without `yanxiu.`, `kind` its second part (models, actions …)."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def domain(self) -> str:
        return self.name.split(".")[0]

    @property
    def kind(self) -> str:
        return [*self.name.split("."), ""][1]

    def place(self, node: ast.AST) -> str:
        """Where a complaint points to: `path:line`."""
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the product but migrations, sorted."""
    found = []
    for path in sorted(PRODUCT.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        parts = path.relative_to(PRODUCT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Module(name=name, path=path, tree=ast.parse(path.read_text(encoding="utf-8"))))
    return tuple(found)


@cache
def domains() -> tuple[str, ...]:
    """The packages that have come alive (more than a docstring)."""
    return tuple(sorted({module.domain for module in modules() if module.domain}))


@cache
def ranks() -> dict[str, int]:
    """The layer of every package: higher stands above. Read from the import contract, so that there is one list."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    layers = list(reversed(contract["layers"]))
    return {name.strip(): rank for rank, layer in enumerate(layers) for name in layer.split("|")}


def may_use(upper: str, lower: str) -> bool:
    """Tell whether the package may know the other: itself or a lower layer."""
    return upper == lower or ranks()[upper] > ranks()[lower]


def public_functions(module: Module) -> Iterator[ast.FunctionDef]:
    """The functions of a module that others may call; of an `actions` or `queries` package only those it exports."""
    exported = _exports(module)
    for node in module.tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and (exported is None or node.name in exported):
            yield node


def _exports(module: Module) -> set[str] | None:
    package = PRODUCT / module.domain / module.kind / "__init__.py"
    if module.kind not in ("actions", "queries", "permissions") or not package.exists():
        return None
    tree = ast.parse(package.read_text(encoding="utf-8"))
    imported = {alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    return imported | {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Every call inside a node."""
    return (child for child in ast.walk(node) if isinstance(child, ast.Call))


def called_name(call: ast.Call) -> str:
    """The dotted name of what is called as it is written: `permissions.check_can_publish`, `by.may`, `record`."""
    parts: list[str] = []
    node: ast.expr = call.func
    while True:
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Subscript):
            node = node.value
        else:
            break
    parts.append(node.id if isinstance(node, ast.Name) else "")
    return ".".join(reversed(parts))


@cache
def templates() -> tuple[Path, ...]:
    """Every HTML template of the product, sorted."""
    return tuple(sorted(PRODUCT.glob("*/templates/**/*.html")))


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that belongs to the source (tracked, or new and not ignored)."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:  # an exported tree without its history
        ignored = {".venv", ".tools", "node_modules", "static", "data", "test-results"}
        return tuple(path for path in ROOT.rglob("*") if path.is_file() and not ignored & set(path.relative_to(ROOT).parts))
    return tuple(path for name in listed.stdout.decode().split("\0") if name and (path := ROOT / name).is_file())


def snake(name: str) -> str:
    """CamelCase as snake_case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def report(problems: list[str]) -> str:
    """The complaints as one message, one a line."""
    return f"\n{len(problems)} deviations:\n" + "\n".join(f"  {problem}" for problem in sorted(problems))
