"""What the FD1xx codes of the settings mean: one sentence each, for `feedd explain` and docs/problems.md.

A code is never reused for something else. New ones go to the end of their block.
"""

from __future__ import annotations

UNREADABLE = "FD100"
NOT_YAML = "FD101"
UNKNOWN_KEY = "FD102"
MISSING = "FD103"
BAD_VALUE = "FD104"
UNSET_VARIABLE = "FD105"
BAD_URL = "FD106"
BAD_UNIT = "FD107"
BAD_PATH = "FD108"
BAD_TEMPLATE = "FD109"
NO_FOLDER = "FD110"
SOURCES_OVERLAP = "FD111"
OUTPUT_OVERLAP = "FD112"
BAD_LOCALE = "FD113"
BAD_SCHEDULE = "FD114"
BAD_SECRET = "FD115"  # noqa: S105 - a code, not a secret
DUPLICATE = "FD116"
UNKNOWN_NAME = "FD117"
TOO_NEW = "FD118"
STATE_EXPOSED = "FD119"
NO_GENERATOR = "FD120"
BAD_GENERATOR = "FD121"
BAD_WHERE = "FD122"

LOCAL_URL = "FD151"
OPEN_SECRET = "FD152"  # noqa: S105 - a code, not a secret
OUTPUT_IN_SOURCE = "FD153"
YAML_ODDITY = "FD154"
GUESSED_NAME = "FD155"
SHADOWED = "FD156"
ONE_CLIENT = "FD157"
UNLISTED = "FD160"

MEANINGS = {
    UNREADABLE: "The settings file, or a file it names, cannot be read.",
    NOT_YAML: "The settings file is not valid YAML.",
    UNKNOWN_KEY: "A setting with this name does not exist at this place.",
    MISSING: "A setting that cannot be guessed is not there.",
    BAD_VALUE: "A setting has a value of the wrong kind, or outside its range.",
    UNSET_VARIABLE: "A value uses ${NAME}, and the environment has no variable of that name.",
    BAD_URL: "A URL is not complete: scheme and host are needed, and nothing that does not belong there.",
    BAD_UNIT: "A duration, size or share cannot be read, mostly for a missing unit.",
    BAD_PATH: "A feed's path would leave the output folder, or cannot be part of a URL.",
    BAD_TEMPLATE: "A template uses a placeholder that does not exist here, or lacks one that it needs.",
    NO_FOLDER: "A source is not an existing folder.",
    SOURCES_OVERLAP: "Two sources share files, so that an article would be published twice.",
    OUTPUT_OVERLAP: "Feeds would be written where articles are read, or two targets are the same folder.",
    BAD_LOCALE: "A language tag or time zone does not exist.",
    BAD_SCHEDULE: "A schedule is not a cron line of five fields, or gives both `every` and `cron`.",
    BAD_SECRET: "A webhook secret is not `whsec_` followed by the base64 of 24 to 64 bytes.",
    DUPLICATE: "Two things that must differ have the same name, path or address.",
    UNKNOWN_NAME: "A setting names a source or feed that is not defined.",
    TOO_NEW: "The settings were written for another version of their format.",
    STATE_EXPOSED: "The state folder lies where files are published or read as articles.",
    NO_GENERATOR: "A source names a generator's preset, and that generator's settings are nowhere around the folder.",
    BAD_GENERATOR: "The site generator's own settings cannot be understood, or not all of them.",
    BAD_WHERE: "A feed's `where` is no expression that articles can be asked.",
    LOCAL_URL: "The site's address only works on this machine, so no reader elsewhere could follow a link.",
    OPEN_SECRET: "A file with a secret may be read by every user of this machine.",
    OUTPUT_IN_SOURCE: "Feeds are published inside a source; that folder is left out when looking for articles.",
    YAML_ODDITY: "The YAML is valid, but probably does not say what was meant.",
    GUESSED_NAME: "Two source folders have the same name; the second one was given a number.",
    ONE_CLIENT: "Requests are limited by client, but a proxy makes all readers look like one.",
    UNLISTED: "A podcast lacks what directories or the podcast namespace ask for.",
    SHADOWED: "A feed's path is also one that another feed makes for a tag, category or author.",
}
