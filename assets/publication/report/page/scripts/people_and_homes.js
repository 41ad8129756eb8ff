// Figures of people and homes.
// Homes of each site of the chosen place and scenario, summed from the latest estimate to the chosen year.
function siteTotals() {
  const first = setting.estimates_until, last = Math.max(state.year, first);
  const totals = new Map();
  for (const row of records("housing_delivery")) {
    if (row.scenario !== state.scenario || (row.place !== state.place && state.place !== setting.system) || row.place === setting.system || row.site_reference === "all" || row.site_reference === "recorded") continue;
    if (row.year < first || row.year > last) continue;
    const total = totals.get(row.place + row.site_reference) ?? { name: state.place === setting.system ? `${row.site_name} (${placeName(row.place)})` : row.site_name, planned: 0, expected: 0, low: null, high: null };
    total.planned += row.planned_net_dwellings;
    total.expected += row.principal;
    if (row.year === last) Object.assign(total, { one: row.principal, low: row.p10, high: row.p90 });
    totals.set(row.place + row.site_reference, total);
  }
  return { first, last, totals };
}
const benchmarkMeasure = { all: "population", "65+": "population_65_plus", "85+": "population_85_plus" };
Object.assign(figures, {
  people() {
    const coordinates = { scenario: state.scenario, place: state.place, age_band: state.band };
    const lines = [{ name: scenarioName(state.scenario), points: series("population", coordinates) }];
    if (state.beside) {
      lines.push({ name: scenarioName(state.beside), points: series("population", { ...coordinates, scenario: state.beside }) });
    }
    const others = records("benchmarks").filter((row) => row.place === state.place && row.measure === benchmarkMeasure[state.band]);
    const official = (start) => others.filter((row) => row.comparator.startsWith(start)).map((row) => ({ year: row.year, value: row.theirs }));
    const local = others.filter((row) => row.comparator.startsWith("published: "))
      .map((row) => ({ year: row.year, value: row.theirs, note: row.comparator.slice(11) }));
    lines.push({ name: "ONS 2022-based", points: official("ONS 2022") }, { name: "ONS 2018-based", points: official("ONS 2018") }, { name: "Published locally", points: local, point: true });
    // A claim far above every line would flatten them all: it is named in words and in the table only.
    const top = Math.max(...lines.filter((line) => !line.point).flatMap((line) => line.points.map((each) => each.high ?? each.value)));
    const made = fan(lines, "people", 0, beyondPlan(keysOf("population", "year").at(-1)), midYear);
    const point = made.rows.filter((row) => row.point);
    made.rows = made.rows.filter((row) => !row.point || row.value <= top * 1.2);
    const last = made.rows.filter((row) => row.point).at(-1);
    if (last && !last.label) last.label = point.at(-1).label;
    const published = local.map((each) => ` Published: ${each.note}, ${number(each.value)} in ${each.year}${each.value > top * 1.2 ? " (off the chart)" : ""}.`).join("");
    return { ...made, title: `People${state.band === "all" ? "" : `, ages ${state.band}`}, ${placeName(state.place)}`,
      says: `Shaded: the 80 % prediction interval of ${scenarioName(state.scenario)}.${setting.beyond[state.place] ? " Grey: years beyond the adopted plan." : ""}${published}` };
  },
  pyramid() {
    const years = keysOf("pyramid", "year");
    const year = Math.min(Math.max(state.year, years[0]), years.at(-1));
    const now = setting.estimates_until;
    const rows = [], table = [];
    setting.bands.forEach((band, order) => {
      const line = [band];
      for (const sex of ["male", "female"]) {
        const at = (when, value) => cell("pyramid", { scenario: state.scenario, place: state.place, sex, age_band: band, year: when }, value);
        const people = at(year, "principal"), before = at(now, "principal");
        const sign = sex === "male" ? -1 : 1;
        rows.push({ age: band, order, sex, signed: sign * people, signed_now: sign * before,
          shown: `${capital(sex)}, ${band}\n${number(people)} in ${year}\n80 % interval ${number(at(year, "p10"))} to ${number(at(year, "p90"))}\n${number(before)} in ${now}` });
        line.push(number(before), number(people), number(at(year, "p10")), number(at(year, "p90")));
      }
      table.push(line);
    });
    const widest = Math.max(...rows.map((row) => Math.abs(row.signed)));
    rows[0].label = "Male"; rows[0].label_at = -widest * 0.85;
    rows[1].label = "Female"; rows[1].label_at = widest * 0.85;
    return { form: "pyramid", rows, table,
      columns: [["Ages", 0], ...["Male", "Female"].flatMap((sex) => [[`${sex}, ${now}`, 1], [`${sex}, ${year}`, 1], [`${sex}, ${year}: from`, 1], [`${sex}, ${year}: to`, 1]])],
      title: `Ages and sexes, ${placeName(state.place)}, mid-${year}`, says: `Bars: mid-${year}, ${scenarioName(state.scenario)}. Black lines: mid-${now}, as estimated.` };
  },
  neighbourhood() {
    const code = state["neighbourhood-choice"];
    const found = data.neighbourhoods.find((each) => each[0] === code);
    if (!found) return nothing("No neighbourhoods here.");
    const lines = [{ name: scenarioName(state.scenario), points: series("neighbourhoods", { scenario: state.scenario, neighbourhood: code }) }];
    if (state.beside) lines.push({ name: scenarioName(state.beside), points: series("neighbourhoods", { scenario: state.beside, neighbourhood: code }) });
    const made = fan(lines, "people", 0, [], midYear);
    const years = keysOf("neighbourhood_ages", "year");
    const near = years.reduce((best, each) => (Math.abs(each - state.year) < Math.abs(best - state.year) ? each : best), years[0]);
    const ages = keysOf("neighbourhood_ages", "age_band").filter((band) => band !== "all")
      .sort((a, b) => parseInt(a, 10) - parseInt(b, 10))
      .map((band) => `${band}: ${number(cell("neighbourhood_ages", { neighbourhood: code, age_band: band, year: near }, "principal"))}`);
    return { ...made, title: `People of ${found[1]} (${code})`, says: `By age in mid-${near}, ${scenarioName(setting.scenario)}: ${ages.join("; ")}.` };
  },
  delivery() {
    const coordinates = { scenario: state.scenario, place: state.place };
    const expected = series("delivery", coordinates);
    if (!expected.length) return { ...nothing("This scenario follows migration, not homes: it has no housing delivery."), title: `Homes built a year, ${placeName(state.place)}` };
    const planned = series("delivery", coordinates, { value: "planned_net_dwellings" });
    const made = fan([{ name: "Expected", points: expected }, { name: "Planned", points: planned }], "net additional homes", 0, beyondPlan(keysOf("delivery", "year").at(-1)), financial);
    return { ...made, title: `Homes a year, planned and expected, ${placeName(state.place)}`, says: "Net additional dwellings by financial year. Shaded: the 80 % prediction interval. Expected follows what the place has usually built compared with its plans, so it may be higher than planned." };
  },
  sites() {
    const { first, last, totals } = siteTotals();
    const title = `Homes by site, ${placeName(state.place)}, ${financial(first)} to ${financial(last)}`;
    if (!totals.size) return { ...nothing("No sites in this scenario: it follows migration, not homes."), title };
    const ordered = [...totals.values()].sort((a, b) => b.planned - a.planned);
    const rows = ordered.flatMap((site, order) => [["Planned", site.planned], ["Expected", site.expected]].map(([kind, value]) => (
      { name: site.name, order, kind, value, shown: `${site.name}\n${kind}: ${number(value)} homes` })));
    return { form: "pairs", rows, title, says: `All homes of the years named, ${scenarioName(state.scenario)}. Homes expected beyond named sites are shown as windfall and other commitments. Sums of single years have no interval here; the table gives the last year's.`,
      columns: [["Site", 0], ["Planned", 1], ["Expected", 1], [`Expected in ${financial(last)}`, 1], ["from", 1], ["to", 1]],
      table: ordered.map((site) => [site.name, number(site.planned), number(site.expected), number(site.one), number(site.low), number(site.high)]) };
  },
});

// ---- people of any ages, from draws -------------------------------------------------------------------
// Each pack holds a scenario, place and year: mean by age, patterns by age, and each draw's scores.
figures.ages = () => {
  const from = Number(state.from), to = Number(state.to);
  const wrong = !Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to > 90 || from > to;
  $("ages-wrong").textContent = wrong ? "Enter two whole ages from 0 to 90, the lower first; 90 means 90 and over." : "";
  const title = `People aged ${from} to ${to === 90 ? "90 and over" : to}, ${placeName(state.place)}`;
  if (wrong) return { ...nothing("No ages chosen."), title: "People of the ages you choose" };
  const points = [];
  for (const year of data.ages.years) {
    const pack = data.ages.packs[`${state.scenario}|${state.place}|${year}`];
    if (pack === undefined) continue;
    const { principal, draws } = agesOf(data.ages.texts[pack], from, to);
    points.push({ year, value: Math.round(principal), low: Math.round(quantile(draws, 0.1)), high: Math.round(quantile(draws, 0.9)) });
  }
  return { ...fan([{ name: scenarioName(state.scenario), points }], "people", 0, beyondPlan(data.ages.years.at(-1)), midYear), title, says: `Shaded: the 80 % prediction interval from all ${setting.draws} draws, approximated by their ${data.ages.patterns} main patterns. Exact: make ages FROM=${from} TO=${to} PLACE=${state.place}.` };
};
function agesOf(text, from, to) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const ages = 91, patterns = data.ages.patterns;
  let at = 0;
  const floats = (count) => { const found = []; for (let n = 0; n < count; n += 1, at += 4) found.push(view.getFloat32(at, true)); return found; };
  const sum = (values) => { let total = 0; for (let age = from; age <= to; age += 1) total += values[age]; return total; };
  const principal = sum(floats(ages)), mean = sum(floats(ages));
  const weights = [];
  for (let pattern = 0; pattern < patterns; pattern += 1) weights.push(sum(floats(ages)));
  const count = (bytes.length - at) / patterns;
  const draws = new Float64Array(count).fill(mean);
  for (let draw = 0; draw < count; draw += 1) for (let pattern = 0; pattern < patterns; pattern += 1, at += 1) draws[draw] += weights[pattern] * view.getInt8(at);
  return { principal, draws };
}
function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * share, below = Math.floor(place);
  return sorted[below] + (sorted[Math.min(below + 1, sorted.length - 1)] - sorted[below]) * (place - below);
}
