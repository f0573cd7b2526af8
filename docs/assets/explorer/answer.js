// "What must I open between A and B?": the answer in a sentence, for both directions.
(() => {
  "use strict"
  const explorer = (window.portspecExplorer ??= {})
  const { make, parts, filled } = explorer

  const byPort = (one, other) => {
    const [a, b] = [explorer.portEnds(one), explorer.portEnds(other)]
    return a[0] - b[0] || (a[1] ?? 0) - (b[1] ?? 0) || one.transport.localeCompare(other.transport)
  }

  // Ports as a list of code elements, each once, with what restricts it.
  function listed(page, flows, qualify) {
    const found = new Map()
    for (const flow of [...flows].sort(byPort)) {
      const name = explorer.portOf(flow)
      const known = found.get(name) ?? { vias: new Set(), phases: new Set() }
      known.vias.add(flow.via)
      flow.phases.forEach((phase) => known.phases.add(phase))
      found.set(name, known)
    }
    return [...found].flatMap(([name, known], n) => [n ? page.words.comma : "", make("code", {}, name), qualify(known)])
  }

  // The sentences about one direction.
  function sentences(page, release, flows, from, to) {
    const { words, lang } = page
    const named = (role) => make("strong", {}, release.roles[role]?.title[lang] ?? role)
    const ends = () => ({ from: named(from), to: named(to) })
    if (!flows.length) return [make("p", {}, parts(words["answer-none"], ends()))]
    const qualify = ({ vias, phases }) => {
      const said = []
      if (phases.size === 1) said.push(words[`only-${[...phases][0]}`])
      const via = [...vias].filter(Boolean)
      // To ask about a leg is to know that there is a balancer.
      if (via.length && via.every((id) => ![from, to].includes(release.balancers[id].role))) {
        const balancer = via.map((id) => release.balancers[id].title[lang]).join(words.comma)
        said.push(filled(words[vias.has(null) ? "answer-both" : "answer-via"], { balancer }))
      }
      return said.length ? filled(words.aside, { words: said.join(words.comma) }) : ""
    }
    return explorer.NECESSITIES.map((necessity) => [necessity, flows.filter((flow) => flow.necessity === necessity)])
      .filter(([, some]) => some.length)
      .map(([necessity, some]) => make("p", {}, parts(words[`answer-${necessity}`], { ...ends(), ports: make("span", {}, listed(page, some, qualify)) })))
  }

  // What the profile makes of a role that it has not, or that another one stands for.
  function remark(page, release, state, asked) {
    const role = explorer.actualRole(asked, state)
    const title = (id) => release.roles[id].title[page.lang]
    if (role !== asked) return make("p", { class: "ex-dim" }, filled(page.words["stands-for"], { asked: title(asked), role: title(role) }))
    const balancer = Object.values(release.balancers).some((one) => one.role === asked)
    const missing = !explorer.exists(release, asked, state) || (balancer && !explorer.hasBalancer(release, state))
    return missing ? make("p", { class: "ex-dim" }, filled(page.words["not-there"], { asked: title(asked) })) : null
  }

  // The answer's elements; none where nobody asks. `flows` are those that pass every other filter.
  explorer.answer = (page, release, flows, state) => {
    if (!state.from || !state.to) return []
    const [from, to] = [explorer.actualRole(state.from, state), explorer.actualRole(state.to, state)]
    const there = flows.filter((flow) => explorer.goes(release, flow, from, to))
    const remarks = [state.from, state.to].map((asked) => remark(page, release, state, asked)).filter(Boolean)
    const made = [...remarks, ...sentences(page, release, there, from, to)]
    if (from !== to) {
      const back = flows.filter((flow) => explorer.goes(release, flow, to, from))
      made.push(make("h2", {}, page.words["other-way"]), ...sentences(page, release, back, to, from))
    }
    if ([...there].some((flow) => flow.via && flow.from === from && flow.to === to)) made.push(make("p", { class: "ex-dim" }, page.words["two-legs"]))
    return made
  }
})()
