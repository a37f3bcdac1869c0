"""Which mounts give no events, from the kernel's own table of mounts."""

from __future__ import annotations

from pathlib import Path

import pytest

from feedd.watcher.filesystem import identity, parse_mounts, silent_mount, without_events

MOUNTINFO = r"""
21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 21 0:26 / /srv/nfs rw - nfs4 server:/export rw
31 30 8:1 / /srv/nfs/local rw - ext4 /dev/sda1 rw
32 21 0:27 / /home/me/with\040space rw - fuse.sshfs host: rw
33 21 0:28 / /mnt/usb rw - fuseblk /dev/sdb1 rw
34 21 0:29 / /container rw - overlay overlay rw
35 21 0:30 / /hidden rw - cifs //server/share rw
36 35 8:2 / /hidden rw - xfs /dev/sdc1 rw
37 21 0:31 / /srv/blog/press rw shared:9 master:1 - virtiofs host rw
a broken line
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/srv/articles", None),
        ("/srv/nfs/articles", "nfs4"),
        ("/srv/nfs", "nfs4"),
        ("/srv/nfsx", None),
        ("/srv/nfs/local/articles", None),
        ("/home/me/with space/a", "fuse.sshfs"),
        ("/mnt/usb/a", None),
        ("/container/a", None),
        ("/hidden/a", None),
        ("/srv/blog", "virtiofs"),
        ("/srv/blogs", None),
    ],
)
def test_the_innermost_mount_decides(path: str, expected: str | None) -> None:
    """A folder gives no events if its own mount does not, or one inside it."""
    mount = without_events(path, parse_mounts(MOUNTINFO))
    assert expected == (mount.kind if mount else None)


def test_this_machines_own_table_is_read(tmp_path: Path) -> None:
    """The real table has a root, and asking about a real folder works."""
    assert "/" in {mount.point for mount in parse_mounts(Path("/proc/self/mountinfo").read_text())}
    silent_mount(str(tmp_path))


def test_identity_follows_links_and_sees_a_swap(tmp_path: Path) -> None:
    """Another folder at the same path has another identity; none has none."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    link = tmp_path / "current"
    link.symlink_to("one")
    before = identity(str(link))
    assert before == identity(str(tmp_path / "one"))
    link.unlink()
    assert identity(str(link)) is None
    link.symlink_to("two")
    assert identity(str(link)) not in (None, before)
