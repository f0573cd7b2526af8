// The firewall request: what the chosen flows ask of packet filters, leg by leg, with the reader's own addresses. What is
// typed stays in this browser's storage; it is neither in the address nor sent anywhere.
(() => {
  "use strict"
  const explorer = (window.portspecExplorer ??= {})
  const { make, button, filled } = explorer

  const KEY = "portspec-request"
  const FIELDS = ["cluster", "requester", "ticket", "from-day"]

  // What was typed before. Storage may be switched off, or hold anything.
  function stored() {
    let found = null
    try {
      found = JSON.parse(localStorage.getItem(KEY))
    } catch {
      // as if nothing was kept
    }
    const texts = (given) => Object.fromEntries(Object.entries(given ?? {}).filter(([, text]) => typeof text === "string"))
    return { fields: texts(found?.fields), addresses: texts(found?.addresses) }
  }
  function store(typed) {
    try {
      localStorage.setItem(KEY, JSON.stringify(typed))
    } catch {
      // kept as long as the page is open
    }
  }

  // The legs of flows by source and target; flows with the same leg to the same port are one line.
  function lines(release, flows) {
    const pairs = new Map()
    for (const flow of flows) {
      for (const [source, target] of explorer.legs(release, flow)) {
        const pair = `${source}\n${target}`
        if (!pairs.has(pair)) pairs.set(pair, { source, target, lines: new Map() })
        const known = pairs.get(pair).lines
        const key = `${flow.port ?? ""}/${flow.transport}`
        const line = known.get(key) ?? { port: flow.port, transport: flow.transport, flows: [], phases: [], necessity: "optional" }
        line.flows.push(flow)
        line.phases = explorer.PHASES.filter((phase) => line.phases.includes(phase) || flow.phases.includes(phase))
        const rank = (name) => explorer.NECESSITIES.indexOf(name)
        if (rank(flow.necessity) < rank(line.necessity)) line.necessity = flow.necessity
        known.set(key, line)
      }
    }
    return [...pairs.values()].map((pair) => ({
      ...pair,
      lines: [...pair.lines.values()].sort((one, other) => explorer.portEnds(one)[0] - explorer.portEnds(other)[0] || one.transport.localeCompare(other.transport)),
    }))
  }

  // The request's element, `show`, and `rows` for a sheet.
  explorer.request = (page) => {
    const { words, lang } = page
    const typed = stored()
    const printed = new Map()
    const form = make("form", { class: "ex-typing", on: { submit: (event) => event.preventDefault() } })
    const sheet = make("div", { class: "ex-sheet" })
    const element = make("div", { class: "ex-request", hidden: true }, make("p", { class: "ex-dim" }, words["kept-here"]), form, sheet)
    let shown = { pairs: [], release: null }

    const title = (id) => shown.release.roles[id]?.title[lang] ?? id
    const service = (flow) => flow.title[lang]
    const told = (line) => [...new Set(line.flows.map((flow) => `${service(flow)}${words.colon}${flow.purpose[lang]}`))]
    const addresses = (role) => (typed.addresses[role] ?? "").trim()

    // What is typed appears in the sheet at once, in every place where it belongs.
    function retell(name, value) {
      for (const place of printed.get(name) ?? []) place.textContent = value.trim() || words["to-fill-in"]
    }
    function place(name, value) {
      const made = make("span", { class: "ex-typed" }, value || words["to-fill-in"])
      printed.set(name, [...(printed.get(name) ?? []), made])
      return made
    }
    function field(group, name, label, hint) {
      const input = make("input", { type: "text", autocomplete: "off", spellcheck: "false", placeholder: hint })
      input.value = typed[group][name] ?? ""
      input.addEventListener("input", () => {
        typed[group][name] = input.value
        store(typed)
        retell(`${group}/${name}`, input.value)
      })
      return make("label", { class: "ex-field" }, make("span", {}, label), input)
    }
    function forget() {
      typed.fields = {}
      typed.addresses = {}
      try {
        localStorage.removeItem(KEY)
      } catch {
        // nothing was kept
      }
      show(shown.release, shown.flows, shown.title)
      form.querySelector("input")?.focus()
    }

    function pairOf(pair) {
      const end = (role) => [title(role), " ", place(`addresses/${role}`, addresses(role))]
      const column = (name) => make("th", { scope: "col" }, words[name])
      return make(
        "section",
        { class: "ex-pair" },
        make("h3", {}, end(pair.source), " → ", end(pair.target)),
        make(
          "table",
          { class: "ex-lines" },
          make("thead", {}, make("tr", {}, ["port", "purpose", "necessity", "duration"].map(column))),
          make(
            "tbody",
            {},
            pair.lines.map((line) =>
              make(
                "tr",
                {},
                make("td", {}, make("code", {}, explorer.portOf(line))),
                make("td", {}, told(line).map((sentence) => make("span", { class: "ex-told" }, sentence))),
                make("td", {}, words[line.necessity]),
                make("td", {}, words[`duration-${line.phases.join("-")}`]),
              ),
            ),
          ),
        ),
      )
    }

    function show(release, flows, title) {
      const pairs = lines(release, flows)
      shown = { release, flows, pairs, title }
      printed.clear()
      const roles = [...new Set(pairs.flatMap((pair) => [pair.source, pair.target]))]
      form.replaceChildren(
        make("fieldset", {}, make("legend", {}, words["request-about"]), FIELDS.map((name) => field("fields", name, words[name], ""))),
        make("fieldset", {}, make("legend", {}, words["request-addresses"]), roles.map((id) => field("addresses", id, release.roles[id]?.title[lang] ?? id, "192.0.2.0/28, 2001:db8::/64"))),
        button(words.forget, forget),
      )
      const facts = FIELDS.flatMap((name) => [make("dt", {}, words[name]), make("dd", {}, place(`fields/${name}`, (typed.fields[name] ?? "").trim()))])
      const count = pairs.reduce((sum, pair) => sum + pair.lines.length, 0)
      sheet.replaceChildren(
        make("h2", { id: "request" }, words.request),
        make("p", {}, filled(words["request-count"], { title, lines: count, pairs: pairs.length })),
        make("dl", {}, facts),
        ...pairs.map(pairOf),
      )
    }

    // The request as rows of text, the header first.
    function rows() {
      const header = ["source", "source_addresses", "destination", "destination_addresses", "transport", "port", "necessity", "phases", "services", "purpose"]
      const body = shown.pairs.flatMap((pair) =>
        pair.lines.map((line) => [
          pair.source, addresses(pair.source), pair.target, addresses(pair.target), line.transport, line.port ?? "", line.necessity,
          line.phases.join(" "), [...new Set(line.flows.map((flow) => flow.service))].join(" "), told(line).join(" "),
        ]),
      )
      return [header, ...body]
    }

    return { element, show, rows }
  }

  Object.assign(explorer, { requestLines: lines })
})()
