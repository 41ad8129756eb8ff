// What came with the page: settings, words, numbers, cubes and rows. Text from data only ever goes in as text.
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
  $("overdue").textContent = `${overdue.length} of ${setting.awaited.length} sources past due: a newer release was expected before this month.`;
  for (const source of overdue) {
    const item = document.createElement("li");
    item.textContent = `${source.title}: ${source.newer}, expected ${source.month}`;
    $("overdue-list").querySelector("ul").append(item);
  }
  $("overdue").hidden = false;
  $("overdue-list").hidden = false;
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
// Values came as steps along the last key, quantiles as steps of their distance from the principal run.
function levels(cube) {
  const size = Object.values(cube.keys).at(-1).length;
  for (const values of Object.values(cube.values)) {
    let level = 0;
    values.forEach((step, at) => {
      if (at % size === 0) level = 0;
      if (step !== null) values[at] = level += step;
    });
  }
  const { principal, p10, p90 } = cube.values;
  for (const quantile of principal ? [p10, p90] : []) quantile?.forEach((apart, at) => { if (apart !== null) quantile[at] = principal[at] + apart; });
}
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
