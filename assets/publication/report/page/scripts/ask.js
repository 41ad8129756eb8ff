// Ask it: changes of homes and assumptions, and what the principal run answers by its own responses.
// ---- ask ----------------------------------------------------------------------------------------------
const asked = { homes: [], assumptions: {} };
const askWords = {
  "estates.gp_room_hours": ["Hours a year a GP room is open", 0], "estates.gp_room_utilisation": ["GP rooms in use, %", 0],
  "estates.community_clinic_hours": ["Hours a year a clinic room is open", 0], "estates.community_clinic_utilisation": ["Clinic rooms in use, %", 0],
  "workforce.productivity_change": ["Productivity, % a year", 2],
  "estates.net_new_share_practice": ["Net-new share, practices", 2], "estates.net_new_share_hospital": ["Net-new share, hospitals", 2],
};
const askBands = { all: "People of all ages", "0-15": "People aged 0 to 15", "65+": "People aged 65 and over", "85+": "People aged 85 and over" };
let askMade = null;
function askUnpacked() {
  const given = data.ask;
  const at = new Map(given.keys.map((key, number) => [key.join("|"), number]));
  const responses = new Map();
  for (const [key, place, size, steps] of given.responses) {
    const [first, last] = given.homes_years[place];
    let read = 0;
    const byHomes = [];
    for (let homes = first; homes <= last; homes += 1) {
      let level = 0;
      const line = {};
      for (const year of given.years) if (year >= homes) line[year] = (level += steps[read++]) * size;
      byHomes.push([homes, line]);
    }
    const whole = responses.get(key) ?? [];
    whole.push([place, byHomes]);
    responses.set(key, whole);
  }
  const existing = new Map(given.existing.map(([area, facility, values]) => [`${area}|${facility}`, values]));
  return { at, responses, existing };
}
// Homes a year that the changes add, by place: sites first, then every site together.
function askMoved(homes, first, change) {
  const moved = new Array(homes.length).fill(0);
  homes.forEach((value, year) => {
    const to = Math.max(year + change.years_later, 0);
    if (to < homes.length) moved[to] += value * (1 + change.homes_percent / 100);
  });
  return moved;
}
function askHomes() {
  const added = {};
  for (const [place, site, , first, homes] of data.ask.homes) {
    added[place] ??= { first, before: homes.map(() => 0), after: homes.map(() => 0) };
    const change = asked.homes.find((each) => each.place === place && each.site === site);
    const after = change ? askMoved(homes, first, change) : homes;
    homes.forEach((value, year) => { added[place].before[year] += value; added[place].after[year] += after[year]; });
  }
  const differences = {};
  for (const [place, { first, before, after }] of Object.entries(added)) {
    const whole = asked.homes.find((each) => each.place === place && each.site === setting.ask.every_site);
    const last = whole ? askMoved(after, first, whole) : after;
    differences[place] = new Map(last.map((value, year) => [first + year, value - before[year]]));
  }
  return differences;
}
const askValue = (name) => asked.assumptions[name] ?? setting.ask.assumptions[name]?.value;
const askGiven = (name) => setting.ask.assumptions[name]?.value;
// Rooms go by 1 ÷ (hours × utilisation), but for the part of them that is fixed.
function askRooms(facility) {
  const use = data.ask.rooms.find((each) => each.facility === facility);
  if (!use) return 1;
  const now = (askValue(use.hours_assumption) + use.added_hours) * askValue(use.utilisation_assumption);
  const then = (use.hours + use.added_hours) * use.utilisation_percent;
  return use.fixed_share + (1 - use.fixed_share) * (then / now);
}
function askProductivity(year) {
  const name = "workforce.productivity_change";
  return ((100 + askGiven(name)) / (100 + askValue(name))) ** (year - setting.ask.base_year);
}
// Level before and after the changes of one quantity of an area.
function askLevel(area, response, sector, name, year, differences) {
  const key = askMade.at.get([area, response, sector, name].join("|"));
  if (key === undefined) return null;
  const before = data.ask.levels[key][data.ask.years.indexOf(year)] / 10 ** data.ask.level_decimals;
  let after = before;
  for (const [place, byHomes] of askMade.responses.get(key) ?? []) {
    for (const [homes, line] of byHomes) if (homes <= year) after += (differences[place]?.get(homes) ?? 0) * line[year];
  }
  if (response === "required") after *= askRooms(name);
  if (response === "required_wte") after *= askProductivity(year);
  return [before, after];
}
const askPlus = (parts) => parts.some((each) => each === null) || !parts.length ? null : parts.reduce((sum, each) => [sum[0] + each[0], sum[1] + each[1]], [0, 0]);
// What staff in post with bank and agency leave of the requirement; cover is what is missing, up to its most.
function askGap(required, inPost, cover) {
  return [0, 1].map((at) => {
    const missing = required[at] - inPost[at];
    return missing - Math.min(Math.max(missing, 0), inPost[at] * cover / 100);
  });
}
function askStaff(areas, wanted, year, differences) {
  const required = [], gaps = [];
  for (const [area, sector, group, cover] of data.ask.cover) if (areas.includes(area) && wanted(sector, group)) {
    const needed = askLevel(area, "required_wte", sector, group, year, differences);
    const there = askLevel(area, "in_post_wte", sector, group, year, differences);
    if (!needed || !there) continue;
    required.push(needed);
    gaps.push(askGap(needed, there, cover));
  }
  return [askPlus(required), askPlus(gaps)];
}
// Pounds up to a year: the largest shortfall so far in whole buildings, paid for over the years of building.
function askCapital(given, year, differences) {
  const [place, facility, growth, short, size, opens, building, cost] = given;
  const years = data.ask.years, first = years.indexOf(opens);
  if (first < 0) return [0, 0];
  const required = years.map((each) => askLevel(place, "required", "all", facility, each, differences));
  if (required.includes(null)) return null;
  const more = required.map(([before, after]) => after - before);
  return [0, 1].map((at) => {
    const needed = short.map((each, when) => Math.max(each / 10 ** data.ask.level_decimals + at * (more[when] - (growth ? more[0] : 0)), 0));
    let most = 0;
    const built = needed.map((each, when) => {
      most = Math.max(most, when < first ? Math.min(each, needed[first]) : each);
      if (when < first) return 0;
      return size ? Math.max(Math.ceil(most / size - 1e-6), 0) * size : most;
    });
    let paid = 0;
    for (let ahead = 0; ahead < building; ahead += 1) paid += built[Math.min(years.indexOf(year) + ahead, years.length - 1)];
    return paid / building * cost;
  });
}
function askBeds(year, differences) {
  const required = [], gaps = [];
  for (const [key, values] of askMade.existing) {
    const [area, facility] = key.split("|");
    if (facility !== "general_acute_beds") continue;
    const needed = askLevel(area, "required", "all", facility, year, differences);
    if (!needed) continue;
    const there = values[data.ask.years.indexOf(year)] / 10 ** data.ask.level_decimals;
    required.push(needed);
    gaps.push(needed.map((each) => each - there));
  }
  return [askPlus(required), askPlus(gaps)];
}
// Contributions by the rule quantity × cost less other funding, at the site's homes and the net-new share.
function askContributions(places) {
  let before = 0, after = 0;
  for (const row of records("developer_contributions")) {
    if (row.scenario !== setting.scenario || !places.includes(row.place) || !row.amount_gbp) continue;
    const change = asked.homes.find((each) => each.place === row.place && each.site === row.site_reference);
    const share = `estates.net_new_share_${setting.ask.hospital_items.includes(row.item) ? "hospital" : "practice"}`;
    const times = (1 + (change?.homes_percent ?? 0) / 100) * (row.binding_limit === "net_new_share" ? askValue(share) / askGiven(share) : 1);
    before += row.amount_gbp;
    after += Math.max((row.amount_gbp + row.other_funding_gbp) * times - row.other_funding_gbp, 0);
  }
  return [before, after];
}
// Homes of the years without a record, up to a year: as expected, and with the changes.
function askBuilt(places, year, differences) {
  let before = 0, more = 0;
  for (const [place, , , first, homes] of data.ask.homes) if (places.includes(place)) homes.forEach((value, at) => { if (first + at <= year) before += value; });
  for (const place of places) for (const [when, value] of differences[place] ?? []) if (when <= year) more += value;
  return [before, before + more];
}
function askAnswers(area, year) {
  const differences = askHomes();
  const whole = area === setting.system;
  const places = whole ? Object.keys(data.ask.homes_years) : [area];
  const sum = (response, name) => askPlus(places.map((place) => askLevel(place, response, "all", name, year, differences)));
  const rows = [];
  const add = (name, unit, values, decimals = 0) => { if (values) rows.push({ name, unit, values, decimals }); };
  const first = Math.min(...data.ask.homes.filter(([place]) => places.includes(place)).map((each) => each[3]));
  add(`Homes built, ${financial(first)} to ${financial(year)}`, "homes", askBuilt(places, year, differences));
  for (const [band, told] of Object.entries(askBands)) add(told, "people, mid-year", sum("people", band));
  for (const service of [...new Set(data.ask.keys.filter((key) => key[1] === "demand").map((key) => key[3]))]) add(words(service), data.units[service] ?? "", sum("demand", service));
  for (const facility of [...new Set(data.ask.keys.filter((key) => key[1] === "required").map((key) => key[3]))]) {
    add(`${words(facility)}, needed by residents`, data.units[facility] ?? "", sum("required", facility), 1);
  }
  if (whole) {
    const [required, gap] = askBeds(year, differences);
    add(`${words("general_acute_beds")}, required at the trusts`, "beds", required, 1);
    add(`${words("general_acute_beds")}, gap at the trusts`, "beds", gap, 1);
  }
  const trusts = [...new Set(data.ask.cover.map(([code]) => code))].filter((code) => !Object.keys(data.ask.homes_years).includes(code));
  const staff = (label, areas, wanted) => {
    const [required, gap] = askStaff(areas, wanted, year, differences);
    add(`${label}, required`, "WTE", required, 1);
    add(`${label}, gap`, "WTE", gap, 1);
  };
  staff(words("gps"), places, (_sector, group) => group === "gps");
  staff("Staff outside hospitals", places, () => true);
  if (whole) staff("Hospital staff at the trusts", trusts, () => true);
  for (const facility of [...new Set(data.ask.capital.map((each) => each[1]))]) {
    const paid = askPlus(data.ask.capital.filter((each) => places.includes(each[0]) && each[1] === facility).map((each) => askCapital(each, year, differences)));
    add(`Capital to ${financial(year)}: ${words(facility).toLowerCase()}`, "£ thousand", paid?.map((each) => each / 1000) ?? null);
  }
  add("Developer contributions, all sites", "£ thousand", askContributions(places).map((each) => each / 1000));
  return rows;
}
function askShown() {
  const area = state.ask_area, year = Number(state.ask_year);
  const rows = askAnswers(area, year);
  fill($("ask-table"), `${placeName(area)}, ${financial(year)} (people: mid-${year}), principal run`,
    [["What", 0], ["Unit", 0], ["Before", 1], ["After", 1], ["Difference", 1], ["%", 1]],
    rows.map(({ name, unit, values: [before, after], decimals }) => [
      name, unit, number(before, decimals), number(after, decimals), signed(after - before, decimals),
      before ? signed(100 * (after - before) / Math.abs(before), 1) : "",
    ]));
  const list = document.createElement("ul");
  for (const change of asked.homes) {
    const item = document.createElement("li"), remove = document.createElement("button");
    item.textContent = `${askSentence(change)} `;
    remove.type = "button";
    remove.textContent = "Remove";
    remove.setAttribute("aria-label", `Remove: ${askSentence(change)}`);
    remove.addEventListener("click", () => { asked.homes = asked.homes.filter((each) => each !== change); askShown(); $("ask-add").focus(); });
    item.append(remove);
    list.append(item);
  }
  for (const name of Object.keys(asked.assumptions)) {
    const item = document.createElement("li");
    item.textContent = `${askWords[name][0]}: ${askValue(name)} instead of ${askGiven(name)}`;
    list.append(item);
  }
  const says = document.createElement("p");
  says.textContent = list.children.length ? "Changes:" : "No change yet: after is as before.";
  $("ask-changes").replaceChildren(says, ...(list.children.length ? [list] : []));
  document.body.dataset.asked = String(Number(document.body.dataset.asked ?? 0) + 1);
}
function askSite(place, site) {
  if (site === setting.ask.every_site) return "all homes";
  return data.ask.homes.find((each) => each[0] === place && each[1] === site)?.[2] ?? site;
}
function askSentence({ place, site, years_later: later, homes_percent: percent }) {
  const parts = [];
  if (percent === -100) return `${placeName(place)}, ${askSite(place, site)}: left out`;
  if (later) parts.push(`${Math.abs(later)} ${Math.abs(later) === 1 ? "year" : "years"} ${later > 0 ? "later" : "earlier"}`);
  if (percent) parts.push(`${Math.abs(percent)} % ${percent > 0 ? "more" : "fewer"} homes`);
  return `${placeName(place)}, ${askSite(place, site)}: ${parts.join(", ")}`;
}
function askSet(percent) {
  const place = $("ask_place").value, site = $("ask_site").value;
  const bounded = (id) => Math.min(Math.max(Number($(id).value) || 0, Number($(id).min)), Number($(id).max));
  const change = { place, site, years_later: percent === -100 ? 0 : Math.round(bounded("ask_later")), homes_percent: percent ?? bounded("ask_percent") };
  asked.homes = asked.homes.filter((each) => each.place !== place || each.site !== site);
  if (change.years_later || change.homes_percent) asked.homes.push(change);
  askShown();
}
function askSites() {
  const place = $("ask_place").value;
  const sites = data.ask.homes.filter((each) => each[0] === place).map(([, site, name]) => [site, name]);
  options("ask_site", [[setting.ask.every_site, "All homes of the place (delivery rate)"], ...sites], setting.ask.every_site);
}
function askAssumption(name, input) {
  const { value, low, high } = setting.ask.assumptions[name];
  const found = input.value === "" ? value : Math.min(Math.max(Number(input.value), low), high);
  input.value = found;
  if (found === value) delete asked.assumptions[name];
  else asked.assumptions[name] = found;
  askShown();
}
// A scenario file: JSON strings and numbers are YAML too, and nothing of a name can leave its quotes.
function askScenario(name) {
  const told = [
    ...asked.homes.map(askSentence),
    ...Object.keys(asked.assumptions).map((each) => `${askWords[each][0]} ${askValue(each)}`),
  ].join("; ");
  const whole = {
    ...setting.ask.scenario, name, order: 50, title: `What if: ${name.replaceAll("_", " ")}`,
    description: `As ${setting.scenario}, with changes. ${told || "None."}`,
  };
  const lines = Object.entries(whole).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  if (asked.homes.length) lines.push("homes:", ...asked.homes.map((each) => `  - ${JSON.stringify(each)}`));
  const names = Object.keys(asked.assumptions);
  if (names.length) lines.push("assumptions:", ...names.map((each) => `  ${each}: ${asked.assumptions[each]}`));
  return `${lines.join("\n")}\n`;
}
function askSave() {
  const name = $("ask_name").value.toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "") || "what_if";
  $("ask_name").value = name;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([askScenario(name)], { type: "text/yaml;charset=utf-8" }));
  link.download = `${name}.yaml`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
builders.push(() => {
  if (!data.ask || !$("ask")) return;
  askMade = askUnpacked();
  const places = Object.keys(data.ask.homes_years);
  options("ask_place", places.map((code) => [code, placeName(code)]), places[0]);
  askSites();
  options("ask_area", [setting.system, ...places].map((code) => [code, placeName(code)]), setting.system);
  options("ask_year", data.ask.years.map((year) => [String(year), financial(year)]), String(setting.year));
  for (const name of Object.keys(askWords)) {
    const given = setting.ask.assumptions[name];
    if (!given) continue;
    const field = document.createElement("div"), label = document.createElement("label"), input = document.createElement("input");
    field.className = "field narrow";
    input.id = `ask_${name.replaceAll(".", "_")}`;
    Object.assign(input, { type: "number", min: given.low, max: given.high, step: askWords[name][1] ? 10 ** -askWords[name][1] : 1, value: given.value });
    label.htmlFor = input.id;
    label.textContent = askWords[name][0];
    input.addEventListener("change", () => askAssumption(name, input));
    touched[input.id] = [];
    field.append(label, input);
    $("ask-assumptions").append(field);
  }
  for (const id of ["ask_place", "ask_site", "ask_later", "ask_percent", "ask_area", "ask_year", "ask_name"]) touched[id] = [];
  $("ask_place").addEventListener("change", askSites);
  for (const id of ["ask_area", "ask_year"]) $(id).addEventListener("change", () => { state[id] = $(id).value; askShown(); });
  $("ask-add").addEventListener("click", () => askSet());
  $("ask-delete").addEventListener("click", () => askSet(-100));
  $("ask-save").addEventListener("click", askSave);
  $("ask-reset").addEventListener("click", () => {
    Object.assign(asked, { homes: [], assumptions: {} });
    for (const id of ["ask_later", "ask_percent"]) $(id).value = 0;
    for (const name of Object.keys(askWords)) { const input = $(`ask_${name.replaceAll(".", "_")}`); if (input) input.value = askGiven(name); }
    askShown();
  });
  askShown();
});
