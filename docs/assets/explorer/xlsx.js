// A workbook of one sheet, written by hand: a zip archive (stored, not packed) of six small XML files. Every cell is text,
// whatever it begins with; the same rows give the same bytes. A library for this would weigh more than the whole page.
(() => {
  "use strict"
  const explorer = (window.portspecExplorer ??= {})

  const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  const PACKAGE = "http://schemas.openxmlformats.org/package/2006"
  const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
  const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
  const WIDEST = 60
  const LONGEST = 32767 // what a cell may hold
  const DAY = 0x2821 // 2000-01-01, of every file in the archive

  const CRC = new Uint32Array(256).map((_, n) => {
    for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1
    return n
  })
  function checksum(bytes) {
    let sum = 0xffffffff
    for (const byte of bytes) sum = CRC[(sum ^ byte) & 0xff] ^ (sum >>> 8)
    return (sum ^ 0xffffffff) >>> 0
  }

  // Characters that XML cannot hold are left out.
  const NAMED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" }
  const escaped = (text) =>
    text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "").replace(/[&<>"]/g, (found) => NAMED[found])

  function column(number) {
    let name = ""
    for (let rest = number + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) name = String.fromCharCode(65 + ((rest - 1) % 26)) + name
    return name
  }

  const cell = (text, x, y) =>
    `<c r="${column(x)}${y + 1}" t="inlineStr"${y ? "" : ' s="1"'}><is><t xml:space="preserve">${escaped(text.slice(0, LONGEST))}</t></is></c>`

  function sheet(rows) {
    const area = `A1:${column(rows[0].length - 1)}${rows.length}`
    const widths = rows[0].map((_, x) => Math.min(WIDEST, 2 + rows.reduce((most, row) => Math.max(most, row[x].length), 0)))
    const columns = widths.map((width, x) => `<col min="${x + 1}" max="${x + 1}" width="${width}" customWidth="1"/>`).join("")
    const body = rows.map((row, y) => `<row r="${y + 1}">${row.map((text, x) => cell(text, x, y)).join("")}</row>`).join("")
    return (
      `<worksheet xmlns="${MAIN}"><dimension ref="${area}"/><sheetViews><sheetView tabSelected="1" workbookViewId="0">` +
      '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
      `<cols>${columns}</cols><sheetData>${body}</sheetData><autoFilter ref="${area}"/></worksheet>`
    )
  }

  const relations = (...entries) =>
    `<Relationships xmlns="${PACKAGE}/relationships">` +
    entries.map(([kind, target], n) => `<Relationship Id="rId${n + 1}" Type="${kind}" Target="${target}"/>`).join("") +
    "</Relationships>"

  const override = (part, type) => `<Override PartName="${part}" ContentType="${type}"/>`

  function files(rows, name, title) {
    const plain = '<border><left/><right/><top/><bottom/><diagonal/></border>'
    const fill = (kind) => `<fill><patternFill patternType="${kind}"/></fill>`
    const font = (bold) => `<font>${bold}<sz val="11"/><name val="Calibri"/></font>`
    const form = (bold) => `<xf numFmtId="49" fontId="${bold}" fillId="0" borderId="0" xfId="0" applyFont="1" applyNumberFormat="1"/>`
    return {
      "[Content_Types].xml":
        `<Types xmlns="${PACKAGE}/content-types">` +
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
        '<Default Extension="xml" ContentType="application/xml"/>' +
        override("/xl/workbook.xml", `${TYPE}.sheet.main+xml`) +
        override("/xl/worksheets/sheet1.xml", `${TYPE}.worksheet+xml`) +
        override("/xl/styles.xml", `${TYPE}.styles+xml`) +
        override("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml") +
        "</Types>",
      "_rels/.rels": relations(
        [`${OFFICE}/officeDocument`, "xl/workbook.xml"],
        [`${PACKAGE}/relationships/metadata/core-properties`, "docProps/core.xml"],
      ),
      "docProps/core.xml":
        `<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">` +
        `<dc:title>${escaped(title)}</dc:title></cp:coreProperties>`,
      "xl/workbook.xml":
        `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><bookViews><workbookView/></bookViews>` +
        `<sheets><sheet name="${escaped(name)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
      "xl/_rels/workbook.xml.rels": relations([`${OFFICE}/worksheet`, "worksheets/sheet1.xml"], [`${OFFICE}/styles`, "styles.xml"]),
      "xl/styles.xml":
        `<styleSheet xmlns="${MAIN}"><fonts count="2">${font("")}${font("<b/>")}</fonts>` +
        `<fills count="2">${fill("none")}${fill("gray125")}</fills><borders count="1">${plain}</borders>` +
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
        `<cellXfs count="2">${form(0)}${form(1)}</cellXfs>` +
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
      "xl/worksheets/sheet1.xml": sheet(rows),
    }
  }

  // Numbers of an archive's headers: [bytes, value], least significant byte first.
  function numbers(...given) {
    return given.flatMap(([size, value]) => Array.from({ length: size }, (_, n) => (value >>> (8 * n)) & 0xff))
  }

  function zip(parts) {
    const encoder = new TextEncoder()
    const chunks = []
    const directory = []
    let at = 0
    const put = (...added) => added.forEach((bytes) => (chunks.push(bytes), (at += bytes.length)))
    for (const [path, text] of Object.entries(parts)) {
      const name = encoder.encode(path)
      const bytes = encoder.encode(HEAD + text)
      const size = [4, bytes.length]
      const facts = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, DAY], [4, checksum(bytes)], size, size, [2, name.length], [2, 0]]
      directory.push([numbers([4, 0x02014b50], [2, 20], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]), name])
      put(new Uint8Array(numbers([4, 0x04034b50], ...facts)), name, bytes)
    }
    const start = at
    for (const [header, name] of directory) put(new Uint8Array(header), name)
    const count = [2, directory.length]
    put(new Uint8Array(numbers([4, 0x06054b50], [2, 0], [2, 0], count, count, [4, at - start], [4, start], [2, 0])))
    return new Blob(chunks, { type: `${TYPE}.sheet` })
  }

  // A workbook of rows of text, the first one its header.
  explorer.workbook = (rows, name, title) => zip(files(rows, name, title))
})()
