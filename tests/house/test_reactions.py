"""A reaction that nobody imports never happens: each domain's reactions are loaded when its app gets ready."""

import subprocess
import sys

from tests.house.reading import ROOT, modules

LIST = "import django; django.setup(); import sys; print(*sorted(name for name in sys.modules if name.startswith('yanxiu.')))"


def test_all_reactions_are_loaded_at_start():
    wanted = {f"yanxiu.{module.name}" for module in modules() if module.kind == "reactions" and module.domain != "records"}
    done = subprocess.run([sys.executable, "-c", LIST], cwd=ROOT, capture_output=True, text=True, check=True)

    missing = wanted - set(done.stdout.split())

    assert wanted
    assert not missing, f"import them in AppConfig.ready: {sorted(missing)}"
