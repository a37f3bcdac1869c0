"""The watcher room: which files differ from the index, their bytes, and hints that it is time to look.

- `folder`: `FileWatcher`, the room's promise (`ports.Watcher`) in one small class
- `scan`: the tree against the index -> what changed, what is gone, what is odd
- `reader`: one file -> its bytes, whole, or the reason why not
- `ignore`: which names are articles
- `events`: watchdog -> hints; the only door to watchdog (import it only where a daemon runs)
- `polling`: a sweep every so often, where there are no events
- `filesystem`: what kind of disk a folder is on
"""
