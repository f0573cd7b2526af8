// What the reader chooses with: the cluster, the question, the filters. It tells of changes and shows a state; it has none.
(() => {
  "use strict"
  const explorer = (window.portspecExplorer ??= {})
  const { make, button, choice, filled } = explorer

  // The form's element, `show(state, release, title)` and `answer(elements)`. `change(values, typing)` is told what is chosen.
  explorer.form = (page, change) => {
    const { words, lang } = page
    const react = (name, value) => change({ [name]: value })
    const field = (name, options = []) => choice(name, words[name], options, react)
    const fields = {
      release: field("release", page.releases.map((one) => [one.id, one.preview ? `${one.id}${words.preview}` : one.id])),
      platform: field("platform"),
      network: field("network"),
      topology: field("topology"),
      from: field("from"),
      to: field("to"),
      role: field("role"),
      direction: field("direction", [["", words.any], ["in", words.in], ["out", words.out]]),
      phase: field("phase", [["", words.any], ...explorer.PHASES.map((name) => [name, words[name]])]),
      necessity: field("necessity", [["", words.any], ...explorer.NECESSITIES.map((name) => [name, words[name]])]),
      group: field("group", [["", words["no-group"]], ...explorer.CHOICES.group.map((name) => [name, words[name]])]),
    }
    const search = make("input", { type: "search", name: "text", placeholder: words["search-hint"], autocomplete: "off", spellcheck: "false" })
    search.addEventListener("input", () => change({ text: search.value }, true))

    const summary = make("summary", {})
    const boxes = make("div", { class: "ex-boxes" })
    const features = make("details", { class: "ex-features" }, summary, make("fieldset", {}, make("legend", { class: "ex-hidden" }, words.features), boxes))
    const swap = button("⇄", () => change({ from: fields.to.select.value, to: fields.from.select.value }), {
      class: "ex-button ex-swap", "aria-label": words.swap, title: words.swap,
    })
    const answer = make("div", { class: "ex-answer", role: "status", hidden: true })
    const reset = button(words.reset, () => change("reset"), { class: "ex-button" })
    const some = (...names) => names.map((name) => fields[name].element)
    // What a narrow screen shows when it is asked for (`explorer.css`): a button that says what is chosen, and the fields.
    const fold = (name, ...content) => {
      const open = () => folded.classList.toggle("ex-open", opener.getAttribute("aria-expanded") === "false")
      const opener = button("", () => opener.setAttribute("aria-expanded", String(open())), {
        class: "ex-button ex-opener", "aria-expanded": "false", "aria-controls": `ex-folded-${name}`,
      })
      const folded = make("div", { class: "ex-folded", id: `ex-folded-${name}` }, content)
      return { opener, folded }
    }
    const part = (name, ...content) => make("fieldset", { class: `ex-part ex-part-${name}` }, make("legend", {}, words[`part-${name}`]), content)

    const cluster = fold("cluster", make("div", { class: "ex-line" }, some("release", "platform", "network", "topology")), features)
    const filters = fold("filters", ...some("role", "direction", "phase", "necessity", "group"), reset)
    const element = make(
      "form",
      { class: "ex-form", "aria-label": words.title, on: { submit: (event) => event.preventDefault() } },
      part("cluster", cluster.opener, cluster.folded),
      part("question", make("div", { class: "ex-line" }, fields.from.element, swap, fields.to.element)),
      answer,
      part(
        "filters",
        make(
          "div",
          { class: "ex-line" },
          make("label", { class: "ex-field ex-search" }, make("span", {}, words.search), search),
          filters.opener,
          filters.folded,
        ),
      ),
    )

    // What the release offers; made anew only when the release is another one.
    let offered = null
    function offer(release) {
      if (offered === release) return
      offered = release
      const titled = (known) => Object.entries(known).map(([id, one]) => [id, one.title[lang]])
      fields.platform.offer(titled(release.platforms))
      fields.network.offer(titled(release.networks))
      fields.topology.offer(titled(release.topologies))
      const roles = Object.entries(release.roles).map(([id, one]) => [id, one.title[lang], words[`kind-${one.kind}`]])
      for (const name of ["from", "to", "role"]) fields[name].offer([["", words["any-role"]], ...roles])
      boxes.replaceChildren(
        ...Object.entries(release.features).map(([id, one]) => {
          const box = make("input", { type: "checkbox", name: "feature", value: id, on: { change: chosen } })
          return make("label", { class: "ex-box" }, box, make("span", {}, one.title[lang], " ", make("code", {}, id)))
        }),
      )
    }
    const checkboxes = () => [...boxes.querySelectorAll("input")]
    const chosen = () => change({ features: checkboxes().filter((box) => box.checked).map((box) => box.value) })

    function show(state, release, title) {
      offer(release)
      const filtered = ["role", "direction", "phase", "necessity"].filter((name) => state[name]).length
      cluster.opener.textContent = title
      filters.opener.textContent = filtered ? filled(words["filters-on"], { number: filtered }) : words["filters-none"]
      for (const { name, select } of Object.values(fields)) if (select.value !== state[name]) select.value = state[name]
      if (search.value !== state.text) search.value = state.text
      for (const box of checkboxes()) box.checked = state.features.includes(box.value)
      summary.textContent = state.features.length ? filled(words["features-on"], { number: state.features.length }) : words["features-none"]
      fields.direction.select.disabled = !state.role
      swap.disabled = !state.from && !state.to
    }

    function tell(elements) {
      answer.hidden = !elements.length
      answer.replaceChildren(...elements)
    }

    return { element, show, answer: tell, search }
  }
})()
