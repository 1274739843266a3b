"""The frame of every page that the casebook writes: head with its security policy, header, main, footer."""

from __future__ import annotations

import base64
import functools
import hashlib
import html
from collections.abc import Sequence
from importlib import resources

SERIES = "Citizen data casebook"
FOOTER = (
    "<p>An assessment of one source for one statistic and one use. It does not rate the organisation, and "
    "sources are not compared with one another.</p>"
)


@functools.cache
def stylesheet() -> str:
    """Return the style of pages and blocks as one text."""
    folder = resources.files("shared.report")
    return "\n".join(folder.joinpath(name).read_text(encoding="utf-8") for name in ("style.css", "blocks.css"))


def page(
    title: str, body_html: str, *, scripts: Sequence[str] = (), subtitle: str = "", series_html: str = "",
    footer_html: str = FOOTER, styles: str = "", unpacked: Sequence[str] = (),
) -> str:  # fmt: skip
    """Return one self-contained HTML page with ``title`` as its heading.

    Nothing in it may cause a request: the security policy allows the page's own style sheet and ``scripts`` (by hash)
    and data images, and nothing else. Arguments ending in ``_html`` are inserted as they are, so they must be made
    by the block functions or escaped; everything else is escaped here. ``series_html`` replaces the name in the
    masthead (for a link back to the index); ``styles`` is added to the style sheet;
    ``unpacked`` are scripts that ``scripts`` may put into the page.
    """
    style = stylesheet() + styles
    lede = f'<p class="subtitle">{html.escape(subtitle)}</p>' if subtitle else ""
    return f"""<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{content_policy([style], [*scripts, *unpacked])}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{html.escape(title)}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#content">Skip to main content</a>
<header>
<div class="masthead"><div class="wrap"><p>{series_html or html.escape(SERIES)}</p></div></div>
<div class="opening"><div class="wrap"><h1>{html.escape(title)}</h1>{lede}</div></div>
</header>
<main id="content" tabindex="-1"><div class="wrap">
{body_html}
</div></main>
<footer class="colophon"><div class="wrap">{footer_html}</div></footer>
{"".join(f"<script>{script}</script>" for script in scripts)}
</body>
</html>
"""


def content_policy(styles: Sequence[str], scripts: Sequence[str]) -> str:
    """Return a content security policy under which only these style sheets and scripts work."""
    return (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src {_hashes(styles)}; script-src {_hashes(scripts)}"
    )


def _hashes(texts: Sequence[str]) -> str:
    digests = [base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode() for text in texts]
    return " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
