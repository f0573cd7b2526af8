// The list as CSV, byte for byte what `portspec ports --format csv` prints (`portspec.report.flows`).
(() => {
  "use strict"
  const explorer = (window.portspecExplorer ??= {})

  const COLUMNS = [
    "service", "port", "transport", "from", "to", "via", "necessity", "phases", "reach", "sources", "carried_forward",
    "title_en", "title_zh-TW", "purpose_en", "purpose_zh-TW", "conflicts_with",
  ]
  // How a cell begins that a spreadsheet takes for a formula (OWASP, CSV injection).
  const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

  // The values of the columns as text.
  const cells = (flow) => [
    flow.service, flow.port ?? "", flow.transport, flow.from, flow.to, flow.via ?? "", flow.necessity, flow.phases.join(" "),
    flow.reach, flow.sources.join(" "), String(flow.carried), flow.title.en, flow.title["zh-TW"], flow.purpose.en,
    flow.purpose["zh-TW"], flow.conflicts.map((one) => `${one.source}: ${one.text.en}`).join("; "),
  ]

  const harmless = (cell) => (FORMULA.test(cell) ? `'${cell}` : cell)
  const quoted = (cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  const line = (row) => `${row.map(quoted).join(",")}\n`

  // Rows of text, the first one their header.
  const csvOf = ([header, ...rows]) => line(header) + rows.map((row) => line(row.map(harmless))).join("")
  const table = (flows) => [COLUMNS, ...flows.map(cells)]

  Object.assign(explorer, { csv: (flows) => csvOf(table(flows)), csvOf, table })
})()
