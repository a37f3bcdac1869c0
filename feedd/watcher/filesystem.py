"""What kind of disk a folder is on, from /proc/self/mountinfo (proc_pid_mountinfo(5)), and which folder stands there.

inotify tells of changes made through *this* kernel's mount. Where another machine, a host outside the virtual machine,
or a FUSE process changes files behind it, events never come, and no error either (watchdog issue 504). Decided:

- network and host-shared file systems, and every `fuse.*`: no events;
- overlay (a container's own root): events, because its files change through the overlay itself;
- fuseblk (NTFS, exFAT by FUSE on a local disk): events.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

_MOUNTINFO = "/proc/self/mountinfo"

_REMOTE = ("nfs", "nfs3", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "kafs", "coda", "davfs")
_CLUSTER = ("ceph", "glusterfs", "lustre", "gpfs", "beegfs", "gfs2", "ocfs2", "orangefs")
_FROM_HOST = ("9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs", "fuse")  # virtual machines, Docker Desktop, WSL
NO_EVENTS = frozenset({*_REMOTE, *_CLUSTER, *_FROM_HOST})


@dataclass(frozen=True, slots=True)
class Mount:
    """One mounted file system: where, and of which type ("ext4", "nfs4", "fuse.sshfs")."""

    point: str
    kind: str

    @property
    def gives_events(self) -> bool:
        return self.kind not in NO_EVENTS and not self.kind.startswith("fuse.")


def parse_mounts(mountinfo: str) -> tuple[Mount, ...]:
    """The lines of mountinfo in order; a later mount on the same point hides an earlier one."""
    mounts = []
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if len(fields) > 4 and kinds[0]:
            mounts.append(Mount(_unescape(fields[4]), kinds[0]))
    return tuple(mounts)


def _unescape(field: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), field)


def without_events(path: str, mounts: tuple[Mount, ...]) -> Mount | None:
    """The mount that keeps changes at or below this real path from giving events, None if there is none."""
    covering: Mount | None = None
    for mount in mounts:
        if _within(path, mount.point) and (covering is None or len(mount.point) >= len(covering.point)):
            covering = mount
    if covering is not None and not covering.gives_events:
        return covering
    return next((m for m in mounts if m.point != path and _within(m.point, path) and not m.gives_events), None)


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def silent_mount(path: str) -> Mount | None:
    """`without_events` for a folder on this machine. Without /proc nothing is known against events."""
    try:
        with open(_MOUNTINFO, encoding="utf-8", errors="surrogateescape") as file:
            mounts = parse_mounts(file.read())
    except OSError:
        return None
    return without_events(os.path.realpath(path), mounts)


def identity(path: str) -> tuple[int, int] | None:
    """Which folder stands at this path (device, inode), through links; None if there is none. Another folder in its
    place has another identity, but a folder deleted and made again may get its old inode back."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
