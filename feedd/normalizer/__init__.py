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
    ".rmd": "markdown",
    ".qmd": "markdown",
    ".mdx": "mdx",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".txt": "text",
    ".text": "text",
    ".rst": "rst",
    ".rest": "rst",
    ".ipynb": "notebook",
    ".docx": "docx",
}

# Articles in formats that nobody here reads: each gets a message, so that none is missing without a word. Only suffixes
# that mean nothing else (.asc is a signature as often as it is AsciiDoc).
UNREAD: dict[str, str] = {
    ".adoc": "AsciiDoc",
    ".asciidoc": "AsciiDoc",
    ".textile": "Textile",
    ".org": "Org",
    ".wiki": "wiki",
    ".mediawiki": "wiki",
    ".creole": "wiki",
    ".typ": "Typst",
}
