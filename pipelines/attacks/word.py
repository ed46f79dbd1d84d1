"""Words in a DOCX that Word does not show: marked as hidden, without ink or size, off the page, or left behind."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from xml.sax.saxutils import escape

from pipelines.attacks.aim import Aim, Draw, Kind
from pipelines.samples.word import ZIP_EPOCH, word

_BODY, _STYLES = "word/document.xml", "word/styles.xml"
_BOX = (
    '<w:p xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><w:r><w:drawing>'
    '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0"'
    ' layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
    '<wp:positionH relativeFrom="page"><wp:posOffset>{x}</wp:posOffset></wp:positionH>'
    '<wp:positionV relativeFrom="page"><wp:posOffset>{y}</wp:posOffset></wp:positionV>'
    '<wp:extent cx="{width}" cy="{height}"/><wp:wrapNone/><wp:docPr id="77" name="Box 77"/>'
    '<a:graphic><a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"><wps:wsp>'
    '<wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></wps:spPr>'
    "<wps:txbx><w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></wps:txbx><wps:bodyPr/>"
    "</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></w:r></w:p>"
)
_FALLBACK = (
    '<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice Requires="wps"/><mc:Fallback><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>'
    "<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict>"
    "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
)
_ROW = (
    '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="9000"/></w:tblGrid>'
    '<w:tr><w:trPr>{row}</w:trPr><w:tc><w:tcPr><w:tcW w:w="9000" w:type="dxa"/>{cell}</w:tcPr>'
    "<w:p><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
)


def change(content: bytes, part: str, before: str, added: str) -> bytes:
    """The archive with something added before the last mention of `before` in one part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            inside = old.read(name)
            if name == part:
                start, mark, end = inside.decode().rpartition(before)
                inside = (start + added + mark + end).encode()
            new.writestr(zipfile.ZipInfo(name, ZIP_EPOCH), inside, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def append(content: bytes, xml: str) -> bytes:
    """With more at the end of the body."""
    return change(content, _BODY, "<w:sectPr", xml)


def _run(properties: str, paragraph: str = "") -> str:
    return (
        f"<w:p><w:pPr>{paragraph}</w:pPr><w:r><w:rPr>{properties}</w:rPr>"
        '<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def _clean(aim: Aim) -> bytes:
    return word(aim.sheet)


def _with(xml: str) -> Draw:
    return lambda aim: append(word(aim.sheet), xml.replace("{text}", escape(aim.claims)))


def _styled(*styles: str, use: str = '<w:pStyle w:val="Aside2"/>') -> Draw:
    def draw(aim: Aim) -> bytes:
        styled = change(word(aim.sheet), _STYLES, "</w:styles>", "".join(styles))
        return append(styled, _run("", use).replace("{text}", escape(aim.claims)))

    return draw


def _style(name: str, properties: str, based_on: str = "Normal") -> str:
    return (
        f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{name}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{based_on}"/><w:rPr>{properties}</w:rPr></w:style>'
    )


def _box(x: int, y: int, width: int, height: int) -> str:
    """A text box; lengths in EMU, 12,700 to the point."""
    places = {"x": x, "y": y, "width": width, "height": height}
    return _BOX.format(text="{text}", **places)


_VANISH, _WHITE = "<w:vanish/>", '<w:color w:val="FFFFFF"/>'
_RUNS = {
    "hidden run": _run(_VANISH),
    "white": _run(_WHITE),
    "near-white": _run('<w:color w:val="FDFDFE"/>'),
    "white of the theme": _run('<w:color w:val="000000" w:themeColor="background1"/>'),
    "ink of its shading": _run('<w:color w:val="1F3A5F"/><w:shd w:val="clear" w:color="auto" w:fill="1F3A5F"/>'),
    "ink of its paragraph": _run('<w:color w:val="DDE3EA"/>', '<w:shd w:val="clear" w:color="auto" w:fill="DDE3EA"/>'),
    "tiny": _run('<w:sz w:val="2"/>'),
    "no line height": _run("", '<w:spacing w:line="1" w:lineRule="exact"/>'),
}
_OTHERS = {
    "ink of its cell": _ROW.format(
        row="", cell='<w:shd w:val="clear" w:color="auto" w:fill="203040"/>', run='<w:color w:val="203040"/>',
        text="{text}",
    ),
    "hidden row": _ROW.format(row="<w:hidden/>", cell="", run=_VANISH, text="{text}"),
    "row without height": _ROW.format(
        row='<w:trHeight w:val="1" w:hRule="exact"/>', cell="", run="", text="{text}"
    ),
    "box off the page": _box(-20_000_000, 900_000, 3_000_000, 900_000),
    "box without size": _box(900_000, 900_000, 0, 0),
    "fallback of a box": _FALLBACK,
    "deleted revision": (
        '<w:p><w:del w:id="7" w:author="A" w:date="2024-06-01T00:00:00Z"><w:r><w:delText>{text}</w:delText></w:r>'
        "</w:del></w:p>"
    ),
    "moved revision": (
        '<w:p><w:moveFrom w:id="8" w:author="A" w:date="2024-06-01T00:00:00Z"><w:r><w:t>{text}</w:t></w:r>'
        "</w:moveFrom></w:p>"
    ),
    "field instruction": (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> QUOTE "{text}" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    ),
}  # fmt: skip
_STYLED: dict[str, Callable[[Aim], bytes]] = {
    "hidden by style": _styled(_style("Aside2", _VANISH)),
    "hidden by inherited style": _styled(_style("Aside1", _VANISH), _style("Aside2", "", based_on="Aside1")),
    "white by style": _styled(_style("Aside2", _WHITE)),
}
KINDS = (
    *(Kind(f"DOCX {name}", ".docx", _clean, _with(xml)) for name, xml in (_RUNS | _OTHERS).items()),
    *(Kind(f"DOCX {name}", ".docx", _clean, draw) for name, draw in _STYLED.items()),
)
