// Classes of the map: colours that hold in grey and for the colour-blind, each with words for the legend.
const mapClasses = (() => {
const UNKNOWN = "url(#map-unknown)";
const BLUES = ["#e3ecf4", "#b4cde3", "#7fa8ce", "#3f76a8", "#12436d"];
const ENOUGH = "#c3daec", NEUTRAL = "#f7f5f0";
const ORANGES = ["#f2b25c", "#d9731a", "#7f3b08"];
// The least of 1, 2, 2.5 and 5 times a power of ten that is not below a number.
function rounded(number) {
  const power = 10 ** Math.floor(Math.log10(number || 1));
  return [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= number - 1e-9);
}
// Classes from low to high: a value belongs to the first whose `to` is above it.
const classOf = (classes, value) => classes.find((each) => value < each.to) ?? classes.at(-1);
function growthClasses() {
  const bounds = [0, 5, 10, 20, 40];
  return [{ to: 0, colour: "url(#map-falls)", words: "falls" }, ...BLUES.map((colour, at) => ({
    to: bounds[at + 1] ?? Infinity, colour,
    words: at === 4 ? "grows by 40 % or more" : at ? `${bounds[at]} to ${bounds[at + 1]} %` : "grows by less than 5 %" }))];
}
function numberClasses(values, unit) {
  const step = rounded(Math.max(...values) / BLUES.length);
  return BLUES.map((colour, at) => ({
    to: at === BLUES.length - 1 ? Infinity : step * (at + 1), colour,
    words: at === BLUES.length - 1 ? `${number(step * at)} ${unit} or more` : `${number(step * at)} to ${number(step * (at + 1))} ${unit}` }));
}
function gapClasses(values, unit) {
  const step = rounded(Math.max(...values.map(Math.abs)) / 8);
  const amount = (times) => `${number(step * times, Number.isInteger(step) ? 0 : step < 1 ? 2 : 1)}`;
  return [
    { to: -step, colour: ENOUGH, words: `${amount(1)} ${unit} or more to spare` },
    { to: step, colour: NEUTRAL, words: `about enough: within ${amount(1)} ${unit}` },
    { to: 2 * step, colour: ORANGES[0], words: `${amount(1)} to ${amount(2)} ${unit} short` },
    { to: 4 * step, colour: ORANGES[1], words: `${amount(2)} to ${amount(4)} ${unit} short` },
    { to: Infinity, colour: ORANGES[2], words: `${amount(4)} ${unit} short or more` },
  ];
}
const LIKELY = 0.8, UNLIKELY = 0.2;
function chanceClasses() {
  return [
    { to: UNLIKELY, colour: ENOUGH, words: "under 20 %: likely enough" },
    { to: 0.5, colour: NEUTRAL, words: "20 to 50 %" },
    { to: LIKELY, colour: ORANGES[0], words: "50 to 80 %" },
    { to: Infinity, colour: ORANGES[2], words: "80 % or more: likely short" },
  ];
}
function firstYearClasses(from, until) {
  const ends = [from, ...[2030, 2035, 2040, 2045].filter((year) => year > from && year < until), until];
  const colours = ["#4f2504", "#8f450a", "#c9651a", "#ea9a45", "#f6c98d", "#fbe3c0"];
  return [...ends.map((year, at) => ({
    to: year + 1, colour: colours[at],
    words: at === 0 ? `in ${financial(from)} or before` : `${financial(ends[at - 1] + 1)} to ${financial(year)}` })),
  { to: Infinity, colour: ENOUGH, words: `not by ${financial(until)}` }];
}
// ---- legend: swatches are drawn, so that they print where backgrounds do not ----------------------------
function swatch(shape, fillColour, stroke = "#0b0c0c") {
  const svg = (tag, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const paths = { area: "M1 2H23V16H1Z", circle: "M12 3A6 6 0 1 1 11.9 3Z", "triangle-up": "M12 2L19 15H5Z", square: "M7 4H17V14H7Z",
    diamond: "M12 2L19 9L12 16L5 9Z", cross: "M10 2H14V7H19V11H14V16H10V11H5V7H10Z" };
  const picture = svg("svg", { width: 24, height: 18, "aria-hidden": "true" });
  picture.append(svg("path", { d: paths[shape], fill: fillColour, stroke, "stroke-width": 1 }));
  return picture;
}
function legend(groups) {
  $("map-legend").replaceChildren(...groups.flatMap(([heading, rows]) => {
    const title = document.createElement("p"), list = document.createElement("ul");
    title.textContent = heading;
    for (const row of rows) {
      const item = document.createElement("li");
      item.append(swatch(row.shape ?? "area", row.colour, row.stroke), row.words);
      list.append(item);
    }
    return [title, list];
  }));
}
return { UNKNOWN, LIKELY, UNLIKELY, classOf, growthClasses, numberClasses, gapClasses, chanceClasses, firstYearClasses, legend };
})();
