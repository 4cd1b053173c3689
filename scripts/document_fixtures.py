"""Makes the documents of Tests/Fixtures/documents with the libraries that other programs make theirs with.

Usage: .venv/fixtures/bin/python scripts/document_fixtures.py (packages: scripts/requirements-fixtures.txt)
"""

import datetime
import email.message
import email.policy
import json
import mailbox
import pathlib
import zipfile

import docx
import odf.draw
import odf.opendocument
import odf.style
import odf.table
import odf.text
import openpyxl
import pptx
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Tests/Fixtures/documents"

TIDE = (
    "The tide follows the moon. Twice a day the water comes up to the harbour wall and goes back again, and the boats "
    "that lie there rise with it."
)
KETTLE = "Water in a kettle boils sooner on a mountain, because the air above it is thinner and presses less."


def pdf() -> None:
    """Two columns, a head and a foot on every page, words divided at line ends, a sentence over two pages."""
    page = canvas.Canvas(str(FOLDER / "paper.pdf"), pagesize=A4, invariant=1)
    left = [
        "1 Tides", "The tide follows the moon. Twice a", "day the water comes up to the har-", "bour wall and goes back again.",
        "", "Boats that lie in the harbour rise", "with it, and fishermen set their", "clocks by a well-", "known table.",
    ]
    right = [
        "2 Kettles", "Water in a kettle boils sooner on a", "mountain, because the air above it", "is thinner. A well-known",
        "experiment shows it.", "", "Whoever carries a thermometer to the",
    ]
    further = [
        ["summit finds that tea is brewed at", "eighty-seven degrees there.", "", "3 Bread", "Dough rises because yeast eats sugar", "and breathes out gas."],
        ["4 Glass", "Glass is neither a liquid nor a", "crystal; its atoms stand where they", "stood when it cooled."],
        ["5 Bees", "A bee tells the others where flowers", "are by dancing on the comb."],
    ]
    for number in range(4):
        page.setFont("Helvetica", 9)
        page.drawString(72, 800, "Journal of Everyday Physics")
        page.drawCentredString(297, 40, f"Page {number + 1} of 4")
        page.setFont("Times-Roman", 11)
        columns = [left, right] if number == 0 else [further[number - 1]]
        for column, lines in enumerate(columns):
            for line, text in enumerate(lines):
                page.drawString(72 + 240 * column, 750 - 14 * line, text)
        page.showPage()
    page.save()


def word() -> None:
    document = docx.Document()
    document.core_properties.created = datetime.datetime(2026, 1, 1)
    document.add_heading("Notes on water", 0)
    document.add_heading("Tides", 1)
    document.add_paragraph(TIDE)
    document.add_heading("Spring tides", 2)
    document.add_paragraph("At new and at full moon the tides are highest.")
    document.add_paragraph("Bring boots", style="List Bullet")
    document.add_paragraph("Bring a lamp", style="List Bullet")
    document.add_heading("Kettles", 1)
    document.add_paragraph(KETTLE)
    table = document.add_table(rows=2, cols=2)
    for row, cells in enumerate([("Height", "Boiling point"), ("3000 m", "90 degrees")]):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    document.save(str(FOLDER / "report.docx"))


def slides() -> None:
    deck = pptx.Presentation()
    for title, lines, notes in [
        ("Tides", ["The tide follows the moon.", "Boats rise with it."], "Show the harbour here."),
        ("Kettles", [KETTLE], ""),
    ]:
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = "\n".join(lines)
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
    deck.save(str(FOLDER / "slides.pptx"))


def sheet() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Harbours"
    for row in [("Harbour", "High water", "Remark"), ("Hamburg", "03:12", "storm surge expected"), ("Brest", 4.5, None)]:
        sheet.append(row)
    other = book.create_sheet("Kettles")
    other["B3"] = "thin air on the summit"
    book.save(str(FOLDER / "table.xlsx"))


def open_document() -> None:
    text = odf.opendocument.OpenDocumentText()
    text.text.addElement(odf.text.H(outlinelevel=1, text="Tides"))
    paragraph = odf.text.P(text="The tide follows the moon.")
    note = odf.text.Note(noteclass="footnote")
    note.addElement(odf.text.NoteCitation(text="1"))
    body = odf.text.NoteBody()
    body.addElement(odf.text.P(text="Kepler knew"))
    note.addElement(body)
    paragraph.addElement(note)
    text.text.addElement(paragraph)
    text.text.addElement(odf.text.H(outlinelevel=2, text="Spring tides"))
    items = odf.text.List()
    item = odf.text.ListItem()
    item.addElement(odf.text.P(text="Bring boots"))
    items.addElement(item)
    text.text.addElement(items)
    text.save(str(FOLDER / "text.odt"))
    table = odf.opendocument.OpenDocumentSpreadsheet()
    sheet = odf.table.Table(name="Harbours")
    for cells in [("Harbour", "Remark"), ("Hamburg", "storm surge expected")]:
        row = odf.table.TableRow()
        for value in cells:
            cell = odf.table.TableCell(valuetype="string")
            cell.addElement(odf.text.P(text=value))
            row.addElement(cell)
        sheet.addElement(row)
    table.spreadsheet.addElement(sheet)
    table.save(str(FOLDER / "table.ods"))


def book() -> None:
    with zipfile.ZipFile(FOLDER / "book.epub", "w", zipfile.ZIP_DEFLATED) as archive:
        def put(name: str, text: str) -> None:
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), text)

        put("mimetype", "application/epub+zip")
        put(
            "META-INF/container.xml",
            '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">'
            '<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/>'
            "</rootfiles></container>",
        )
        put(
            "OEBPS/content.opf",
            '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0"><manifest>'
            '<item id="two" href="two.xhtml" media-type="application/xhtml+xml"/>'
            '<item id="one" href="chapter%20one.xhtml" media-type="application/xhtml+xml"/>'
            '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/></manifest>'
            '<spine><itemref idref="one"/><itemref idref="two"/></spine></package>',
        )
        page = '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body>{}</body></html>'
        put("OEBPS/nav.xhtml", page.format("<nav><a href='two.xhtml'>Kettles</a></nav>"))
        put("OEBPS/chapter one.xhtml", page.format(f"<h1>Tides</h1><p>{TIDE}</p><h2 id='spring'>Spring tides</h2><p>At new moon.</p>"))
        put("OEBPS/two.xhtml", page.format(f"<h1>Kettles</h1><p>{KETTLE}</p>"))


def notebook() -> None:
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Tides\n", "\n", TIDE]},
        {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [], "source": ["def height(hours):\n", "    # not a heading\n", "    return 2.1 * cos(hours)"]},
        {"cell_type": "markdown", "metadata": {}, "source": "## Kettles\n\n" + KETTLE},
    ]
    content = {"cells": cells, "metadata": {"kernelspec": {"language": "python", "name": "python3"}}, "nbformat": 4, "nbformat_minor": 4}
    (FOLDER / "study.ipynb").write_text(json.dumps(content, indent=1) + "\n")


def mail() -> None:
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = "Jürgen Flut <juergen@example.org>"
    message["To"] = "Anna Ebbe <anna@example.org>"
    message["Date"] = "Thu, 01 Jan 2026 12:00:00 +0000"
    message["Message-ID"] = "<tide-1@example.org>"
    message["Subject"] = "Hochwasser am Mühlenfleth – bitte lesen"
    message.set_content("Liebe Anna,\n\ndas Wasser steigt über die Mauer. " + TIDE + "\n\n-- \nJürgen\n", charset="iso-8859-15")
    message.add_alternative("<p>Liebe Anna</p>", subtype="html")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="Pegel.png")
    message.set_boundary("tide")
    for part in message.walk():
        if part.get_content_type() == "multipart/alternative":
            part.set_boundary("inner")
    (FOLDER / "message.eml").write_bytes(bytes(message))
    path = FOLDER / "list.mbox"
    path.unlink(missing_ok=True)
    box = mailbox.mbox(path)
    for number, (subject, text) in enumerate([("Tides", TIDE), ("Re: Tides", "From here on it only rises.\n\n" + KETTLE)]):
        reply = mailbox.mboxMessage()
        reply.set_from("list@example.org", time_=datetime.datetime(2026, 1, 1).timetuple())
        reply["From"] = "list@example.org"
        reply["Subject"] = subject
        reply["Message-ID"] = f"<list-{number}@example.org>"
        reply.set_payload(text)
        box.add(reply)
    box.close()


def page() -> None:
    (FOLDER / "page.html").write_text(
        "<!DOCTYPE html>\n<html><head><title>Water</title><style>p { color: red }</style><script>var tide = 1;</script></head>\n"
        '<body><nav><a href="/">Home</a></nav>\n<h1 id="water">Notes on water<a class="headerlink" href="#water">¶</a></h1>\n'
        f"<p>{TIDE} <em>Spring</em> tides&nbsp;are <b>high</b>er.</p>\n"
        '<h2 id="kettles">Kettles &amp; pots</h2>\n<ul><li>Fill it</li><li>Wait</li></ul>\n'
        "<pre>if boiling:\n    stop()</pre>\n<table><tr><th>Height</th><th>Degrees</th></tr><tr><td>3000 m</td><td>90</td></tr></table>\n"
        "<p hidden>never shown</p></body></html>\n"
    )


def subtitles() -> None:
    (FOLDER / "talk.srt").write_text(
        "1\n00:00:01,000 --> 00:00:03,000\n<i>The tide follows</i>\nthe moon.\n\n2\n00:01:02,500 --> 00:01:05,000\n{\\an8}" + KETTLE + "\n")
    (FOLDER / "talk.vtt").write_text(
        "WEBVTT\n\nNOTE made by hand\n\n00:01.000 --> 00:03.000 align:start\n<v Anna>The tide follows the moon.\n\n"
        "intro\n01:00:02.500 --> 01:00:05.000\n" + KETTLE + "\n")


def rich_text() -> None:
    (FOLDER / "note.rtf").write_bytes(
        rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times New Roman;}}{\info{\title no text}}"
        rb"{\*\generator none;}\pard\outlinelevel0 Tides\par\pard The tide follows the moon. M\'fchle, \u8212?, \u28526?\u27728?.\par "
        rb"Second {\b bold} paragraph.\par}"
    )


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for make in [pdf, word, slides, sheet, open_document, book, notebook, mail, page, rich_text, subtitles]:
        make()
