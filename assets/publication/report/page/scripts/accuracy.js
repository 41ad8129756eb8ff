// Figures of what came true and what matters most.
Object.assign(figures, {
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
});
