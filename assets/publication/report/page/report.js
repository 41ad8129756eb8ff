"use strict";
// Fills the page's figures: picks rows of the data that came with the page, draws them, and puts the same
// rows in a table. Text from data only ever goes in as text.
(() => {
  const $ = (id) => document.getElementById(id);
  const setting = JSON.parse($("setting").textContent);
  const state = { year: setting.year, place: setting.system, scenario: setting.scenario, beside: "" };
  const drawn = new Map();
  let data = null;
  let vegaReady = null;

  // ---- age of the release -------------------------------------------------------------------------------
  const published = new Date($("release").dataset.publishedAt);
  const days = Math.floor((Date.now() - published.getTime()) / 86400000);
  const old = days < 1 ? "less than a day" : days === 1 ? "1 day" : `${days.toLocaleString("en-GB")} days`;
  $("age").textContent = ` It is ${old} old.`;

  // ---- sources whose publisher has something newer by now: a month late is a month that has gone by -------
  const now = new Date();
  const thisMonth = `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, "0")}`;
  const overdue = setting.awaited.filter((source) => source.month < thisMonth);
  if (overdue.length) {
    const heading = document.createElement("h3");
    heading.textContent = `${overdue.length} of ${setting.awaited.length} sources past due: a newer release was expected before this month`;
    const list = document.createElement("ul");
    for (const source of overdue) {
      const item = document.createElement("li");
      item.textContent = `${source.title}: ${source.newer}, expected ${source.month}`;
      list.append(item);
    }
    $("overdue").append(heading, list);
    $("overdue").hidden = false;
  }

  // ---- reading what came with the page ------------------------------------------------------------------
  async function unpacked(id) {
    const bytes = Uint8Array.from(atob($(id).textContent.trim()), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).text();
  }
  function library() {
    vegaReady ??= unpacked("vega").then((text) => {
      const script = document.createElement("script");
      script.textContent = text;
      document.head.append(script);
    });
    return vegaReady;
  }

  // ---- words --------------------------------------------------------------------------------------------
  const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
  const words = (name) => setting.words[name] ?? capital(String(name).replaceAll("_", " "));
  // `all` is all of whatever its column holds: only a column of staff makes staff of it.
  const staffWords = (group) => words(group === "all" ? "all_staff" : group);
  const number = (value, decimals = 0) =>
    value === null || value === undefined
      ? "not available"
      : value.toLocaleString("en-GB", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  const signed = (value, decimals = 0) => (value < 0 ? `−${number(-value, decimals)}` : `+${number(value, decimals)}`);
  const financial = (year) => `${year}/${String((year + 1) % 100).padStart(2, "0")}`;
  const placeName = (code) => setting.names[code] ?? code;
  const factorName = (name) => name.split(":").map((part, at) => (at ? words(part) : capital(part.replaceAll("_", " ").replaceAll(".", ": ")))).join(" of ").replace(/ of ([A-Z])(?=[a-z])/g, (_all, first) => ` of ${first.toLowerCase()}`);
  const scenarioName = (name) => words(name);

  // ---- cubes --------------------------------------------------------------------------------------------
  function keysOf(name, key) { return data.cubes[name]?.keys[key] ?? []; }
  function cell(name, coordinates, value) {
    const cube = data.cubes[name];
    if (!cube) return null;
    let position = 0;
    for (const [key, labels] of Object.entries(cube.keys)) {
      const at = labels.indexOf(coordinates[key]);
      if (at < 0) return null;
      position = position * labels.length + at;
    }
    const found = cube.values[value][position];
    return found === null ? null : found / 10 ** cube.decimals;
  }
  function series(name, coordinates, values = { value: "principal", low: "p10", high: "p90" }) {
    return keysOf(name, "year")
      .map((year) => {
        const point = { year };
        for (const [to, from] of Object.entries(values)) point[to] = cell(name, { ...coordinates, year }, from);
        return point;
      })
      .filter((point) => point.value !== null);
  }
  function records(name) {
    const columns = data.rows[name];
    if (!columns) return [];
    const names = Object.keys(columns);
    return columns[names[0]].map((_, at) => Object.fromEntries(names.map((each) => [each, columns[each][at]])));
  }

  // ---- forms --------------------------------------------------------------------------------------------
  // Lines: [{name, points, point}], the first with its interval. Gives the rows of the chart and of its table.
  function fan(lines, unit, decimals, marked, yearWords) {
    const rows = [];
    const shown = lines.filter((line) => line.points.length);
    shown.forEach((line, at) => {
      for (const each of line.points) {
        const within = each.low !== null && each.low !== undefined && each.low !== each.high;
        rows.push({
          year: each.year, value: each.value, key: `s${at + 1}`, point: Boolean(line.point),
          low: at === 0 && within ? each.low : null, high: at === 0 && within ? each.high : null,
          shown: `${line.name}, ${yearWords(each.year)}\n${number(each.value, decimals)} ${unit}` +
            (within ? `\n80 % interval ${number(each.low, decimals)} to ${number(each.high, decimals)}` : "") +
            (each.note ? `\n${each.note}` : ""),
        });
      }
    });
    label(rows, shown);
    const years = [...new Set(shown.flatMap((line) => line.points.map((each) => each.year)))].sort((a, b) => a - b);
    const columns = [["Year", 0]];
    for (const line of shown) {
      columns.push([line.name, 1]);
      if (line.points.some((each) => each.low !== null && each.low !== undefined)) columns.push([`${line.name}: from`, 1], [`${line.name}: to`, 1]);
    }
    const table = years.map((year) => [
      yearWords(year),
      ...shown.flatMap((line) => {
        const found = line.points.find((each) => each.year === year);
        const cells = [found ? number(found.value, decimals) : ""];
        if (line.points.some((each) => each.low !== null && each.low !== undefined)) {
          cells.push(found ? number(found.low, decimals) : "", found ? number(found.high, decimals) : "");
        }
        return cells;
      }),
    ]);
    return { form: "fan", rows, marked, columns, table };
  }
  // A label right of the plot for the end of each line, moved up or down until none stands on another.
  function label(rows, lines) {
    const values = rows.flatMap((row) => [row.value, row.low, row.high]).filter((each) => each !== null && each !== undefined);
    if (!values.length) return;
    const line = (Math.max(...values) - Math.min(...values)) / 20 || 1;
    const ends = lines.flatMap((each, at) => {
      const end = rows.filter((row) => row.key === `s${at + 1}`).at(-1);
      end.label = broken(each.name, narrow() ? 11 : 24);
      end.label_at = end.value;
      return end.point ? [] : [{ row: end, lines: end.label.length, at: end.value }];
    }).sort((a, b) => a.at - b.at);
    // Neighbours too close move apart by as much each, as often as that brings others too close.
    const apart = (low, high) => line * (0.55 * (low.lines + high.lines) + 0.2);
    for (let turn = 0; turn < 50; turn += 1) {
      for (let at = 1; at < ends.length; at += 1) {
        const missing = apart(ends[at - 1], ends[at]) - (ends[at].at - ends[at - 1].at);
        if (missing > 0) { ends[at - 1].at -= missing / 2; ends[at].at += missing / 2; }
      }
    }
    for (const end of ends) end.row.label_at = end.at;
  }
  // Words in lines of at most so many characters, a longer word in a line of its own.
  function broken(text, most) {
    const lines = [];
    for (const word of String(text).split(" ")) {
      if (lines.length && lines.at(-1).length + word.length + 1 <= most) lines[lines.length - 1] += ` ${word}`;
      else lines.push(word);
    }
    return lines;
  }
  const narrow = () => document.documentElement.clientWidth < 640;
  function beyondPlan(last) {
    const from = setting.beyond[state.place];
    return from && state.scenario !== "trend" ? [{ from, to: last, words: "beyond the adopted plan" }] : [];
  }
  function nothing(says) { return { form: null, rows: [], columns: [["", 0]], table: [], says }; }
  const midYear = (year) => `mid-${year}`;

  // ---- figures ------------------------------------------------------------------------------------------
  const benchmarkMeasure = { all: "population", "65+": "population_65_plus", "85+": "population_85_plus" };
  const figures = {
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
      const title = `Homes by site, ${placeName(state.place)}, ${financial(first)} to ${financial(last)}`;
      if (!totals.size) return { ...nothing("No sites in this scenario: it follows migration, not homes."), title };
      const ordered = [...totals.values()].sort((a, b) => b.planned - a.planned);
      const rows = ordered.flatMap((site, order) => [["Planned", site.planned], ["Expected", site.expected]].map(([kind, value]) => (
        { name: site.name, order, kind, value, shown: `${site.name}\n${kind}: ${number(value)} homes` })));
      return { form: "pairs", rows, title, says: `All homes of the years named, ${scenarioName(state.scenario)}. Homes expected beyond named sites are shown as windfall and other commitments. Sums of single years have no interval here; the table gives the last year's.`,
        columns: [["Site", 0], ["Planned", 1], ["Expected", 1], [`Expected in ${financial(last)}`, 1], ["from", 1], ["to", 1]],
        table: ordered.map((site) => [site.name, number(site.planned), number(site.expected), number(site.one), number(site.low), number(site.high)]) };
    },
    demand() {
      const coordinates = { scenario: state.scenario, place: state.place, service: state.service };
      const lines = [{ name: scenarioName(state.scenario), points: series("demand", coordinates) }];
      if (state.beside) lines.push({ name: scenarioName(state.beside), points: series("demand", { ...coordinates, scenario: state.beside }) });
      const unit = data.units[state.service] ?? "";
      return { ...fan(lines, unit, 0, beyondPlan(keysOf("demand", "year").at(-1)), financial), title: `${words(state.service)}, residents of ${placeName(state.place)}`, says: `${capital(unit)} a financial year, wherever people are treated. Shaded: the 80 % prediction interval of ${scenarioName(state.scenario)}.` };
    },
    drivers() {
      const year = Math.min(Math.max(state.year, keysOf("drivers", "year")[0] ?? 0), keysOf("drivers", "year").at(-1) ?? 0);
      const first = keysOf("drivers", "year")[0];
      const unit = data.units[state.service] ?? "";
      const rows = [], table = [];
      let total = 0;
      const add = (name, from, to, kind, amount) => {
        rows.push({ name, order: rows.length, from, to, kind, label: kind === "whole" ? number(amount) : signed(amount), label_at: Math.max(from, to), shown: `${name}\n${number(amount)} ${unit}` });
        table.push([name, kind === "whole" ? number(amount) : signed(amount)]);
      };
      const steps = setting.drivers.map((driver) => [driver, cell("drivers", { scenario: state.scenario, place: state.place, service: state.service, driver, year }, "principal")]);
      const ends = [];
      for (const [driver, amount] of steps) {
        if (amount === null) continue;
        if (driver !== "baseline" && amount === 0) { table.push([words(driver), "0"]); continue; }
        if (driver === "baseline") { total = amount; add(`${financial(first)}`, amount, amount, "whole", amount); } else {
          add(words(driver), total, total + amount, amount < 0 ? "less" : "more", amount);
          total += amount;
        }
        ends.push(total);
      }
      // The steps are rounded one by one; the end is the released figure itself.
      total = cell("demand", { scenario: state.scenario, place: state.place, service: state.service, year }, "principal") ?? total;
      add(financial(year), total, total, "whole", total);
      // Whole amounts start at the chart's left edge, which stands a little below the least of the ends.
      const least = Math.min(...ends), most = Math.max(...ends);
      const left = Math.max(0, least - (most - least || most * 0.1) * 0.4);
      for (const row of rows) if (row.kind === "whole") row.from = left;
      return { form: "waterfall", rows, columns: [["Driver", 0], [capital(unit), 1]], table, title: `${words(state.service)}: what changes from ${financial(first)} to ${financial(year)}, ${placeName(state.place)}`, says: `Principal run of ${scenarioName(state.scenario)}. The scale does not start at 0. Green: increase. Purple: decrease.` };
    },
    workforce() {
      const [kind, one, group] = state.group.split("|");
      const at = (measure, scenario = state.scenario) => (kind === "trust"
        ? series("provider_workforce", { scenario, provider: one, staff_group: group, measure })
        : series("workforce", { scenario, place: state.place, sector: one, staff_group: group, measure }));
      const lines = [{ name: "Required", points: at("required_wte") }, { name: "Supply", points: at("supply_wte") }];
      const where = kind === "trust" ? placeName(one) : placeName(state.place);
      return { ...fan(lines, "whole-time equivalents", 0, kind === "trust" ? [] : beyondPlan(keysOf("workforce", "year").at(-1)), financial), title: `${staffWords(group)}: required and supplied, ${where}`, says: `Whole-time equivalents, ${scenarioName(state.scenario)}. Shaded: the 80 % prediction interval of what is required; the table has that of supply.${lines[1].points.length ? "" : " Hospital staff supply is known by trust only: choose a trust's staff group."}` };
    },
    gaps() {
      const years = keysOf("workforce", "year");
      const year = Math.min(Math.max(state.year, years[0]), years.at(-1));
      const found = [];
      for (const sector of keysOf("workforce", "sector")) for (const group of keysOf("workforce", "staff_group")) {
        if (sector === "all") continue;
        const coordinates = { scenario: state.scenario, place: state.place, sector, staff_group: group, measure: "gap_wte", year };
        const value = cell("workforce", coordinates, "principal");
        if (value !== null) found.push([staffWords(group), value, cell("workforce", coordinates, "p10"), cell("workforce", coordinates, "p90")]);
      }
      if (state.place === setting.system) for (const provider of keysOf("provider_workforce", "provider")) {
        const coordinates = { scenario: state.scenario, provider, staff_group: "all", measure: "gap_wte", year };
        const value = cell("provider_workforce", coordinates, "principal");
        if (value !== null) found.push([`All staff of ${setting.short[provider] ?? placeName(provider)}`, value, cell("provider_workforce", coordinates, "p10"), cell("provider_workforce", coordinates, "p90")]);
      }
      found.sort((a, b) => b[1] - a[1]);
      return { form: "bars", columns: [["Staff", 0], ["Gap, WTE", 1], ["from", 1], ["to", 1]], table: found.map((row) => [row[0], ...row.slice(1).map((each) => number(each, 0))]),
        rows: found.map(([name, value, low, high], order) => ({ name, order, value, low, high, shown: `${name}\n${number(value)} WTE short\n80 % interval ${number(low)} to ${number(high)}` })),
        title: `Staff shortfall by group, ${placeName(state.place)}, ${financial(year)}`, says: `Required minus supplied, whole-time equivalents, ${scenarioName(state.scenario)}. Orange line: the 80 % prediction interval. A negative number means more staff than required.` };
    },
    estates() {
      const [kind, one, facility] = state.facility.split("|");
      const at = (measure) => (kind === "trust"
        ? series("provider_estates", { scenario: state.scenario, provider: one, facility, measure })
        : series("estates", { scenario: state.scenario, place: state.place, facility, measure }));
      const where = kind === "trust" ? placeName(one) : placeName(state.place);
      const existing = at("existing");
      const unit = data.units[facility] === "m2" ? "m²" : data.units[facility] ?? "";
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
      const unit = data.units[facility] === "m2" ? "m²" : data.units[facility] ?? "";
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
        columns: [["Site", 0], ["Item", 0], ["Status", 0], ["Homes", 1], ["Net-new residents", 1], ["Quantity", 1], ["Unit", 0], ["Amount", 1], ["from", 1], ["to", 1], ["Price base", 0], ["Trigger", 0], ["Basis", 0]],
        table: found.map((row) => [row.site_name ?? row.site_reference, words(row.item), words(row.status), number(row.dwellings), number(row.net_new_residents), number(row.quantity, 1), row.unit ?? "", money(row.amount_gbp), money(row.amount_low_gbp), money(row.amount_high_gbp), row.price_base ?? "", row.trigger ?? "", row.basis ?? ""]) };
    },
    plan() {
      const found = records("actual_against_plan").filter((row) => row.series === state.series);
      const monthly = found.some((row) => row.centre !== null);
      const rows = monthly ? found.map((row) => ({ ...row, signal: row.signal && row.signal !== "none" ? "yes" : "no", shown: `${row.period}\nactual ${number(row.actual)}, forecast ${number(row.principal)}${row.signal && row.signal !== "none" ? `\n${row.signal}` : ""}` })) : [];
      return { form: rows.length ? "control" : null, rows, title: found[0]?.title ?? "Actual against plan", says: "Actual: solid line with marks. Forecast: orange, dashed. Grey: mean and control limits, apart on either side of a known step. A square marks a month with a signal.",
        columns: [["Period", 0], ["Release", 0], ["Actual", 1], ["Forecast", 1], ["from", 1], ["to", 1], ["Within the interval", 0], ["Limits from", 0], ["Signal", 0]],
        table: found.map((row) => [row.period, row.release, number(row.actual), number(row.principal), number(row.p10), number(row.p90), row.inside === 1 ? "yes" : row.inside === 0 ? "no" : "not available", row.limits_of ?? "", words(row.signal ?? "none")]) };
    },
    matters() {
      const all = records("sensitivity").filter((row) => row.headline === state.headline && row.place === state.place);
      const years = [...new Set(all.map((row) => row.year))].sort((a, b) => a - b);
      if (!years.length) return { ...nothing("No sensitivity runs for this number and place."), title: "Sensitivity" };
      const near = years.reduce((best, each) => (Math.abs(each - state.year) < Math.abs(best - state.year) ? each : best), years[0]);
      const found = all.filter((row) => row.year === near).sort((a, b) => a.rank - b.rank);
      const runs = found.filter((row) => row.method === "one_at_a_time").slice(0, 10);
      const now = records("release_changes").find((row) => row.headline === state.headline && row.place === state.place && row.year === near && row.cause === "total");
      const central = now?.current ?? null;
      const digits = central !== null && Math.abs(central) < 1000 ? 1 : 0;
      const rows = central === null ? [] : runs.flatMap((row, order) => [["at its low", row.low_value, row.at_low], ["at its high", row.high_value, row.at_high]].map(([kind, end, value]) => ({
        name: narrow() ? row.assumption.replace(".", ". ") : row.assumption, order, kind, from: central, to: value, label: Math.abs(value - central) < 0.5 / 10 ** digits ? null : signed(value - central, digits),
        shown: `${row.assumption}\n${kind} (${number(end, 3)}): ${number(value, digits)} ${row.unit ?? ""}` })));
      const factors = found.filter((row) => row.method === "variance");
      const percent = (share) => `${number(share * 100)} %`;
      const drawn = factors.length ? ` Shares of the variance behind the interval: ${factors.slice(0, 3).map((row) => `${factorName(row.assumption)} ${percent(row.share_of_variance)} (±${number(row.share_error * 100)})`).join(", ")}${factors.length > 3 ? ` and ${factors.length - 3} smaller factors` : ""}, ${percent(factors.reduce((total, row) => total + row.share_of_variance, 0))} in all; the rest cannot be attributed with ${setting.draws} draws.` : "";
      return { form: rows.length ? "tornado" : null, rows, basis: state.headline, title: `Sensitivity: ${setting.headlines[state.headline]}, ${placeName(state.place)}, ${near}`, says: `The number when one assumption is at the low or high end of its 80 % range and all others are unchanged; ${number(central, digits)} ${found[0].unit ?? ""} with all at their central values.${drawn}`,
        columns: [["Assumption, or factor drawn", 0], ["Low", 1], ["High", 1], ["At its low", 1], ["At its high", 1], ["Share of variance, %", 1], ["Its standard error", 1]],
        table: [...runs.map((row) => [row.assumption, number(row.low_value, 3), number(row.high_value, 3), number(row.at_low, 1), number(row.at_high, 1), "", ""]),
          ...factors.map((row) => [factorName(row.assumption), "", "", number(row.at_low, 1), number(row.at_high, 1), number(row.share_of_variance * 100, 1), number(row.share_error * 100, 1)])] };
    },
  };

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

  // ---- drawing ------------------------------------------------------------------------------------------
  function fill(table, caption, columns, rows) {
    const make = (tag, text, scope, numeric) => {
      const made = document.createElement(tag);
      made.textContent = text;
      if (scope) made.scope = scope;
      if (numeric) made.className = "n";
      return made;
    };
    const title = make("caption", caption);
    const head = document.createElement("thead"), top = document.createElement("tr");
    columns.forEach(([name, numeric]) => top.append(make("th", name, "col", numeric)));
    head.append(top);
    const body = document.createElement("tbody");
    for (const row of rows) {
      const line = document.createElement("tr");
      row.forEach((value, at) => line.append(at ? make("td", value, null, columns[at][1]) : make("th", value, "row")));
      body.append(line);
    }
    table.replaceChildren(title, head, body);
  }
  const hover = $("hover");
  function tooltip(_handler, event, _item, value) {
    if (value === null || value === undefined || value === "") { hover.hidden = true; return; }
    hover.textContent = typeof value === "object" ? Object.values(value).join("\n") : String(value);
    hover.hidden = false;
    hover.style.left = `${Math.min(event.clientX + 12, window.innerWidth - hover.offsetWidth - 8)}px`;
    hover.style.top = `${Math.min(event.clientY + 12, window.innerHeight - hover.offsetHeight - 8)}px`;
  }
  async function draw(figure) {
    const name = figure.dataset.figure;
    const made = figures[name]();
    const turn = (drawn.get(name)?.turn ?? 0) + 1;
    drawn.set(name, { made, turn, view: drawn.get(name)?.view });
    figure.querySelector(".title").textContent = made.title;
    figure.querySelector(".says").textContent = made.says;
    fill(figure.querySelector("table"), made.title, made.columns, made.table);
    figure.querySelector(".behind .wrap").setAttribute("aria-label", `Table: ${made.title}`);
    const plot = figure.querySelector(".plot");
    plot.setAttribute("aria-label", `Chart: ${made.title}. The table below has its numbers.`);
    const behind = figure.querySelector(".behind-it");
    behind.dataset.basis = basisOf[name]?.() ?? "";
    behind.dataset.of = made.title;
    figure.querySelector(".download").disabled = !made.table.length;
    if (!made.form) { plot.hidden = true; plot.replaceChildren(); figure.dataset.drawn = "yes"; return; }
    plot.hidden = false;
    await library();
    if (drawn.get(name).turn !== turn) return;
    const spec = structuredClone(setting.charts[made.form]);
    const named = spec.layer.some((layer) => layer.encoding.y?.field === "name");
    if (named) {
      let lines = 1;
      for (const row of made.rows) {
        const parts = broken(row.name, narrow() ? 20 : 44);
        lines = Math.max(lines, parts.length);
        row.name = parts.join("\n");
      }
      const least = 14 * lines + 8;
      if (spec.height?.step) spec.height = { step: Math.max(spec.height.step, least) };
      else if (lines > 1) spec.height = Math.max(spec.height, least * new Set(made.rows.map((row) => row.name)).size);
    }
    if (narrow()) for (const layer of spec.layer) if (layer.encoding.x?.axis?.tickCount) layer.encoding.x.axis.tickCount = 3;
    for (const param of spec.params ?? []) if (made.params && param.name in made.params) param.value = made.params[param.name];
    spec.datasets = { rows: made.rows, marked: made.marked ?? [] };
    const before = drawn.get(name).view;
    const holder = document.createElement("div");
    holder.style.width = "100%";
    holder.setAttribute("aria-hidden", "true");
    plot.replaceChildren(holder);
    before?.finalize();
    const { view } = await window.vegaEmbed(holder, spec, { actions: false, renderer: "svg", tooltip, logLevel: 1, ast: false });
    drawn.get(name).view = view;
    figure.dataset.drawn = "yes";
  }

  // ---- from a number to what it rests on ----------------------------------------------------------------
  const staffBasis = () => { const [kind, one, group] = state.group.split("|"); return `staff|${kind === "trust" ? (group === "all" ? "all" : "acute") : one}|${group}`; };
  const basisOf = {
    people: () => "population", pyramid: () => "population", ages: () => "population", neighbourhood: () => "population",
    delivery: () => "housing_delivery", sites: () => "housing_delivery",
    demand: () => `service|${state.service}`, drivers: () => `service|${state.service}`,
    workforce: staffBasis, gaps: () => "workforce",
    estates: () => `facility|${state.facility.split("|")[2]}`, breach: () => "estates",
    local_estates: () => `facility|${state.local_facility}`, contributions: () => "developer_contributions",
    plan: () => (state.series?.startsWith("population.") ? "population" : state.series?.startsWith("net_additional_dwellings.") ? "housing_delivery" : "activity_forecast"),
    matters: () => setting.headline_bases[state.headline],
  };
  function restingOn(name) {
    const found = new Set(), seen = new Set(), waiting = [name];
    while (waiting.length) {
      const basis = setting.bases[waiting.pop()];
      if (!basis || seen.has(basis)) continue;
      seen.add(basis);
      basis.own.forEach((at) => found.add(at));
      waiting.push(...basis.upstream);
    }
    return found;
  }
  // Narrows the assumptions to those of a basis, its own stage's first to be seen; null lists all.
  function list(basis, of) {
    const wanted = basis ? restingOn(basis) : null;
    const all = !wanted || !wanted.size;
    for (const domain of document.querySelectorAll("#assumptions .domain")) {
      let shown = 0;
      for (const row of domain.querySelectorAll("tr[data-at]")) {
        row.hidden = !all && !wanted.has(Number(row.dataset.at));
        if (!row.hidden) shown += 1;
      }
      domain.hidden = shown === 0;
      domain.querySelector("details").open = !all && shown > 0;
    }
    $("narrowed").hidden = all;
    if (!all) $("narrowed").firstElementChild.textContent = `${wanted.size} assumptions used by: ${of}. Each links to its source.`;
  }
  function led(event) {
    const link = event.target.closest("a.behind-it");
    if (link) list(link.dataset.basis, link.dataset.of || link.textContent);
  }
  // A link to one assumption finds it even while the list is narrowed to others.
  function shownAt() {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = row?.closest("details:not([open])");
    if (row?.hidden) list(null);
    if (folded) folded.open = true;
    if (folded || row?.closest("details")) row.scrollIntoView();
  }

  // ---- downloading --------------------------------------------------------------------------------------
  // A cell that a spreadsheet would run gets an apostrophe; numbers stay numbers.
  function csvCell(value) {
    const plain = String(value).replaceAll(",", "");
    let text = /^-?\d+(\.\d+)?$/.test(plain) ? plain : String(value);
    if (!/^-?\d/.test(text) && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
  function download(name) {
    const { made } = drawn.get(name);
    const lines = [made.columns.map(([heading]) => heading), ...made.table];
    const text = `\ufeff${lines.map((line) => line.map(csvCell).join(",")).join("\r\n")}\r\n`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
    link.download = `placecast_${name}.csv`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  // ---- controls -----------------------------------------------------------------------------------------
  function options(id, pairs, chosen) {
    const select = $(id);
    if (!select) return;
    select.replaceChildren(...pairs.map(([value, text]) => new Option(text, value, false, value === chosen)));
    if (pairs.length && !pairs.some(([value]) => value === chosen)) select.value = pairs[0][0];
    state[id] = select.value;
  }
  function neighbourhoodOptions() {
    const here = data.neighbourhoods.filter((each) => state.place === setting.system || each[2] === state.place);
    options("neighbourhood-choice", here.map(([code, name]) => [code, name]), state["neighbourhood-choice"]);
  }
  function build() {
    options("place", setting.places.map((code) => [code, placeName(code)]), setting.system);
    options("scenario", setting.scenarios.map((name) => [name, scenarioName(name)]), setting.scenario);
    options("beside", [["", "nothing"], ...setting.scenarios.map((name) => [name, scenarioName(name)])], setting.scenarios.includes("trend") ? "trend" : "");
    options("year", keysOf("population", "year").filter((year) => year >= setting.estimates_until).map((year) => [String(year), String(year)]), String(setting.year));
    state.year = Number(state.year);
    options("band", [["all", "all ages"], ...keysOf("population", "age_band").filter((band) => band !== "all").map((band) => [band, band])], "all");
    options("service", keysOf("demand", "service").map((each) => [each, words(each)]), "ae_attendances");
    const groups = [];
    for (const sector of keysOf("workforce", "sector")) for (const group of keysOf("workforce", "staff_group")) {
      const there = keysOf("workforce", "year").some((year) => cell("workforce", { scenario: setting.scenario, place: setting.system, sector, staff_group: group, measure: "required_wte", year }, "principal") !== null);
      if (there) groups.push([`place|${sector}|${group}`, sector === "all" ? staffWords(group) : `${staffWords(group)} (${words(sector).toLowerCase()})`]);
    }
    for (const provider of keysOf("provider_workforce", "provider")) for (const group of keysOf("provider_workforce", "staff_group")) groups.push([`trust|${provider}|${group}`, `${setting.short[provider] ?? provider}: ${staffWords(group).toLowerCase()}`]);
    options("group", groups, "place|all|all_outside_hospital");
    const facilities = keysOf("estates", "facility").map((each) => [`place||${each}`, words(each)]);
    for (const provider of keysOf("provider_estates", "provider")) for (const each of keysOf("provider_estates", "facility")) facilities.push([`trust|${provider}|${each}`, `${setting.short[provider] ?? provider}: ${words(each).toLowerCase()}`]);
    options("facility", facilities, "place||gp_consulting_rooms");
    options("local_facility", keysOf("neighbourhood_estates", "facility").map((each) => [each, words(each)]), "gp_consulting_rooms");
    const planned = new Map(records("actual_against_plan").map((row) => [row.series, row.title ?? row.series]));
    options("series", [...planned], [...planned.keys()][0]);
    options("headline", [...new Set(records("sensitivity").map((row) => row.headline))].map((each) => [each, setting.headlines[each] ?? words(each)]), "population");
    neighbourhoodOptions();
    for (const id of ["from", "to"]) if ($(id)) state[id] = $(id).value;
  }
  const touched = {
    band: ["people"], service: ["demand", "drivers"], group: ["workforce"], facility: ["estates"], from: ["ages"], to: ["ages"],
    "neighbourhood-choice": ["neighbourhood"], local_facility: ["local_estates"], series: ["plan"], headline: ["matters"],
  };
  function changed(event) {
    const id = event.target.id;
    state[id] = id === "year" ? Number(event.target.value) : event.target.value;
    if (id === "place") neighbourhoodOptions();
    for (const figure of document.querySelectorAll("[data-figure]")) {
      if (!touched[id] || touched[id].includes(figure.dataset.figure)) {
        figure.dataset.drawn = "no";
        if (figure.dataset.near === "yes") draw(figure).catch(trouble);
      }
    }
    rest();
  }
  function trouble(error) {
    $("trouble").hidden = false;
    $("trouble").textContent = `The charts could not be drawn in this browser (${error.message ?? error}). The numbers above, the method below and the workbook do not need them.`;
  }

  // ---- starting -----------------------------------------------------------------------------------------
  async function start() {
    if (typeof DecompressionStream === "undefined") throw new Error("it is too old to unpack them");
    data = JSON.parse(await unpacked("data"));
    build();
    document.addEventListener("change", (event) => { if (event.target.matches("select, input")) changed(event); });
    const all = [...document.querySelectorAll("[data-figure]")];
    for (const figure of all) figure.querySelector(".download").addEventListener("click", () => download(figure.dataset.figure));
    const watch = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) {
        entry.target.dataset.near = "yes";
        if (entry.target.dataset.drawn !== "yes") draw(entry.target).catch(trouble);
      } else entry.target.dataset.near = "no";
    }, { rootMargin: "300px" });
    all.forEach((figure) => watch.observe(figure));
    rest();
  }
  // Charts out of sight are drawn when nothing else is to do, so that printing finds every one as chosen.
  let waiting = false;
  function rest() {
    document.body.dataset.ready = "no";
    if (waiting) return;
    waiting = true;
    (window.requestIdleCallback ?? ((call) => setTimeout(call, 200)))(() => {
      waiting = false;
      const next = [...document.querySelectorAll("[data-figure]")].find((figure) => figure.dataset.drawn !== "yes");
      if (!next) { document.body.dataset.ready = "yes"; return; }
      draw(next).catch((error) => { next.dataset.drawn = "yes"; trouble(error); }).finally(rest);
    });
  }
  document.addEventListener("click", led);
  window.addEventListener("hashchange", shownAt);
  $("all-assumptions")?.addEventListener("click", () => list(null));
  requestAnimationFrame(() => setTimeout(() => start().catch(trouble), 0));
})();
