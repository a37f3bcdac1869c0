"""The folder publisher on a real file system: whole files, no leftovers, nothing outside, nobody else's."""

import errno
import os
import resource
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import textwrap
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from feedd.errors import LockedError, PublishError
from feedd.model import Target
from feedd.publisher.folder import FolderPublisher
from feedd.publisher.places import is_ours
from tests.contracts.publisher_contract import LARGE, PublisherContract
from tests.support.documents import document, rss


@contextmanager
def file_size_limit(most: int = 1_000_000):
    """The kernel refuses to write past `most` bytes of any file (EFBIG): as real as a full disk, without one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def without_privileges():
    """Permissions bind the superuser, too, for a moment."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "public"


@pytest.fixture
def publisher(root: Path) -> FolderPublisher:
    return FolderPublisher(Target(str(root)))


@pytest.fixture
def open_root():
    """A folder that any user can reach, unlike pytest's own."""
    folder = tempfile.mkdtemp(prefix="feedd-test-")
    os.chmod(folder, 0o755)
    yield Path(folder)
    shutil.rmtree(folder)


def everything(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*")}


class TestFolderPublisher(PublisherContract):
    @pytest.fixture
    def plant(self, root: Path):
        def plant(path: str, data: bytes) -> None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)

        return plant

    @pytest.fixture
    def full(self):
        return file_size_limit


# --- whole or not at all ---------------------------------------------------------------------------------------------


def test_equal_bytes_are_not_touched(publisher, root):
    """A put of what stands there keeps inode and mtime."""
    publisher.put([document()])
    before = (root / "feed.xml").stat()
    publisher.put([document(), document("new.xml")])
    after = (root / "feed.xml").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_readers_never_see_half_a_document(publisher, root):
    """While a document is replaced 200 times, everyone who reads it gets one of them whole."""
    versions = [rss(number % 40 * 100) for number in range(200)]
    whole = set(versions)
    publisher.put([document(data=versions[0])])
    done, torn, reads = threading.Event(), [], [0] * 4

    def read(number: int) -> None:
        while not done.is_set():
            data = (root / "feed.xml").read_bytes()
            reads[number] += 1
            if data not in whole:
                torn.append(data)

    readers = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for reader in readers:
        reader.start()
    for version in versions:
        publisher.put([document(data=version)])
    done.set()
    for reader in readers:
        reader.join()
    assert torn == []
    assert all(reads)


def test_bytes_are_on_disk_before_any_rename_and_renames_before_the_end(publisher, monkeypatch):
    """All files are synced, then all are renamed, then their folders are synced."""
    steps: list[str] = []
    real_sync, real_rename = os.fsync, os.rename

    def fsync(file: int) -> None:
        steps.append("sync folder" if stat.S_ISDIR(os.fstat(file).st_mode) else "sync file")
        real_sync(file)

    def rename(*arguments, **options) -> None:
        steps.append("rename")
        real_rename(*arguments, **options)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "rename", rename)
    publisher.put([document("a.xml"), document("b.xml"), document("tags/c.xml")])
    assert steps == ["sync file"] * 3 + ["rename"] * 3 + ["sync folder"] * 2


def test_more_documents_than_files_may_be_open(publisher, root):
    """A batch of any size is put with a bounded number of open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
    try:
        publisher.put([document(f"{number}.xml") for number in range(300)])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert everything(root) == {f"{number}.xml" for number in range(300)}


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_bytes_that_could_not_be_synced_are_not_believed(publisher, root, monkeypatch, number):
    """An error of fsync throws the new files away; the old ones stand and no leftovers do."""
    publisher.put([document(data=rss(1))])

    def fsync(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(PublishError, match=os.strerror(number)):
        publisher.put([document(data=rss(2)), document("tags/new.xml")])
    assert publisher.get("feed.xml") == rss(1)
    assert everything(root) == {"feed.xml", "tags"}


def test_a_failed_write_leaves_no_litter(publisher, root):
    """When the limit hits in the middle of a file, nothing but the old documents is left."""
    publisher.put([document(data=rss(1))])
    with file_size_limit(), pytest.raises(PublishError, match="File too large") as caught:
        publisher.put([document(data=rss(2)), document("large.xml", LARGE)])
    assert "large.xml" in caught.value.message
    assert "ulimit" in caught.value.hint
    assert everything(root) == {"feed.xml"}


def test_a_rename_that_fails_stops_only_its_document(publisher, root, monkeypatch):
    """One immutable file does not keep the other feeds from being published."""
    real = os.rename

    def rename(source: str, target: str, **options: int) -> None:
        if target == "b.xml":
            raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
        real(source, target, **options)

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(PublishError, match=r"b\.xml"):
        publisher.put([document("a.xml"), document("b.xml"), document("c.xml")])
    assert everything(root) == {"a.xml", "c.xml"}


FULL_DISK = """
    import os, subprocess, sys
    from feedd.errors import PublishError
    from feedd.model import Target
    from feedd.publisher.folder import FolderPublisher
    from tests.support.documents import document, rss

    folder = sys.argv[1]
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=True)
    publisher = FolderPublisher(Target(folder))
    publisher.put([document(data=rss(1))])

    def attempt(items, names=("feed.xml", "b.xml")):
        try:
            publisher.put([document(name, rss(items)) for name in names])
        except PublishError as error:
            print(error.message, "|", error.hint)
        print(publisher.get("feed.xml") == rss(1), sorted(os.listdir(folder)))

    attempt(2000)                                            # 180 kB each: the second does not fit any more
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    attempt(2)
    subprocess.run(["mount", "-o", "remount,rw", folder], check=True)
    publisher.put([document(data=rss(2))])
    print(publisher.get("feed.xml") == rss(2))
"""


def test_a_full_and_a_read_only_disk(tmp_path):
    """ENOSPC and EROFS of a real file system: cause and next step are told, the old document stands, it recovers."""
    space = ["unshare", "--user", "--map-root-user", "--mount"]
    if not shutil.which("unshare") or subprocess.run([*space, "true"], capture_output=True).returncode:
        pytest.skip("this machine does not let us have a file system of our own")
    script = textwrap.dedent(FULL_DISK)
    done = subprocess.run(
        [*space, sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.stderr == ""
    full, after_full, read_only, after_read_only, recovered = done.stdout.splitlines()
    assert "No space left on device | make room" in full
    assert "Read-only file system | mount it read-write" in read_only
    assert after_full == after_read_only == "True ['feed.xml']"
    assert recovered == "True"


# --- what stands in the way ------------------------------------------------------------------------------------------


def test_a_folder_we_may_not_write_to(open_root):
    """EACCES names the document, the cause and whose permissions to change."""
    publisher = FolderPublisher(Target(str(open_root)))
    publisher.put([document(data=rss(1))])
    os.chmod(open_root, 0o555)
    with without_privileges(), pytest.raises(PublishError, match="Permission denied") as caught:
        publisher.put([document(data=rss(2))])
    assert "feed.xml" in caught.value.message
    assert "permission" in caught.value.hint
    assert publisher.get("feed.xml") == rss(1)


def test_a_folder_that_cannot_be_made(tmp_path):
    """A file stands where the output folder should be: told, not overwritten."""
    (tmp_path / "public").write_text("mine")
    publisher = FolderPublisher(Target(str(tmp_path / "public")))
    with pytest.raises(PublishError, match="public") as caught:
        publisher.put([document()])
    assert caught.value.hint
    assert publisher.get("feed.xml") is None
    assert (tmp_path / "public").read_text() == "mine"


def test_a_folder_stands_where_the_document_belongs(publisher, root):
    """It is left alone with all that is in it, and the other documents are put."""
    (root / "feed.xml").mkdir(parents=True)
    with pytest.raises(PublishError, match=r"feed\.xml.*directory") as caught:
        publisher.put([document(), document("other.xml")])
    assert "folder" in caught.value.hint
    assert everything(root) == {"feed.xml", "other.xml"}


def test_a_file_stands_where_a_folder_belongs(publisher, root):
    """Documents below it are refused, the others put."""
    root.mkdir()
    (root / "tags").write_text("mine")
    with pytest.raises(PublishError, match=r"tags/a\.xml"):
        publisher.put([document("tags/a.xml"), document()])
    assert everything(root) == {"tags", "feed.xml"}


def test_all_obstacles_are_told_at_once(publisher, root):
    """One message names every document that could not be put."""
    root.mkdir()
    (root / "a.xml").write_text("mine")
    (root / "b.xml").mkdir()
    with pytest.raises(PublishError, match=r"a\.xml.*; .*b\.xml"):
        publisher.put([document("a.xml"), document("b.xml")])


@pytest.mark.parametrize(
    "path", ["", ".", "..", "a//b.xml", "a/", "./a.xml", "a/./b.xml", "a\0.xml", "/etc/feed.xml", "\ud800.xml"]
)
def test_paths_that_are_none(publisher, root, path):
    """Absolute, empty, dotted, with NUL or half a character: refused in reading and in writing."""
    for ask in (publisher.get, publisher.foreign, lambda path: publisher.put([document(path)])):
        with pytest.raises(PublishError, match="no path"):
            ask(path)
    assert not root.exists() or everything(root) == set()


# --- links and other objects -----------------------------------------------------------------------------------------


def test_the_output_folder_itself_may_be_a_link(publisher, root, tmp_path):
    """public -> releases/42 is published through, and cleaned."""
    (tmp_path / "releases").mkdir()
    root.symlink_to("releases")
    (root / ".feedd-0123456789abcdef.tmp").touch()
    assert publisher.clean() == 1
    publisher.put([document()])
    assert everything(tmp_path / "releases") == {"feed.xml"}
    assert root.is_symlink()


def test_a_link_below_is_no_way_out(publisher, root, tmp_path):
    """A folder that is a link to elsewhere is neither written through nor read through."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "old.xml").write_bytes(rss())
    root.mkdir()
    (root / "tags").symlink_to(outside)
    with pytest.raises(PublishError, match=r"tags/a\.xml"):
        publisher.put([document("tags/a.xml")])
    assert publisher.get("tags/old.xml") is None
    assert everything(outside) == {"old.xml"}


def test_a_folder_in_a_documents_place_is_no_document(publisher: FolderPublisher, root: Path) -> None:
    """Nor does asking leave the folder open."""
    (root / "feed.xml").mkdir(parents=True)
    before = len(os.listdir("/proc/self/fd"))
    assert publisher.get("feed.xml") is None
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize("make", [lambda p: p.symlink_to("../secret"), os.mkfifo], ids=["link", "fifo"])
def test_what_is_no_regular_file_is_foreign(publisher, root, tmp_path, make):
    """It is not followed, not waited for and not replaced, unless adopted: then it gives way, its target does not."""
    (tmp_path / "secret").write_bytes(b"mine")
    root.mkdir()
    make(root / "feed.xml")
    assert publisher.foreign("feed.xml")
    assert publisher.get("feed.xml") is None
    with pytest.raises(PublishError, match="not written by feedd"):
        publisher.put([document()])
    FolderPublisher(Target(str(root), adopt=True)).put([document()])
    assert (root / "feed.xml").is_file()
    assert not (root / "feed.xml").is_symlink()
    assert (tmp_path / "secret").read_bytes() == b"mine"


def test_a_socket_is_foreign(publisher, root, monkeypatch):
    """A socket cannot be opened, and is still somebody's."""
    root.mkdir()
    monkeypatch.chdir(root)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("feed.xml")
        assert publisher.foreign("feed.xml")


# --- whose file it is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "ours"),
    [
        (rss(), True),
        (b'<feed><generator uri="https://x.example/" version="1">feedd</generator>', True),
        (b'{"version": "https://jsonfeed.org/version/1.1", "_feedd": {"generator": "feedd"}}', True),
        (b'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta name="generator" content="feedd">', True),
        (b"/* feedd: the page that lists the feeds */", True),
        (b"<rss><channel><generator>Hugo</generator></channel></rss>", False),
        (b"<rss><channel><title>About feedd</title></channel></rss>", False),
        (b"<rss><channel><generator>feeddler</generator></channel></rss>", False),
        (b'{"title": "feedd"}', False),
        (b" " * 4096 + rss(), False),
        (b"", False),
    ],
)  # fmt: skip
def test_our_documents_sign_at_their_top(head, ours):
    """A document is ours if it names feedd as what made it, not if it merely speaks of feedd."""
    assert is_ours(head) is ours


def test_an_empty_file_is_nobodys(publisher, root):
    """What a power cut or `touch` left empty may be replaced."""
    root.mkdir()
    (root / "feed.xml").touch()
    assert not publisher.foreign("feed.xml")
    publisher.put([document()])
    assert publisher.get("feed.xml") == rss()


def test_adopt_replaces_a_foreign_file(root):
    """Asked to, feedd takes over what another program left."""
    root.mkdir()
    (root / "feed.xml").write_bytes(b"<rss/>")
    FolderPublisher(Target(str(root), adopt=True)).put([document()])
    assert (root / "feed.xml").read_bytes() == rss()


def test_mode_and_owner_are_kept(publisher, root):
    """A replacement looks from outside like what it replaced; a first document is readable for all."""
    publisher.put([document(), document("other.xml")])
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((root / "feed.xml").stat().st_mode) == 0o644 & ~umask
    os.chmod(root / "feed.xml", 0o640)
    if os.geteuid() == 0:
        os.chown(root / "feed.xml", 65534, 65534)
    before = (root / "feed.xml").stat()
    publisher.put([document(data=rss(9))])
    after = (root / "feed.xml").stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert after.st_ino != before.st_ino


def test_labels_are_kept(publisher, root):
    """Extended attributes go over to the replacement."""
    publisher.put([document()])
    try:
        os.setxattr(root / "feed.xml", "user.note", b"kept")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    publisher.put([document(data=rss(9))])
    assert os.getxattr(root / "feed.xml", "user.note") == b"kept"


# --- litter and lock -------------------------------------------------------------------------------------------------


def test_clean_removes_our_litter_and_nothing_else(publisher, root):
    """Only names that `put` makes, at any depth."""
    publisher.put([document("tags/a.xml")])
    for name in (".feedd-0123456789abcdef.tmp", "tags/.feedd-fedcba9876543210.tmp"):
        (root / name).touch()
    for name in (".feedd-notes.tmp", "feedd-0123456789abcdef.tmp", ".feedd-0123456789abcdef.tmp.bak"):
        (root / name).touch()
    assert publisher.clean() == 2
    assert publisher.clean() == 0
    assert everything(root) == {
        "tags", "tags/a.xml", ".feedd-notes.tmp", "feedd-0123456789abcdef.tmp", ".feedd-0123456789abcdef.tmp.bak"
    }  # fmt: skip


def test_clean_before_the_first_put(publisher):
    """No folder, no litter."""
    assert publisher.clean() == 0


def test_a_second_feedd_on_the_same_folder_is_refused(publisher, root):
    """One lock at a time, over links as well, and no file stays behind."""
    other = root.parent / "other"
    other.symlink_to(root)
    with publisher.lock():
        with pytest.raises(LockedError, match="another feedd") as caught, FolderPublisher(Target(str(other))).lock():
            pass
        assert caught.value.hint
        publisher.put([document()])
    with publisher.lock():
        pass
    assert everything(root) == {"feed.xml"}
