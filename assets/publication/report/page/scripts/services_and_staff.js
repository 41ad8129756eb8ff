// Figures of services and staff.
Object.assign(figures, {
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
});
