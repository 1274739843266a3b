"""An executed notebook as one HTML page that asks the network for nothing."""

from __future__ import annotations

import base64
import copy
import functools
import gzip
import json
import os
import re
import zlib
from contextlib import suppress
from html.parser import HTMLParser
from importlib import metadata, resources
from pathlib import Path
from typing import Any

from shared.batch.startup import skip_grammars
from shared.charts.lean import FULL, lean
from shared.charts.theme import CONFIG
from shared.errors import ProtectionError, RunError
from shared.report.blocks import LAB_STYLE
from shared.report.contents import with_contents
from shared.report.markdown import document_html
from shared.report.page import page

CHART_TYPES = (
    "application/vnd.vegalite.v5+json",
    "application/vnd.vegalite.v6+json",
    "application/vnd.vegalite.v6.json",
)
SHOWN_TYPES = [*CHART_TYPES, "text/html", "text/markdown", "text/plain"]
NEVER_SHOWN = {"remove-cell", "parameters", "injected-parameters"}

CHART = '<figure class="cb-chart" data-chart>'
LIBRARY = "chart-library"
UNPACK = (
    "const bytes=Uint8Array.from(atob(document.getElementById('" + LIBRARY + "').textContent),c=>c.charCodeAt(0));"
    "const lib=document.createElement('script');lib.textContent=await new Response("
    "new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();document.head.append(lib);"
)
"""Puts the chart library, which stands packed in the page, into place; the policy knows its hash."""

DRAW = (
    f"(async()=>{{{UNPACK}"
    f"const config={json.dumps(CONFIG, sort_keys=True, separators=(',', ':'))};"
    "for(const f of document.querySelectorAll('figure[data-chart]')){const d=f.querySelector('div');"
    "const s=JSON.parse(f.querySelector('script').textContent),a=s.usermeta.aspect,r=s.usermeta.room,w=d.clientWidth;"
    f"s.config=Object.assign({{}},config,s.config);{FULL}"
    "if(a)s.height=Math.min(s.height,Math.ceil(w*a));"
    "if(r){const m=w<r.below?r.narrow:r.wide;"  # the room a map needs at this width: shared.maps.layout
    "s.height=Math.round(Math.max(m.least,Math.min(m.most,(w-m.side)*m.aspect+m.plus)))}"
    "vegaEmbed(d,s,{renderer:'svg',actions:false,ast:true,hover:true,"
    "defaultStyle:false,tooltip:{disableDefaultStyle:true}})"
    ".then(()=>{if(d.querySelector('svg'))f.setAttribute('data-ok','1')})"
    ".catch(e=>failed(f,e))}"
    "})().catch(e=>{for(const f of document.querySelectorAll('figure[data-chart]'))failed(f,e)});"
    "function failed(f,e){const d=f.querySelector('div');d.className='cb-failed';console.error(e);"
    "d.textContent='This chart could not be drawn. Its figures are in the table below.'}"
)
"""Draws every chart in the look that all share, maps no higher than their width needs; with ``ast`` the policy needs no
'unsafe-eval'."""


def render(notebook: Any, *, title: str, subtitle: str, cache: Path | None = None) -> str:
    """Return the report of an executed notebook as one self-contained HTML page; the notebook is not changed.

    Cells tagged ``parameters``, ``injected-parameters`` and ``remove-cell`` are left out, code is folded (not there at
    all with ``hide-input``). ``cache`` is a folder for the chart library, which takes seconds to make. Raises
    ``RunError`` if the page would cause a request, and ``ProtectionError`` if a cell shows HTML or a chart that no
    block or chart function of this project made, because nothing says that it is safe.
    """
    exporter = _exporter()
    work = _to_work_on(notebook)
    _drop_title(work)
    _drop_unknown(work)
    body, _ = exporter.from_notebook_node(work)
    content = with_contents(body)
    if CHART in body:
        block = f'<script type="text/plain" id="{LIBRARY}">{_packed_vega(cache)}</script>'
        html = page(title, content + block, subtitle=subtitle, scripts=(DRAW,), unpacked=(vega(cache),))
    else:
        html = page(title, content, subtitle=subtitle)
    if asked := external_requests(html):
        raise RunError(
            f"The report would ask the network for: {', '.join(asked[:5])}.",
            hint="Put it into the page, or leave it out.",
        )
    return html


def _to_work_on(notebook: Any) -> Any:
    """Return a copy whose charts are the notebook's own: nbconvert copies it four times and changes no chart."""
    from nbformat import NotebookNode

    class Kept(NotebookNode):  # type: ignore[misc]  # nbformat is untyped
        def __deepcopy__(self, _: Any) -> Kept:
            return self

    made = notebook.copy()
    made.cells = [copy.copy(cell) for cell in notebook.cells]
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs = [copy.copy(output) for output in cell.outputs]
            for output in cell.outputs:
                if "data" in output:
                    charts = {mime: Kept(spec) for mime, spec in output.data.items() if mime in CHART_TYPES}
                    output.data = NotebookNode(output.data | charts)
    return copy.deepcopy(made)


def _drop_title(notebook: Any) -> None:
    """Take the first-level heading out of the first markdown cell: the page has its own, from the case study."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\A\s*# .*(\n|\Z)", "", cell.source)
            return


def _drop_unknown(notebook: Any) -> None:
    """Take out displays of types that a page cannot show (widgets, results for machines)."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if "data" not in o or set(o.data) & set(SHOWN_TYPES)]


@functools.cache
def _exporter() -> Any:
    """Build the exporter once a process: compiling its templates costs more than rendering a report."""
    skip_grammars()
    # not HTMLExporter: it parses its whole page again, and its look and scripts are not wanted
    from nbconvert.exporters import TemplateExporter
    from traitlets.config import Config

    config = Config()
    config.Exporter.optimistic_validation = True  # once, after all has been taken out
    config.TagRemovePreprocessor.enabled = True
    config.TagRemovePreprocessor.remove_cell_tags = NEVER_SHOWN
    config.TagRemovePreprocessor.remove_input_tags = {"hide-input", "remove-input"}
    config.TagRemovePreprocessor.remove_all_outputs_tags = {"remove-output"}
    # the filter that picks a type reads the order from NbConvertBase, not from the exporter
    config.NbConvertBase.display_data_priority = SHOWN_TYPES
    folder = str(resources.files("shared.report"))
    exporter = TemplateExporter(
        config=config,
        template_name="template",
        template_file="index.html.j2",
        extra_template_basedirs=[folder],
    )
    exporter.output_mimetype = "text/html"
    exporter.register_filter("markdown2html", document_html)
    exporter.register_filter("our_html", our_html)
    exporter.register_filter("chart_json", chart_json)
    return exporter


def our_html(html: Any, cell: Any) -> str:
    """Return the HTML of a block without the style it brings along for JupyterLab; refuse any other HTML."""
    text = "".join(html) if isinstance(html, list) else str(html)
    text = re.sub(rf"\A{LAB_STYLE}.*?</style>", "", text, flags=re.S)
    if not text.startswith('<div class="cb'):
        raise ProtectionError(
            f"Cell {cell.get('id', '')} shows HTML that is not a block of the report.",
            hint="A table is shown with DataTable(protect_counts(...)), words with Prose.",
        )
    return text


def chart_json(spec: Any, cell: Any) -> str:
    """Return a chart's specification for a JSON script block, every ``<`` escaped so that no text can end the block."""
    ledger = (spec.get("usermeta") or {}).get("ledger") if isinstance(spec, dict) else None
    if not ledger:
        raise ProtectionError(
            f"Cell {cell.get('id', '')} shows a chart that was not drawn from a SafeTable.",
            hint="Use a function of shared.charts or shared.maps.",
        )
    text = json.dumps(lean(spec, CONFIG), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


@functools.lru_cache(maxsize=2)
def packed(script: str) -> str:
    """Return a script as it stands in a page: gzip in base64, two fifths of its size, the same bytes each time."""
    return base64.b64encode(gzip.compress(script.encode("utf-8"), 9, mtime=0)).decode("ascii")


def known_scripts(cache: Path | None = None) -> frozenset[str]:
    """Return the scripts of a report that are the same in all of them: nobody need look for figures there."""
    return frozenset([packed(vega(cache)), DRAW])


@functools.cache
def vega(cache: Path | None = None) -> str:
    """Return Vega, Vega-Lite and vega-embed as one script (0.9 MB), from ``cache`` where it was made before."""
    kept = _place(cache, "js")
    if kept and kept.is_file():
        return kept.read_text(encoding="utf-8")
    import vl_convert  # not before it is needed: it takes each process 10 MB

    # the stub asks for a snippet, which the function itself does not
    script: str = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    script = script.replace("</script", "<\\/script").replace("<!--", "<\\!--")
    return _keep(kept, script)


def _packed_vega(cache: Path | None) -> str:
    """Return the chart library packed, from ``cache`` if what lies there unpacks to the library itself."""
    script, kept = vega(cache), _place(cache, "packed")
    if kept and kept.is_file():
        text = kept.read_text(encoding="ascii", errors="replace")
        with suppress(ValueError, OSError, EOFError, zlib.error):  # damaged: packed again
            if gzip.decompress(base64.b64decode(text, validate=True)) == script.encode("utf-8"):
                return text
    text = packed(script)
    with suppress(OSError):  # the next one packs it again
        _keep(kept, text)
    return text


def _place(cache: Path | None, ending: str) -> Path | None:
    return cache / f"vega-{metadata.version('vl-convert-python')}.{ending}" if cache else None


def _keep(kept: Path | None, text: str) -> str:
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        half = kept.with_name(f"{kept.name}.{os.getpid()}.tmp")
        half.write_text(text, encoding="utf-8")
        half.replace(kept)
    return text


LOADS = {"src", "srcset", "data", "poster", "background", "xlink:href", "formaction", "manifest", "ping"}
LOADING_LINKS = {"link", "image", "use", "base", "feimage"}


class _Loads(HTMLParser):
    """Collects what a browser would fetch for this page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._style = tag == "style"
        for name, value in attrs:
            address = (value or "").strip()
            fetches = name in LOADS or (name == "href" and tag in LOADING_LINKS)
            if fetches and address and not address.lower().startswith(("data:", "#")):
                self.found.append(f"{tag} {name}")
            if name == "style":
                self._css(address)
            if tag == "meta" and name == "http-equiv" and address.lower() == "refresh":
                self.found.append("meta refresh")

    def handle_data(self, data: str) -> None:
        if self._style:
            self._css(data)

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def _css(self, text: str) -> None:
        for address in re.findall(r"url\(\s*['\"]?\s*([^)'\"]*)|@import", text):
            if not address.lower().startswith(("data:", "#")):
                self.found.append("style sheet url")


def external_requests(html: str) -> list[str]:
    """Return what in the page would make a browser send a request on opening it (element and attribute)."""
    parser = _Loads()
    parser.feed(html)
    parser.close()
    return parser.found
