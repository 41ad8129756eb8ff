// The map: areas by a measure, housing sites and buildings as points, and the table of both.
{
const { UNKNOWN, LIKELY, UNLIKELY, classOf, growthClasses, numberClasses, gapClasses, chanceClasses, firstYearClasses, legend } = mapClasses;
const ROOMS = "gp_consulting_rooms", FLOOR = "primary_care_gross_internal_area";
const spaceWords = { [ROOMS]: "General practice rooms", [FLOOR]: "General practice floor area" };
const mapMeasures = { growth: { words: "People: growth, %" }, older: { words: "People 65+: number", older: true }, older_growth: { words: "People 65+: growth, %", older: true } };
for (const facility of [ROOMS, FLOOR]) {
  const short = facility === ROOMS ? "GP rooms" : "GP floor area";
  mapMeasures[`${facility}|gap`] = { facility, shows: "gap", words: `${short}: gap` };
  mapMeasures[`${facility}|chance`] = { facility, shows: "chance", words: `${short}: chance of a gap` };
  mapMeasures[`${facility}|first`] = { facility, shows: "first", words: `${short}: first year short` };
}
const toArea = (code) => (data.area_pages?.[code] ? `#area-${encodeURIComponent(code)}` : null);
const onMap = (place) => state.place === setting.system || place === state.place;
const unitOf = (facility) => (facility === FLOOR ? "m²" : "rooms");
const percent = (part, whole) => (whole ? `${signed((100 * part) / whole - 100, 1)} %` : "not comparable");
let shapes = null, spaceOf = null;

// ---- areas ----------------------------------------------------------------------------------------------
// Steps from corner to corner become longitude and latitude; each ring ends where it starts.
function unpackedRing(steps) {
  const ring = [];
  let x = 0, y = 0;
  for (let at = 0; at < steps.length; at += 2) { x += steps[at]; y += steps[at + 1]; ring.push([x / data.map.steps, y / data.map.steps]); }
  return [...ring, ring[0]];
}
// Sides of areas that no other area of the same group has.
function borders(areas, group) {
  const sides = new Map();
  for (const shape of areas) for (const polygon of shape.geometry.coordinates) for (const ring of polygon) {
    for (let at = 1; at < ring.length; at += 1) {
      const key = [ring[at - 1], ring[at]].map(String).sort().join(" ");
      const side = sides.get(key) ?? { line: [ring[at - 1], ring[at]], groups: [] };
      side.groups.push(group(shape));
      sides.set(key, side);
    }
  }
  const coordinates = [...sides.values()].filter(({ groups }) => groups.length === 1 || new Set(groups).size > 1).map(({ line }) => line);
  return [{ type: "Feature", properties: {}, geometry: { type: "MultiLineString", coordinates } }];
}
function placeLabels() {
  const middles = new Map();
  for (const { place, geometry } of shapes) if (onMap(place)) {
    const corners = geometry.coordinates.flat(2);
    const middle = [0, 1].map((axis) => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length);
    middles.set(place, [...(middles.get(place) ?? []), middle]);
  }
  const mean = (points, axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  return [...middles].map(([place, points]) => ({ name: placeName(place), longitude: mean(points, 0), latitude: mean(points, 1) }));
}
// People of an area at the latest estimate and in the chosen year.
function peopleAreas(measure) {
  const cube = measure.older ? "neighbourhood_older" : "neighbourhoods";
  const first = setting.estimates_until, last = Math.max(Math.min(state.year, keysOf(cube, "year").at(-1)), first);
  const what = measure.older ? "people aged 65 and over" : "people";
  const found = data.neighbourhoods.filter((each) => onMap(each[2])).map(([code, name, place]) => {
    const at = (year, value = "principal") => cell(cube, { scenario: state.scenario, neighbourhood: code, year }, value);
    const before = at(first), now = at(last), low = at(last, "p10"), high = at(last, "p90");
    if (now === null || before === null) return { code, name, place, value: null, shown: `${name}, ${placeName(place)}\nnot available` };
    return { code, name, place, value: state.map_measure === "older" ? now : before ? (100 * now) / before - 100 : null,
      shown: `${name}, ${placeName(place)}\n${number(now)} ${what} in ${last}\n80 % interval ${number(low)} to ${number(high)}\n${number(before)} in ${first}: ${percent(now, before)}`,
      row: [number(before), number(now), number(low), number(high), number(now - before), before ? number((100 * now) / before - 100, 1) : "not available"] };
  });
  const heading = measure.older ? "People 65+" : "People";
  const all = state.map_measure === "older" ? found.map((each) => each.value ?? 0) : [];
  return { found, classes: state.map_measure === "older" ? numberClasses(all, "people") : growthClasses(), unknown: "not available",
    columns: [[`${heading}, ${first}`, 1], [`${heading}, ${last}`, 1], ["from", 1], ["to", 1], ["Growth", 1], ["Growth, %", 1]],
    title: `${state.map_measure === "older" ? `People aged 65 and over in mid-${last}` : `Growth in ${what}, mid-${first} to mid-${last}`}, ${placeName(state.place)}`,
    says: `${scenarioName(state.scenario)}, principal run; the 80 % prediction interval of ${last} is in the table and at each area.` };
}
// Space of general practice: of the practices that stand in an area, for the patients on their lists.
function spaceAreas(measure) {
  const { facility, shows } = measure, unit = unitOf(facility), teams = state.map_areas === "team";
  const years = keysOf("local_gaps", "year");
  const year = Math.max(Math.min(state.year, years.at(-1)), years[0]);
  const areas = teams
    ? Object.entries(data.map.teams).map(([code, name]) => [code, name, shapes.find((shape) => shape.team === code)?.place])
    : data.neighbourhoods;
  const digits = facility === FLOOR ? 0 : 1;
  const found = areas.filter((each) => onMap(each[2])).map(([code, name, place]) => {
    const value = cell("local_gaps", { area: code, facility, year }, "principal");
    if (value === null) return { code, name, place, value: null, shown: `${name}, ${placeName(place)}\nno general practice stands here` };
    const of = (quantile) => cell("local_gaps", { area: code, facility, year }, quantile);
    const space = (name_) => cell("local_space", { area: code, facility, measure: name_, year }, "principal");
    const chance = cell("local_short", { area: code, facility, year }, "probability_short");
    const { basis, first } = spaceOf.get(`${code}|${facility}`);
    const when = first === null ? `not by ${financial(years.at(-1))}` : financial(first);
    const low = of("p10"), high = of("p90");
    return { code, name, place, low, high, basis, value: shows === "gap" ? value : shows === "chance" ? chance : first ?? years.at(-1) + 1,
      shown: `${name}, ${placeName(place)}\n${number(Math.abs(value), digits)} ${unit} ${value < 0 ? "to spare" : "short"} in ${financial(year)}\n80 % interval of the gap ${number(low, digits)} to ${number(high, digits)}\nChance of a gap ${number(100 * chance)} %; first year over capacity: ${when}\nRequired ${number(space("required"), digits)}, existing ${number(space("existing"), digits)} (${words(basis).toLowerCase()})`,
      row: [space("required"), space("existing"), value, low, high].map((each) => number(each, digits)).concat(number(100 * chance), when, words(basis)) };
  });
  const every = found.flatMap(({ code }) => years.map((each) => cell("local_gaps", { area: code, facility, year: each }, "principal"))).filter((each) => each !== null);
  const known = found.filter((each) => each.value !== null);
  const open = known.filter((each) => each.low <= 0 && each.high >= 0).length, estimated = known.filter((each) => each.basis === "estimated").length;
  const classes = shows === "gap" ? gapClasses(every, unit) : shows === "chance" ? chanceClasses() : firstYearClasses(years[0], years.at(-1));
  const subject = { gap: "gap", chance: "chance of a gap", first: "first year over capacity" }[shows];
  return { found, classes, unknown: "no general practice stands here",
    columns: [[`Required, ${unit}`, 1], ["Existing", 1], ["Gap", 1], ["from", 1], ["to", 1], ["Chance of a gap, %", 1], ["First year over capacity", 0], ["Existing space", 0]],
    title: `${spaceWords[facility]}, ${subject}${shows === "first" ? "" : `, ${financial(year)}`}, ${placeName(state.place)}`,
    says: `Space of the practices that stand in each area, ${scenarioName(setting.scenario)}. In ${open} of ${known.length} the 80 % prediction interval of the gap includes 0: whether space is short is not known.${estimated ? ` Existing space is estimated in ${estimated}, not validated: it ranks what to survey and never supports a contribution requested.` : ""}${shows === "first" ? " First year over capacity: from it on, more draws than not are short to the end." : ""}` };
}
figures.map = () => {
  const measure = mapMeasures[state.map_measure];
  const team = Boolean(measure.facility) && state.map_areas === "team";
  $("map_areas").parentElement.hidden = !measure.facility;
  const made = measure.facility ? spaceAreas(measure) : peopleAreas(measure);
  const by = new Map(made.found.map((each) => [each.code, each]));
  const rows = shapes.filter((shape) => onMap(shape.place)).map((shape) => {
    const area = by.get(team ? shape.team : shape.neighbourhood);
    const known = area && area.value !== null;
    return { type: "Feature", geometry: shape.geometry, to: toArea(team ? shape.team : shape.neighbourhood), fill: known ? classOf(made.classes, area.value).colour : UNKNOWN,
      shown: (team ? `${placeName(shape.neighbourhood)}, in the team\n` : "") + (area?.shown ?? `${placeName(shape.neighbourhood)}\nnot available`) };
  });
  const marks = mapPoints(measure).filter((point) => point.area && point.longitude !== null && point.size > 0);
  const counted = made.classes.map((each) => ({ ...each, count: made.found.filter((area) => area.value !== null && classOf(made.classes, area.value) === each).length }));
  const without = made.found.filter((area) => area.value === null).length;
  legend([
    [`${measure.words} (number of areas)`, [...counted.map((each) => ({ colour: each.colour, words: `${each.words} (${each.count})` })), ...(without ? [{ colour: UNKNOWN, words: `${made.unknown} (${without})` }] : [])]],
    ...pointLegend(marks)]);
  const order = [...made.found].sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity) || a.name.localeCompare(b.name));
  if (measure.shows === "first") order.sort((a, b) => (a.value ?? Infinity) - (b.value ?? Infinity) || a.name.localeCompare(b.name));
  const width = document.querySelector("#figure-map").clientWidth;
  return { form: "map", leads: true, rows, height: Math.max(320, Math.min(560, width)),
    others: { borders: borders(shapes.filter((shape) => onMap(shape.place)), (shape) => (team ? shape.team : shape.place)), labels: state.place === setting.system ? placeLabels() : [], points: marks },
    title: made.title, says: `${made.says} Choose an area, here or in the table, for its page.`,
    columns: [[team ? "Neighbourhood team" : "Neighbourhood", 0], ["Code", 0], ["Place", 0], ...made.columns],
    table: order.map((area) => [area.name, area.code, placeName(area.place), ...(area.row ?? made.columns.map(() => made.unknown))]),
    links: order.map((area) => toArea(area.code)) };
};

// ---- points ---------------------------------------------------------------------------------------------
const statusFill = { short: "#0b0c0c", open: "#9aa0a3", enough: "#ffffff", unknown: "#ffffff" };
const statusWords = { short: "likely short (80 % or more)", open: "may be short (20 to 80 %)", enough: "likely enough (under 20 %)", unknown: "capacity not known" };
const statusOf = (chance) => (chance === null ? "unknown" : chance >= LIKELY ? "short" : chance < UNLIKELY ? "enough" : "open");
const pointKinds = { site: "Housing site", practice: "General practice", hub: "Hub", trust_site: "Trust site" };
const pointShapes = { practice: "square", hub: "diamond", trust_site: "cross" };
// A hub and a trust site have pages of their own; others lead to that of the area they lie in.
const pageOf = (point) => toArea(point.hub ?? point.site_code) ?? toArea(point.area);
const permitted = (point) => point.planning_status === "permissioned";
function pointsOf(kind) {
  const columns = data.map.points[kind], names = Object.keys(columns);
  return (columns.name ?? []).map((_, at) => Object.fromEntries(names.map((each) => [each, columns[each][at]])))
    .filter((point) => onMap(point.place) || (state.place === setting.system && !point.place));
}
// Area of a mark in proportion to what it stands for, the largest of its kind having `most`.
const sized = (points, of, most, least) => {
  const largest = Math.max(1, ...points.map(of));
  for (const point of points) point.size = of(point) > 0 ? Math.max(least, (most * of(point)) / largest) : 0;
};
function sitePoints() {
  const { first, last, totals } = siteTotals();
  const points = pointsOf("site").flatMap((point) => {
    const total = totals.get(point.place + point.site_reference);
    return total ? [{ ...point, kind: "site", homes: Math.round(total.expected), status: point.planning_status,
      amount: `${number(Math.round(total.expected))} homes`, note: `expected ${financial(first)} to ${financial(last)}` }] : [];
  });
  sized(points, (point) => point.homes, 900, 40);
  for (const point of points) Object.assign(point, permitted(point) ? { shape: "circle", fill: "#28a197" } : { shape: "triangle-up", fill: "#ffffff" });
  return points;
}
function buildingPoints(measure) {
  const facility = measure.facility ?? ROOMS, years = keysOf("local_gaps", "year");
  const year = Math.max(Math.min(state.year, years.at(-1)), years[0]);
  const general = (kind, code) => pointsOf(kind).map((point) => {
    const area = point[code], chance = years.length ? cell("local_short", { area, facility, year }, "probability_short") : null;
    const gap = (value) => number(cell("local_gaps", { area, facility, year }, value), facility === FLOOR ? 0 : 1);
    const required = chance === null ? 0 : cell("local_space", { area, facility, measure: "required", year }, "principal");
    return { ...point, kind, status: statusOf(chance), required, amount: kind === "practice" ? `${number(point.registered_patients)} patients` : chance === null ? "" : `${number(required, 1)} ${unitOf(facility)} required`,
      note: chance === null ? "" : `gap ${gap("principal")} ${unitOf(facility)} (80 % interval ${gap("p10")} to ${gap("p90")}), chance of a gap ${number(100 * chance)} %, ${financial(year)}` };
  });
  const practices = general("practice", "practice"), hubs = general("hub", "hub");
  sized(practices, (point) => point.registered_patients, 190, 30);
  sized(hubs, (point) => point.required || 1, 260, 110);
  const beds = "general_acute_beds", when = Math.min(state.year, keysOf("breach", "year").at(-1) ?? state.year);
  const sites = pointsOf("trust_site").map((point) => {
    const hospital = point.site_type.startsWith("General acute");
    const chance = hospital ? cell("breach", { scenario: state.scenario, area_kind: "provider", area: point.provider, facility: beds, year: when }, "probability") : null;
    return { ...point, kind: "trust_site", status: statusOf(chance), amount: point.gross_internal_area_m2 === null ? "" : `${number(point.gross_internal_area_m2)} m²`,
      note: `${point.trust_name}: ${point.site_type}${chance === null ? "" : `; chance that the trust's general and acute beds are over capacity in ${financial(when)}: ${number(100 * chance)} %`}`, position: `position of its ${point.placed_by}` };
  });
  sized(sites, (point) => point.gross_internal_area_m2 ?? 1, 420, 70);
  const all = [...practices, ...hubs, ...sites];
  for (const point of all) Object.assign(point, { shape: pointShapes[point.kind], fill: statusFill[point.status] });
  return all;
}
function mapPoints(measure) {
  const found = [...(state.map_marks.includes("sites") ? sitePoints() : []), ...(state.map_marks.includes("buildings") ? buildingPoints(measure) : [])];
  // Marks of one kind at one position are one mark; the larger are drawn first.
  const at = new Map();
  for (const point of found) {
    const where = point.longitude === null ? `${point.kind}|${point.name}` : `${point.kind}|${point.longitude}|${point.latitude}`;
    const words_ = [point.name, [pointKinds[point.kind], statusWords[point.status] ?? point.status].join(": "), [point.amount, point.note].filter(Boolean).join(", "), point.position].filter(Boolean).join("\n");
    const there = at.get(where);
    if (there) { there.shown += `\n${words_}`; there.size = Math.max(there.size, point.size); there.members.push(point); } else {
      at.set(where, { ...point, members: [point], shown: words_, stroke: point.status === "unknown" ? "#505a5f" : "#0b0c0c", to: pageOf(point),
        longitude: point.longitude === null ? null : point.longitude / data.map.steps, latitude: point.latitude === null ? null : point.latitude / data.map.steps });
    }
  }
  return [...at.values()].sort((a, b) => b.size - a.size);
}
function pointLegend(marks) {
  const kinds = new Set(marks.map((point) => point.kind)), groups = [];
  if (kinds.has("site")) groups.push(["Housing sites, size: homes still to come", [
    { shape: "circle", colour: "#28a197", words: "permissioned" }, { shape: "triangle-up", colour: "#ffffff", words: "not permissioned" }]]);
  const buildings = Object.entries(pointShapes).filter(([kind]) => kinds.has(kind));
  if (buildings.length) groups.push(["Buildings, size: patients of a practice, space required at a hub, floor area of a trust site",
    buildings.map(([kind, shape]) => ({ shape, colour: "#ffffff", words: pointKinds[kind].toLowerCase() }))],
  ["Colour of buildings: chance of being over capacity", ["short", "open", "enough"].map((status) => ({ shape: "square", colour: statusFill[status], words: statusWords[status] }))
    .concat(marks.some((point) => point.status === "unknown") ? { shape: "cross", colour: "#ffffff", stroke: "#505a5f", words: "grey outline: capacity not known" } : [])]);
  return groups;
}
figures.map_points = () => {
  const marks = mapPoints(mapMeasures[state.map_measure]), points = marks.flatMap((mark) => mark.members);
  const lost = points.filter((point) => point.longitude === null);
  const outside = points.filter((point) => point.longitude !== null && !point.area);
  const count = (kind) => points.filter((point) => point.kind === kind).length;
  const counts = Object.entries(pointKinds).filter(([kind]) => count(kind)).map(([kind, name]) => `${count(kind)} ${name.toLowerCase()}${count(kind) === 1 ? "" : "s"}`);
  return { form: null, rows: [], title: `Sites and buildings, ${placeName(state.place)}`,
    says: points.length ? `${counts.join(", ")}.${lost.length ? ` Not on the map, since no position nearer than a postcode district is known: ${lost.map((point) => point.name).join("; ")}.` : ""}${outside.length ? ` Outside the area, in the table only: ${outside.map((point) => point.name).join("; ")}.` : ""}` : "No points are chosen, or this scenario names no sites.",
    columns: [["Name", 0], ["Kind", 0], ["Place", 0], ["Neighbourhood", 0], ["Status", 0], ["Size", 1], ["What it says", 0]],
    table: points.map((point) => [point.name, pointKinds[point.kind], placeName(point.place ?? ""), point.area ? placeName(point.area) : "", statusWords[point.status] ?? point.status, point.amount, [point.note, point.longitude === null ? "not on the map" : point.area ? point.position : "outside the area, not on the map"].filter(Boolean).join("; ")]),
    links: points.map(pageOf) };
};
Object.assign(basisOf, {
  map: () => { const { facility } = mapMeasures[state.map_measure]; return facility ? "local_estates" : "neighbourhood_population"; },
  map_points: () => (state.map_marks === "sites" ? "housing_delivery" : "local_estates"),
});
Object.assign(touched, { map_measure: ["map", "map_points"], map_areas: ["map"], map_marks: ["map", "map_points"] });
builders.push(() => {
  if (!data.map) return;
  const placeOf = new Map(data.neighbourhoods.map(([code, , place]) => [code, place]));
  shapes = data.map.areas.map(([msoa, neighbourhood, polygons]) => ({ msoa, neighbourhood, place: placeOf.get(neighbourhood), team: data.map.team_of[msoa],
    geometry: { type: "MultiPolygon", coordinates: polygons.map((rings) => rings.map(unpackedRing)) } }));
  const space = data.map.space;
  spaceOf = new Map(space.area.map((area, at) => [`${area}|${space.facility[at]}`, { basis: space.basis[at], first: space.first_year_short[at] }]));
  const known = new Set(space.facility);
  options("map_measure", Object.entries(mapMeasures).filter(([, each]) => !each.facility || known.has(each.facility)).map(([name, each]) => [name, each.words]), "growth");
  options("map_areas", [...(Object.keys(data.map.teams).length ? [["team", "Neighbourhood teams"]] : []), ["neighbourhood", "Neighbourhoods"]], "team");
  options("map_marks", [["sites", "Housing sites"], ["buildings", "Practices, hubs and trust sites"], ["sites and buildings", "Sites and buildings"], ["none", "Nothing"]], "sites");
  $("map-source").textContent = data.map.attribution;
});
}
