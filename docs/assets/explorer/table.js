// The rows. A row is made once per flow and kept, so that a keystroke only chooses among rows.
(() => {
  "use strict"
  const explorer = (window.portspecExplorer ??= {})
  const { make, button } = explorer

  const COLUMNS = ["port", "service", "from", "to", "via", "necessity", "phases", "reach", "sources"]

  // The table: its element, and `show`. `page` has the words, the language and the way to the language's top folder.
  explorer.rows = (page, sortBy) => {
    const { words, lang, top } = page
    const headings = new Map()
    const head = COLUMNS.map((name) => {
      if (name === "sources") return make("th", { role: "columnheader", scope: "col", class: "ex-c-sources" }, words[name])
      const sorter = button(words[name], () => sortBy(name))
      headings.set(name, make("th", { role: "columnheader", scope: "col", class: `ex-c-${name}` }, sorter))
      return headings.get(name)
    })
    const caption = make("caption", {})
    const table = make(
      "table",
      { class: "ex-table", role: "table" },
      caption,
      make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, head)),
    )
    const rows = new WeakMap()

    const role = (release, id) => make("span", { title: id }, release.roles[id]?.title[lang] ?? id)
    const sourceLink = (id) => make("a", { href: `${top}reference/sources.html#${id}` }, id)
    const serviceLink = (flow) =>
      make("a", { href: `${top}services/${flow.service}.html#port-${flow.port ?? "none"}-${flow.transport}` }, flow.title[lang])

    function sourcesOf(flow) {
      const list = flow.sources.map((id) => make("li", {}, sourceLink(id)))
      const against = flow.conflicts.map((one) => make("li", {}, sourceLink(one.source), words.colon, one.text[lang]))
      return make(
        "details",
        {},
        make("summary", { "aria-label": explorer.filled(words["sources-of"], { number: flow.sources.length, port: explorer.portOf(flow) }) }, String(flow.sources.length)),
        make("ul", {}, list),
        against.length ? [make("p", {}, words.otherwise), make("ul", {}, against)] : null,
      )
    }

    function cellsOf(release, flow) {
      const marks = [
        flow.conflicts.length ? make("span", { class: "ex-mark" }, words.disputed) : null,
        flow.carried ? make("span", { class: "ex-mark" }, words.carried) : null,
      ]
      return {
        port: [make("code", {}, explorer.portOf(flow))],
        service: [serviceLink(flow), make("span", { class: "ex-purpose" }, flow.purpose[lang]), ...marks],
        from: [role(release, flow.from)],
        to: [role(release, flow.to)],
        via: [flow.via ? role(release, release.balancers[flow.via].role) : make("span", { class: "ex-dim" }, words.direct)],
        necessity: [make("span", { class: `ex-need ex-need-${flow.necessity}` }, words[flow.necessity])],
        phases: [flow.phases.length === 2 ? make("span", { class: "ex-dim" }, words.both) : words[flow.phases[0]]],
        reach: [words[`reach-${flow.reach}`]],
        sources: [sourcesOf(flow)],
      }
    }

    function rowOf(release, flow) {
      if (!rows.has(flow)) {
        const cells = cellsOf(release, flow)
        const row = COLUMNS.map((name) => make("td", { role: "cell", class: `ex-c-${name}`, "data-label": words[name] }, cells[name]))
        rows.set(flow, make("tr", { role: "row" }, row))
      }
      return rows.get(flow)
    }

    function groupTitle(release, group, name) {
      if (group === "service") return release.services.find((one) => one.id === name).title[lang]
      if (group === "from" || group === "to") return release.roles[name]?.title[lang] ?? name
      if (group === "via") return name ? release.balancers[name].title[lang] : words.direct
      if (group === "phases") return name.includes(" ") ? words.both : words[name]
      return words[name] ?? name
    }

    // Show the groups of flows that a state asks for; `title` says of what they are.
    function show(release, groups, state, title) {
      caption.textContent = title
      for (const [name, heading] of headings) {
        const way = { [name]: "ascending", [`-${name}`]: "descending" }[state.sort] ?? "none"
        heading.setAttribute("aria-sort", way)
      }
      while (table.tBodies.length) table.tBodies[0].remove()
      for (const [name, flows] of groups) {
        const body = make("tbody", { role: "rowgroup" })
        if (state.group) {
          const label = `${groupTitle(release, state.group, name)} · ${flows.length}`
          const cell = make("th", { role: "rowheader", scope: "rowgroup", colspan: COLUMNS.length }, label)
          body.append(make("tr", { role: "row", class: "ex-group" }, cell))
        }
        body.append(...flows.map((flow) => rowOf(release, flow)))
        table.append(body)
      }
    }

    return { element: table, show }
  }
})()
