"""The normalizer: bytes in, entries out, and nothing else touched. Pure.

    parse (one file taken apart: an Article of claims and a body) -> normalize (an Entry) -> compare (a ChangeSet)

What is an article is decided by its suffix. A new input format is a row here (suffix -> name) and a row in
`parse.FORMATS` (name -> reader).
"""

SUFFIXES: dict[str, str] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".mkd": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "text",
    ".text": "text",
    ".rst": "rst",
    ".rest": "rst",
}
