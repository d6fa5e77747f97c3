"""What is copied as it was typed: URLs, file names, templates, code, emoji, other scripts.

Literals are looked for before anything is normalised, so that they stay byte for byte.
"""

import re
from functools import cache

from nmt.cleaning import script_of

# What a literal never has: blanks, controls and other characters that normalisation takes away.
_NO = "\\s\x00-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
_NAME = "[A-Za-z0-9_]"
_EXTENSIONS = (
    "7z|apk|avi|bak|bat|bin|bmp|c|cfg|conf|cpp|css|csv|dat|db|deb|dll|docx?|epub|exe|flac|gif|go|gz|"
    "h|html?|ico|ini|ipynb|iso|jar|java|jpe?g|js|json|log|md|mkv|mov|mp[34]|od[pst]|ogg|pdf|php|"
    "png|pptx?|py|rar|rb|rpm|rst?|rtf|sh|sql|srt|svg|tar|tex|tgz|tiff?|toml|[ct]sv|tsx?|ttf|txt|"
    "wav|web[mp]|xlsx?|xml|ya?ml|zip"
)
_DOMAINS = "com|org|net|edu|gov|info|io|ai|app|dev|co|in|uk|us|de|fr|eu|jp"
_URL = f'(?:\\([^{_NO}()<>"]*\\)|[^{_NO}()<>"])'
_LAST = f'(?:\\([^{_NO}()<>"]*\\)|[^{_NO}()<>"\'.,;:!?\\]}}।])'
_SIGNS = "\u203c\u2049©®±§¶¬¯·¦¨²³¹¼½¾"
_PATTERNS = (
    f"(?<![A-Za-z0-9+.-])(?:[A-Za-z][A-Za-z0-9+.-]*://|www\\.){_URL}*{_LAST}",
    # E-mail address
    f"(?<![\\w.+%-])[\\w.+%-]+@{_NAME}(?:[\\w-]*\\w)?(?:\\.\\w(?:[\\w-]*\\w)?)+",
    # Templates: {name}, {{ name }}, ${name}, $name, %s, %(name)d, %1$s, tags, entities, `code`
    "\\{\\{[^{}\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{0,60}\\}\\}",
    f"\\$?\\{{[^{_NO}{{}}]{{0,60}}\\}}",
    f"(?<!\\w)\\$[A-Za-z_]{_NAME}*",
    "(?<![0-9०-९])%(?:\\(\\w{1,60}\\)|\\d\\$)?[-+#0]?\\d{0,3}(?:\\.\\d{1,3})?[sdiufgxXeEcr@](?!\\w)",
    "</?[A-Za-z](?:[A-Za-z0-9 =\"'/:;.,#_-]{0,80}[A-Za-z0-9\"'/ ])?>",
    "&(?:#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,10});",
    f"`[^{_NO}`](?:[^`\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{{0,80}}[^{_NO}`])?`",
    # @handle, #tag, file names, paths, domains, snake_case, MP3 and COVID-19
    "(?<![\\w@])@\\w+(?:[.-]\\w+)*",
    "(?<![\\w#&])#(?:\\w|[\u0900-\u097f])+",
    f"(?<![\\w.-])[\\w-]+(?:\\.[\\w-]+)*\\.(?:{_EXTENSIONS})(?!\\w)",
    f"(?<![^\\s(\"'])(?:[A-Za-z]:\\\\|~/|\\.{{1,2}}/|/(?=\\w+[/.])){_URL}*{_LAST}",
    f"(?<![\\w.-])(?:[A-Za-z][\\w-]*\\.)+(?:{_DOMAINS})(?!\\w)(?:/(?:{_URL}*{_LAST})?)?",
    f"(?<![A-Za-z0-9_])[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+(?!{_NAME})",
    "(?<!\\w)[A-Za-z]+-?\\d[A-Za-z0-9]*(?:[.-][A-Za-z0-9]+)*(?!\\w)",
    # Room 42A, 5G
    "(?<![\\w.,:/-])[0-9]+-?[A-Z](?!\\w)",
    # Smileys, signs of degrees and others that belong to no number, keycaps
    "(?<!\\S)(?:[:;=]-?[()DPpO/|*]|<3)(?!\\S)",
    "(?<![0-9०-९])(?<![0-9०-९] )°(?:[CF](?!\\w))?",
    "(?<![0-9०-९])(?<![0-9०-९] )[×÷]|[×÷](?! ?[0-9०-९])",
    "[0-9#*]\ufe0f?\u20e3",
    f"[{_SIGNS}]\ufe0f?",
)
# No script's own: blanks, ASCII but for its letters, punctuation, combining marks, currencies,
# danda and Devanagari digits, signs that numbers have, and what normalisation takes away.
_COMMON = (
    "\\s\x00-@\\[-`{-\x7f-\u00a1\u00a2-\u00a5°×÷\u00ab\u00ad\u00bb\u00bf\u0300-\u036f\u061c\u0964-\u096f"
    "\u180e\u2000-\u206f\u20a0-\u20cf\u2212\u2581\ud800-\udfff\ufeff\ufff9-\ufffd"
)


def literal_spans(text: str, lang: str) -> list[tuple[int, int]]:
    """Return start and end of each literal of a text in a language, as it was typed.

    URLs, e-mail addresses, @handles, #tags, file names, templates like `{name}` and `%s`, tags,
    code, emoji, words with digits inside, and all that is written in another script.
    """
    # Most sentences have none, which one class of characters tells sooner than all the patterns.
    if not _hint(lang).search(text):
        return []
    return [match.span() for match in literal_pattern(lang).finditer(text)]


@cache
def literal_pattern(lang: str) -> re.Pattern[str]:
    """Return what matches one literal of a text in a language."""
    other = _other_script(lang)
    foreign = f"(?<!°){other}+(?:(?:\\. |[ .'&\u200d-]){other}+)*"
    return re.compile("|".join([*_PATTERNS, foreign]))


@cache
def _hint(lang: str) -> re.Pattern[str]:
    return re.compile(f"[@#$%&{{}}<>`_/\\\\:;=0-9×÷°{_SIGNS}]|\\.\\w|www|{_other_script(lang)}")


def _other_script(lang: str) -> str:
    """Return what matches a character of another script than the language's."""
    script = script_of(lang)
    return f"[^{_COMMON}{script}]" if script else f"[^\\w{_COMMON}]"


def is_emoji(literal: str) -> bool:
    """Return whether a literal is a sign, or a keycap, that says nothing about the words."""
    return "\u20e3" in literal or not (literal.isascii() or any(map(str.isalnum, literal)))
