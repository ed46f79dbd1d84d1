"""A CV as ODT, and words in it that LibreOffice does not show."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from pipelines.attacks.aim import Aim, Kind
from pipelines.attacks.flow import Line, Role, lines
from pipelines.samples.sheet import Sheet
from pipelines.samples.word import ZIP_EPOCH

_TYPE = "application/vnd.oasis.opendocument.text"
_NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in {
        "office": "office", "text": "text", "style": "style", "draw": "drawing", "table": "table",
        "fo": "xsl-fo-compatible", "svg": "svg-compatible", "manifest": "manifest",
    }.items()
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0"'  # fmt: skip # noqa: E501
_STYLES = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-styles {_NAMES} office:version="1.3"><office:styles>
<style:default-style style:family="paragraph"><style:text-properties fo:font-size="11pt"/></style:default-style>
<style:style style:name="Standard" style:family="paragraph"/>
<style:style style:name="Heading" style:family="paragraph" style:parent-style-name="Standard">
<style:text-properties fo:font-size="14pt" fo:color="#1f3a5f"/></style:style>
<style:style style:name="Away" style:family="paragraph" style:parent-style-name="Standard">
<style:text-properties text:display="none"/></style:style>
</office:styles></office:document-styles>"""
_MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest {_NAMES}><manifest:file-entry manifest:full-path="/" manifest:media-type="{_TYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>"""


def document(sheet: Sheet, body: str = "", styles: str = "", changes: str = "") -> bytes:
    """`body` comes last; `styles` are automatic ones; `changes` are tracked ones."""
    shown = "\n".join(_element(line) for line in lines(sheet))
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {_NAMES} office:version="1.3">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{changes}{shown}{body}</office:text></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(zipfile.ZipInfo("mimetype", ZIP_EPOCH), _TYPE)
        for name, part in (("content.xml", content), ("styles.xml", _STYLES), ("META-INF/manifest.xml", _MANIFEST)):
            archive.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _element(line: Line) -> str:
    text = escape(line.text)
    match line.role:
        case Role.NAME | Role.HEADING:
            return f'<text:h text:style-name="Heading" text:outline-level="1">{text}</text:h>'
        case Role.BULLET:
            return f"<text:list><text:list-item><text:p>{text}</text:p></text:list-item></text:list>"
        case _:
            return f'<text:p text:style-name="Standard">{text}</text:p>'


def _clean(aim: Aim) -> bytes:
    return document(aim.sheet)


def _kind(name: str, body: str, styles: str = "", changes: str = "") -> Kind:
    def attacked(aim: Aim) -> bytes:
        text = escape(aim.claims, {'"': "&quot;"})
        return document(aim.sheet, body.replace("{text}", text), styles, changes.replace("{text}", text))

    return Kind(f"ODT {name}", ".odt", _clean, attacked)


def _style(name: str, properties: str, parent: str = "Standard") -> str:
    return (
        f'<style:style style:name="{name}" style:family="paragraph" style:parent-style-name="{parent}">'
        f"<style:text-properties {properties}/></style:style>"
    )


_P = '<text:p text:style-name="P9">{text}</text:p>'
_SPAN = '<text:p><text:span text:style-name="T9">{text}</text:span></text:p>'
_FRAME = "<text:p><draw:frame {place}><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame></text:p>"
KINDS = (
    _kind("hidden by style", _P, _style("P9", 'text:display="none"')),
    _kind("hidden by inherited style", _P, _style("P9", 'fo:font-size="10pt"', "Away")),
    _kind("white", _P, _style("P9", 'fo:color="#ffffff"')),
    _kind("tiny", _P, _style("P9", 'fo:font-size="1pt"')),
    _kind(
        "transparent", _SPAN,
        '<style:style style:name="T9" style:family="text"><style:text-properties fo:color="#000000"'
        ' loext:opacity="0%"/></style:style>',
    ),
    _kind(
        "ink of its background", _SPAN,
        '<style:style style:name="T9" style:family="text"><style:text-properties fo:color="#203040"'
        ' fo:background-color="#203040"/></style:style>',
    ),
    _kind("hidden text field", '<text:p><text:hidden-text text:condition="ooow:1" text:is-hidden="true"'
          ' text:string-value="{text}">{text}</text:hidden-text></text:p>'),
    _kind("hidden paragraph", '<text:p><text:hidden-paragraph text:condition="ooow:1" text:is-hidden="true"/>{text}'
          "</text:p>"),
    _kind("hidden section", '<text:section text:name="s" text:display="none"><text:p>{text}</text:p></text:section>'),
    _kind("frame off the page", _FRAME.replace("{place}", 'svg:x="-60cm" svg:y="2cm" svg:width="9cm"')),
    _kind("annotation", "<text:p>Thank you.<office:annotation><text:p>{text}</text:p></office:annotation></text:p>"),
    _kind(
        "tracked deletion", '<text:p><text:change text:change-id="c1"/></text:p>', "",
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>{text}</text:p></text:deletion>'
        "</text:changed-region></text:tracked-changes>",
    ),
)  # fmt: skip
