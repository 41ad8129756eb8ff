// Two scenarios side by side, or this release beside the last: the difference, with the interval of common draws.
const LAST_RELEASE = "last release";
// One scenario less another: kept once for each two, with the sign of the other way round turned.
function differenceOf(ours, theirs, coordinates, kind) {
  const held = kind === "staff" || kind === "rooms_and_beds" ? "tenths" : "counts";
  const side = (scenario) => cell(`headlines_${held}`, { scenario, ...coordinates }, "principal");
  const sides = { ours: side(ours), theirs: side(theirs) };
  if (sides.ours === null || sides.theirs === null) return null;
  if (ours === theirs) return { ...sides, value: 0, low: 0, high: 0 };
  const at = (scenario, other, value) => cell(`differences_${held}`, { scenario, compared_with: other, ...coordinates }, value);
  const straight = at(ours, theirs, "principal");
  if (straight !== null) return { ...sides, value: straight, low: at(ours, theirs, "p10"), high: at(ours, theirs, "p90") };
  const turned = at(theirs, ours, "principal");
  return turned === null ? null : { ...sides, value: 0 - turned, low: 0 - at(theirs, ours, "p90"), high: 0 - at(theirs, ours, "p10") };
}
const withSign = (value, decimals) => (Number(value.toFixed(decimals)) === 0 ? number(0, decimals) : signed(value, decimals));
function nearestYear(years) {
  return years.reduce((best, each) => (Math.abs(each - state.year) < Math.abs(best - state.year) ? each : best), years[0]);
}
function comparedAreas() {
  const trusts = state.place === setting.system ? keysOf("headlines_tenths", "area").filter((area) => !setting.places.includes(area)) : [];
  return [state.place, ...trusts];
}
// Shown unit of a quantity, by how much its numbers are divided, and to how many decimals they are shown.
function shownAs(unit, kind) {
  if (unit === "GBP") return ["£ million", 1e6, 1];
  if (unit === "m2") return ["m²", 1, 0];
  return [unit, 1, kind === "rooms_and_beds" ? 1 : 0];
}
function scenariosCompared() {
  const years = keysOf("headlines_counts", "year");
  const year = nearestYear(years);
  const [ours, theirs] = [scenarioName(state.scenario), scenarioName(state.beside)];
  const rows = [], table = [];
  let money = "";
  for (const area of comparedAreas()) for (const [quantity, title, unit, kind] of data.quantities) {
    const found = differenceOf(state.scenario, state.beside, { area, quantity, year }, kind);
    if (!found) continue;
    const [shownUnit, by, decimals] = shownAs(unit, kind);
    const of = (value) => withSign(value / by, decimals);
    const name = area === state.place ? title : `${setting.short[area] ?? placeName(area)}: ${title.replace("Staff of the trust", "staff").replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`;
    if (kind === "money") money = ` ${title}, ${shownUnit}: ${of(found.value)} (${of(found.low)} to ${of(found.high)}).`;
    // A gap may be near nothing: a share of it would tell of no size. Money would leave the other bars no room.
    const whole = quantity.includes("_gap") || !(found.theirs > 0) ? null : found.theirs;
    const percent = whole ? (100 * found.value) / whole : null;
    table.push([name, shownUnit, number(found.ours / by, decimals), number(found.theirs / by, decimals), of(found.value), of(found.low), of(found.high), percent === null ? "" : withSign(percent, 1)]);
    if (whole && area === state.place && kind !== "money") rows.push({
      name, order: rows.length, value: percent, low: (100 * found.low) / whole, high: (100 * found.high) / whole,
      shown: `${name}\n${of(found.value)} ${shownUnit}, ${withSign(percent, 1)} %\n80 % interval ${of(found.low)} to ${of(found.high)}`,
    });
  }
  const chosen = year === state.year ? "" : ` Differences are kept for ${years.join(", ")}: the nearest to ${state.year} is shown.`;
  return {
    form: rows.length ? "bars" : null, rows, table,
    columns: [["What", 0], ["Unit", 0], [ours, 1], [theirs, 1], ["Difference", 1], ["from", 1], ["to", 1], [`% of ${theirs}`, 1]],
    title: `${ours} less ${theirs}, ${placeName(state.place)}, ${year}`,
    says: `Bars: the difference in % of ${theirs}. Orange line: the 80 % prediction interval of the difference, taken draw by draw from the ${number(setting.draws)} draws that both share. People and homes: mid-year; all else: the financial year.${money} The table has gaps${state.place === setting.system ? ", hospitals" : ""} and money, too.${chosen}`,
  };
}
function releasesCompared() {
  const totals = records("release_changes").filter((row) => row.cause === "total" && row.previous !== null);
  const year = nearestYear([...new Set(totals.map((row) => row.year))]);
  const found = totals.filter((row) => row.place === state.place && row.year === year);
  return {
    form: null, rows: [],
    columns: [["What", 0], ["Unit", 0], ["This release", 1], ["Last release", 1], ["Difference", 1]],
    table: found.map((row) => [setting.headlines[row.headline] ?? words(row.headline), row.unit, number(row.current, 1), number(row.previous, 1), withSign(row.change, 1)]),
    title: `This release less the last, ${placeName(state.place)}, ${year}`,
    says: `${scenarioName(setting.scenario)}, the only scenario of the last release that this page holds; the table has the figures, “What changed” their causes. The interval of these differences is not known here: make compare A=current B=last takes it from the draws of both releases.`,
  };
}
figures.compare = () => {
  if (!state.beside) return { ...nothing("Choose a scenario under “Compare with”."), title: "Nothing is compared" };
  return state.beside === LAST_RELEASE ? releasesCompared() : scenariosCompared();
};
basisOf.compare = () => "scenario_differences";
// What the last release said is a choice where this release holds it.
builders.push(() => {
  if (!records("release_changes").some((row) => row.cause === "total" && row.previous !== null)) return;
  $("beside").append(new Option(LAST_RELEASE, LAST_RELEASE));
});
