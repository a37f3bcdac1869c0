"""feedd turns folders of articles into feeds, publishes them whole, and tells the world."""

__version__ = "0.1.0"
