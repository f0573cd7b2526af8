// The explorer: reads what is asked from the address, fetches the release, shows the rows, and keeps the address true.
(() => {
  "use strict"
  const explorer = (window.portspecExplorer ??= {})
  const { make, button, filled } = explorer

  const mount = document.getElementById("explorer")
  const page = JSON.parse(document.getElementById("explorer-page").textContent)
  const { words, lang } = page
  const PAUSE = 300 // milliseconds without a keystroke, after which what was typed goes into the address

  // Releases are scripts, which a page may load from a folder too; each calls `take`.
  const taken = new Map()
  const awaited = new Map()
  explorer.take = (release) => taken.set(release.release, release)
  function load(name) {
    if (!awaited.has(name)) {
      awaited.set(
        name,
        new Promise((resolve, reject) => {
          const fail = () => (awaited.delete(name), reject(new Error(name)))
          const script = make("script", { src: `${page.assets}${name}.js`, on: { error: fail, load: () => resolve(taken.get(name)) } })
          document.head.append(script)
        }),
      )
    }
    return awaited.get(name)
  }

  let state = null
  let release = null
  let typing = null // the timer of what is not in the address yet
  let typed = false // whether the newest entry of the history is one of typing
  let turn = 0

  // The flows of the profile on show.
  let known = { key: "", flows: [] }
  function flowsOf() {
    const key = [state.release, state.platform, state.network, state.topology, ...state.features].join("\n")
    if (known.key !== key) known = { key, flows: explorer.flows(release, state) }
    return known.flows
  }

  const form = explorer.form(page, change)
  const rows = explorer.rows(page, (name) => change({ sort: { [name]: `-${name}`, [`-${name}`]: "" }[state.sort] ?? name }))
  const request = explorer.request(page)
  const notice = make("p", { class: "ex-notice", role: "alert", hidden: true })
  const count = make("p", { class: "ex-count", role: "status" })
  const said = make("span", { class: "ex-said", role: "status" })
  const empty = make("p", { class: "ex-empty", hidden: true }, words.nothing)
  const container = make("div", { class: "ex-scroll" }, rows.element)
  const views = {
    "": button(words["view-rows"], () => change({ view: "" }), { class: "ex-button" }),
    request: button(words["view-request"], () => change({ view: "request" }), { class: "ex-button" }),
  }
  const tools = make(
    "div",
    { class: "ex-tools" },
    count,
    make("div", { class: "ex-views", role: "group", "aria-label": words.views }, Object.values(views)),
    make(
      "div",
      { class: "ex-exports" },
      said,
      button(words["copy-link"], () => copied(() => location.href), { class: "ex-button" }),
      button(words["copy-csv"], () => copied(sheetAsCsv), { class: "ex-button" }),
      button("CSV", () => explorer.save(sheetAsCsv(), `${fileName()}.csv`, "text/csv;charset=utf-8"), { class: "ex-button", "aria-label": words["save-csv"] }),
      button("XLSX", () => explorer.save(explorer.workbook(sheet(), state.view || "flows", title()), `${fileName()}.xlsx`), { class: "ex-button", "aria-label": words["save-xlsx"] }),
      button(words.print, () => window.print(), { class: "ex-button" }),
    ),
  )

  let shown = []
  const fileName = () => ["openshift", state.release, state.platform, state.view || "ports"].join("-")
  const sheet = () => (state.view ? request.rows() : explorer.table(shown))
  const sheetAsCsv = () => (state.view ? explorer.csvOf(request.rows()) : explorer.csv(shown))
  function title() {
    const titled = (kind, name) => release[kind][name].title[lang]
    const features = state.features.map((name) => words.comma + release.features[name].title[lang])
    return filled(words.heading, {
      release: state.release, platform: titled("platforms", state.platform), network: titled("networks", state.network),
      topology: titled("topologies", state.topology), features: features.join(""),
    })
  }
  async function copied(content) {
    settle()
    said.textContent = (await explorer.copy(content())) ? words.copied : words["not-copied"]
    setTimeout(() => (said.textContent = ""), 4000)
  }

  function render() {
    const all = flowsOf()
    shown = explorer.sorted(explorer.chosen(release, all, state), state.sort, lang)
    const others = { ...state, from: "", to: "" }
    form.show(state, release, title())
    form.answer(explorer.answer(page, release, explorer.chosen(release, all, others), state))
    count.textContent = filled(words.count, { shown: shown.length, all: all.length })
    empty.hidden = shown.length > 0
    for (const [name, one] of Object.entries(views)) one.setAttribute("aria-pressed", String(state.view === name))
    const asRequest = state.view === "request"
    request.element.hidden = !asRequest
    container.hidden = asRequest || !shown.length
    if (asRequest) request.show(release, shown, title())
    else rows.show(release, explorer.grouped(shown, state.group), state, title())
    for (const link of document.querySelectorAll(".md-select__link[hreflang]")) {
      if (link.hreflang !== lang) link.search = explorer.written(state)
    }
  }

  // The address as it is to be, now: `push` makes a new entry of the history.
  function enter(push) {
    const address = explorer.written(state)
    if (address === location.search) return
    history[push ? "pushState" : "replaceState"](null, "", address)
  }
  function settle() {
    if (!typing) return
    clearTimeout(typing)
    typing = null
    enter(!typed)
    typed = true
  }

  // What the reader chose: some values of the state, or "reset". What is typed is one entry of the history, not one a letter.
  function change(values, byTyping = false) {
    if (!state) return undefined
    if (values === "reset") {
      const { release, platform, network, topology, features, view } = state
      values = { ...explorer.read(""), release, platform, network, topology, features, view }
    }
    if (!byTyping) settle()
    const next = { ...state, ...values }
    if (next.release !== state.release) return open(next, true)
    state = next
    render()
    if (!byTyping) {
      typed = false
      notice.hidden = true
      return enter(true)
    }
    clearTimeout(typing)
    typing = setTimeout(settle, PAUSE)
    return undefined
  }

  // Show a state whose release may have to be fetched first; what the release does not have is told.
  async function open(wished, push = false) {
    const mine = ++turn
    const listed = page.releases.some((one) => one.id === wished.release)
    const name = listed ? wished.release : page.newest
    mount.setAttribute("aria-busy", "true")
    let fetched
    try {
      fetched = await load(name)
    } catch {
      if (mine === turn) fail(name)
      return
    }
    if (mine !== turn) return
    mount.removeAttribute("aria-busy")
    release = fetched
    const [fit, refused] = explorer.fitted(wished, release)
    state = fit
    if (wished.release && !listed) refused.unshift(wished.release)
    notice.hidden = !refused.length
    notice.textContent = refused.length ? filled(words.refused, { release: release.release, values: refused.join(words.comma) }) : ""
    render()
    if (push) {
      typed = false
      enter(true)
    }
  }

  function fail(name) {
    mount.removeAttribute("aria-busy")
    notice.hidden = false
    notice.textContent = filled(words["not-loaded"], { release: name })
    if (state) form.show(state, release, title())
    else document.documentElement.classList.remove("ex-live")
  }

  window.addEventListener("popstate", () => {
    clearTimeout(typing)
    typing = null
    typed = false
    open(explorer.read(location.search))
  })
  mount.append(notice, form.element, tools, empty, container, request.element)
  document.documentElement.classList.add("ex-live")
  open(explorer.read(location.search))
})()
