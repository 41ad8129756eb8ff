// Rows of a chart and of its table, in the forms that several figures share.
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
// What each figure shows, rests on, and is drawn anew by; what fills the choices.
const figures = {}, basisOf = {}, touched = {}, builders = [];
