// Figures of buildings and developer contributions.
Object.assign(figures, {
  estates() {
    const [kind, one, facility] = state.facility.split("|");
    const at = (measure) => (kind === "trust"
      ? series("provider_estates", { scenario: state.scenario, provider: one, facility, measure })
      : series("estates", { scenario: state.scenario, place: state.place, facility, measure }));
    const where = kind === "trust" ? placeName(one) : placeName(state.place);
    const existing = at("existing");
    const unit = data.units[facility] ?? "";
    return { ...fan([{ name: "Required", points: at("required") }, { name: "Existing", points: existing }], unit, unit === "m²" ? 0 : 1, kind === "trust" ? [] : beyondPlan(keysOf("estates", "year").at(-1)), financial), title: `${words(facility)}: required${existing.length ? " and existing" : ""}, ${where}`, says: `${capital(unit)}, ${scenarioName(state.scenario)}. Shaded: the 80 % prediction interval.${existing.length ? "" : " Existing capacity is not known here, so no gap is shown."}` };
  },
  breach() {
    const members = new Set([state.place, ...data.neighbourhoods.filter((each) => state.place === setting.system || each[2] === state.place).map((each) => each[0])]);
    const found = [];
    for (const kind of keysOf("breach", "area_kind")) for (const area of keysOf("breach", "area")) for (const facility of keysOf("breach", "facility")) {
      if (kind !== "provider" && !members.has(area)) continue;
      const points = series("breach", { scenario: state.scenario, area_kind: kind, area, facility }, { value: "probability" });
      if (!points.length) continue;
      const first = (share) => points.find((each) => each.value >= share)?.year ?? null;
      found.push({ name: `${words(facility)}, ${setting.short[area] ?? placeName(area)}`, facility, early: first(0.1), central: first(0.5), late: first(0.9), points });
    }
    const when = (year) => (year === null ? `not by ${financial(keysOf("breach", "year").at(-1))}` : financial(year));
    found.sort((a, b) => (a.central ?? 9999) - (b.central ?? 9999) || (a.early ?? 9999) - (b.early ?? 9999) || a.name.localeCompare(b.name));
    if (!found.length) return { ...nothing("No capacity is known here."), title: "When buildings are over capacity" };
    const from = keysOf("breach", "year")[0], until = keysOf("breach", "year").at(-1);
    const rows = found.filter((each) => each.early !== null).slice(0, 20).map((each, order) => ({
      name: each.name, order, value: each.central, low: each.early, high: each.late ?? until, open: each.late === null,
      shown: `${each.name}\nover capacity in 10 % of draws: ${when(each.early)}\nin 50 %: ${when(each.central)}\nin 90 %: ${when(each.late)}` }));
    return { form: rows.length ? "spans" : null, rows, params: { first_year: from, last_year: until }, title: `When buildings are over capacity, ${placeName(state.place)}`,
      says: `Over capacity: more is required than exists, ${scenarioName(state.scenario)}. Bar: from the first year in which 10 % of draws are over capacity to the first with 90 %. Dot: 50 %, the first year over capacity. Arrow: not by ${financial(until)}.${rows.length < found.length ? ` ${rows.length} of ${found.length} with a known capacity; the table lists all.` : ""} Hospitals serve every place.`,
      columns: [["Building", 0], ["At 10 % of draws", 0], ["At 50 %: first year over capacity", 0], ["At 90 %", 0]],
      table: found.map((each) => [each.name, when(each.early), when(each.central), when(each.late)]) };
  },
  local_estates() {
    const facility = state.local_facility;
    const years = keysOf("neighbourhood_estates", "year");
    const near = years.reduce((best, each) => (Math.abs(each - state.year) < Math.abs(best - state.year) ? each : best), years[0]);
    const found = data.neighbourhoods.filter((each) => state.place === setting.system || each[2] === state.place).map(([code, name]) => {
      const at = (measure, value) => cell("neighbourhood_estates", { neighbourhood: code, facility, measure, year: near }, value);
      return { name, required: at("required", "principal"), from: at("required", "p10"), to: at("required", "p90"), existing: at("existing", "principal"), gap: at("gap", "principal"), low: at("gap", "p10"), high: at("gap", "p90") };
    }).filter((each) => each.required !== null);
    const known = found.filter((each) => each.gap !== null).sort((a, b) => b.gap - a.gap);
    const unit = data.units[facility] ?? "";
    const title = `${words(facility)} by neighbourhood, ${placeName(state.place)}, ${financial(near)}`;
    const required = [...found].sort((a, b) => b.required - a.required);
    const rows = known.length
      ? known.slice(0, 20).map((each, order) => ({ name: each.name, order, value: each.gap, low: each.low, high: each.high, shown: `${each.name}\n${number(each.gap, 1)} ${unit} short\n80 % interval ${number(each.low, 1)} to ${number(each.high, 1)}` }))
      : required.slice(0, 20).map((each, order) => ({ name: each.name, order, value: each.required, low: each.from, high: each.to, shown: `${each.name}\n${number(each.required, 1)} ${unit} required\n80 % interval ${number(each.from, 1)} to ${number(each.to, 1)}` }));
    return { form: rows.length ? "bars" : null, rows, title, says: known.length
      ? `Required minus existing, ${unit}, ${scenarioName(setting.scenario)}${known.length > 20 ? `; the 20 widest gaps of ${known.length}` : ""}. Neighbourhoods whose capacity is not known have a requirement and no gap: see the table.`
      : `Required, ${unit}, ${scenarioName(setting.scenario)}${found.length > 20 ? `; the 20 largest of ${found.length}` : ""}. Existing capacity is not known by neighbourhood here, so no gap is shown.`,
      columns: [["Neighbourhood", 0], ["Required", 1], ["Existing", 1], ["Gap", 1], ["from", 1], ["to", 1]],
      table: [...known, ...required.filter((each) => each.gap === null)].map((each) => [each.name, ...[each.required, each.existing, each.gap, each.low, each.high].map((value) => number(value, 1))]) };
  },
  contributions() {
    const found = records("developer_contributions").filter((row) => row.scenario === state.scenario && (state.place === setting.system || row.place === state.place));
    const money = (value) => (value === null ? "not available" : `£${number(value)}`);
    const sites = new Map();
    for (const row of found) if (row.status === "ask" && row.amount_gbp) {
      const key = row.site_name ?? row.site_reference;
      const total = sites.get(key) ?? 0;
      sites.set(key, total + row.amount_gbp);
    }
    const rows = [...sites].sort((a, b) => b[1] - a[1]).slice(0, 20).map(([name, value], order) => ({ name, order, value, low: null, high: null, shown: `${name}\n${money(value)}` }));
    return { form: rows.length ? "bars" : null, rows, title: `Developer contributions, ${placeName(state.place)}`, says: `Contribution requested by site, in pounds, ${scenarioName(state.scenario)}: capital for premises. The table lists every item, what is included and what is not.`,
      columns: [["Site", 0], ["Item", 0], ["Status", 0], ["Homes", 1], ["Net-new residents", 1], ["Quantity", 1], ["Unit", 0], ["Requested now", 1], ["from", 1], ["to", 1], ["And if a survey finds no room", 1], ["Price base", 0], ["Trigger", 0], ["Basis", 0]],
      table: found.map((row) => [row.site_name ?? row.site_reference, words(row.item), words(row.status), number(row.dwellings), number(row.net_new_residents), number(row.quantity, 1), row.unit ?? "", money(row.amount_gbp), money(row.amount_low_gbp), money(row.amount_high_gbp), money(row.subject_to_survey_gbp), row.price_base ?? "", row.trigger ?? "", row.basis ?? ""]) };
  },
});
