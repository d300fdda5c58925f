"""Where ffmpeg is, and how it is called: a list of words, no shell, local files only."""

import importlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from yanxiu.files.conversion.refusal import FailedError


@lru_cache(maxsize=1)
def found() -> str | None:
    """Return the program: the system's, else the one of the `[media]` extra; None when there is neither."""
    system = shutil.which("ffmpeg", path=os.defpath + os.pathsep + "/usr/local/bin")
    if system is not None:
        return system
    try:
        extra = importlib.import_module("imageio_ffmpeg")
        return str(extra.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        return None


def run(words: Sequence[str], *, place: Path) -> None:
    """Run ffmpeg in `place`; it inherits the limits of this process. Raises FailedError when it does not come to its end."""
    program = found()
    if program is None:
        raise FailedError("这台服务器没有装 ffmpeg")
    command = [program, "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *words]
    done = subprocess.run(command, cwd=place, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603 - our own words
    if done.returncode:
        raise FailedError("这个视频转不成流媒体，可能有一段损坏。请用剪辑软件重新导出为 MP4（H.264 + AAC）再传。")
