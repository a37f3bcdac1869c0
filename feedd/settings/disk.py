"""The one file of this room that looks at the disk: the settings file, secrets beside it, and which folders exist.

Nothing here is decided; what cannot be read comes back as a `DiskError` with a reason for people.
"""

from __future__ import annotations

import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import imagesize

# A settings file of a megabyte is a mistake (a disk image, a log); it is not read into memory to find that out.
_LARGEST = 1_000_000


class DiskError(Exception):
    """Why a file cannot be read, in words: "there is no such file"."""


def absolute(path: str) -> str:
    """The path from the root, links left as they are."""
    return str(Path(path).absolute())


def real(path: str) -> str:
    """The path with every link followed; what does not exist yet stays as it is."""
    try:
        return str(Path(path).resolve())
    except (OSError, RuntimeError):  # RuntimeError: a loop of links (Python < 3.13)
        return path


def is_folder(path: str) -> bool:
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):  # ValueError: a NUL in the path (Python < 3.12)
        return False


def is_there(path: str) -> bool:
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def read(path: str) -> str:
    """The text of a regular file, without a byte order mark. Raises DiskError."""
    try:
        info = Path(path).stat()
        if not stat.S_ISREG(info.st_mode):
            raise DiskError("this is a folder" if stat.S_ISDIR(info.st_mode) else "this is not a regular file")
        if info.st_size > _LARGEST:
            raise DiskError("this file is larger than 1 MB")
        return Path(path).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DiskError("there is no such file") from None
    except PermissionError:
        raise DiskError("we may not read this file") from None
    except UnicodeDecodeError as error:
        raise DiskError(f"this file is not UTF-8 (byte {error.start})") from None
    except (OSError, ValueError) as error:
        raise DiskError(str(error)) from None


def pixels(path: str) -> tuple[int, int] | None:
    """Width and height of a picture, None where there is none."""
    try:
        width, height = imagesize.get(path) if Path(path).is_file() else (-1, -1)
    except Exception:  # it raises what struct, int and its XML parser raise
        return None
    return (round(width), round(height)) if width > 0 and height > 0 else None


def is_open_to_all(path: str) -> bool:
    """May every user of this machine read the file?"""
    try:
        return bool(Path(path).stat().st_mode & stat.S_IROTH)
    except OSError:
        return False


_MOST_TEXTS = 5_000


def texts(folder: str, patterns: Iterable[str]) -> dict[str, str]:
    """The texts of regular files below a folder that match, by relative path; what cannot be read is left out."""
    found: dict[str, str] = {}
    root = Path(folder)
    for pattern in patterns:
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root).as_posix()
            if name in found or len(found) >= _MOST_TEXTS or not _is_within(path, root):
                continue
            with suppress(DiskError):
                found[name] = read(str(path))
    return found


def _is_within(path: Path, root: Path) -> bool:
    """Is it still below the folder, wherever links lead?"""
    return Path(real(str(path))).is_relative_to(real(str(root)))
