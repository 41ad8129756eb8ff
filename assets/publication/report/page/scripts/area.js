// A page for each area over the report: #area lists them, #area-<code> shows one.
// ---- what the address asks for ------------------------------------------------------------------------
const AREA = "area", AREA_OF = "area-";
const reportTitle = document.title;
// A section of the report has a name of its own: only other names that begin so are codes of areas.
const areaAsked = () => { const name = addressed(); return name.startsWith(AREA_OF) && !document.getElementById(name) ? name.slice(AREA_OF.length) : null; };
const areaOpen = () => document.documentElement.classList.contains("area-open");
const areaHref = (code) => `#${AREA_OF}${encodeURIComponent(code)}`;
const areaPage = (code) => (Object.hasOwn(data.area_pages, code) ? data.area_pages[code] : null);
let areaLeft = null;
function areaLink(code, text) {
  if (!areaPage(code)) return document.createTextNode(text);
  const link = document.createElement("a");
  link.href = areaHref(code);
  link.textContent = text;
  return link;
}
const areaCell = (value) => (Array.isArray(value) ? areaLink(value[0], value[1]) : document.createTextNode(value));
function areaMade(tag, content, className) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...[content].flat().map((each) => (each instanceof Node ? each : document.createTextNode(each))));
  return made;
}

// ---- a page -------------------------------------------------------------------------------------------
function areaTable(part) {
  const table = document.createElement("table");
  const numeric = (at) => part.numeric[at] === "1";
  const top = document.createElement("tr");
  part.columns.forEach((heading, at) => { const cell = areaMade("th", heading, numeric(at) ? "n" : ""); cell.scope = "col"; top.append(cell); });
  const body = document.createElement("tbody");
  for (const row of part.rows) {
    const line = document.createElement("tr");
    row.forEach((value, at) => { const cell = areaMade(at ? "td" : "th", areaCell(value), numeric(at) ? "n" : ""); if (!at) cell.scope = "row"; line.append(cell); });
    body.append(line);
  }
  table.append(areaMade("caption", part.title, "aside"), areaMade("thead", top), body);
  const wrap = areaMade("div", table, "wrap");
  wrap.tabIndex = 0;
  wrap.setAttribute("role", "region");
  wrap.setAttribute("aria-label", part.title);
  return wrap;
}
function areaPart(part, name) {
  const made = areaMade("div", areaMade("h3", part.title), `area-part${part.wide ? " wide" : ""}`);
  if (part.rows) made.append(areaTable(part));
  if (part.says) made.append(areaMade("p", part.says, "small"));
  if (part.points) {
    const links = part.points.every((each) => Array.isArray(each));
    made.append(areaMade("ul", part.points.map((each) => areaMade("li", areaCell(each))), links ? "area-links" : "small"));
  }
  if (part.basis && setting.bases[part.basis]) {
    const link = areaMade("a", ["Assumptions used", areaMade("span", `: ${part.title}, ${name}`, "aside")], "behind-it no-print");
    link.href = "#assumptions";
    link.dataset.basis = part.basis;
    link.dataset.of = `${part.title}, ${name}`;
    made.append(areaMade("p", link, "small no-print"));
  }
  return made;
}
// How much smaller a long page is printed so that it stays one sheet: lines of its parts, two columns side by side.
const LINES_OF_A_SHEET = 76;
function areaFit(page) {
  const lines = (part) => 1.6 + (part.rows ? 1.1 + part.rows.length : 0) + Math.ceil((part.says ?? "").length / (part.wide ? 190 : 90)) + (part.points ?? []).reduce((sum, each) => sum + (Array.isArray(each) ? 0.4 : Math.ceil(each.length / 190)), 0);
  const all = page.parts.reduce((sum, part) => sum + lines(part) * (part.wide ? 1 : 0.55), page.lead.length * 2 + 6 + (data.map ? 6 : 0));
  return Math.min(1, LINES_OF_A_SHEET / all).toFixed(2);
}
function areaShown(code) {
  const page = code ? areaPage(code) : null;
  const title = page ? `${page.name} (${code})` : code ? "No page for this area" : "A page for each area";
  $("area-h").textContent = title;
  document.title = `${title}, ${reportTitle}`;
  const parts = [];
  if (page) {
    const within = page.within.flatMap((each, at) => [at ? ", " : ": in ", areaCell(each)]);
    parts.push(areaMade("p", [capital(page.kind), ...within, "."], "area-within"), ...page.lead.map((each) => areaMade("p", each, "area-lead")));
    const [first, ...others] = page.parts.map((part) => areaPart(part, page.name));
    parts.push(areaMade("div", [first, ...markedMap(code, page), ...others], "area-parts"));
  } else if (code) parts.push(areaMade("p", `This release has no area with the code ${code}. Find it by name, or see the list of all areas.`));
  if (code && !page) parts.push(areaMade("p", Object.assign(areaMade("a", "All areas"), { href: "#area" })));
  if (!code) parts.push(...areaLists());
  $("area-page").replaceChildren(...parts);
  if (page) $("area").style.setProperty("--fit", areaFit(page));
  for (const name of ["area-print", "area-made"]) $(name).hidden = !page;
  $("area").dataset.code = page ? code : "";
}
const areaKinds = () => Object.entries(data.area_pages).reduce((kinds, entry) => kinds.set(entry[1].kind, [...(kinds.get(entry[1].kind) ?? []), entry]), new Map());
function areaLists() {
  return [...areaKinds()].map(([kind, entries]) => {
    const made = areaMade("details", areaMade("summary", `${capital(kind)}${entries.length > 1 ? `s (${entries.length})` : ""}`));
    made.open = entries.length <= 30;
    const sorted = [...entries].sort(([, a], [, b]) => a.name.localeCompare(b.name));
    made.append(areaMade("ul", sorted.map(([code, page]) => areaMade("li", areaLink(code, page.name))), "area-links"));
    return made;
  });
}

// ---- where it is ---------------------------------------------------------------------------------------
const svgMade = (tag, attributes) => { const made = document.createElementNS("http://www.w3.org/2000/svg", tag); for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value); return made; };
function titled(text) { const title = svgMade("title", {}); title.textContent = text; return title; }
// Rings come as steps from corner to corner, which is what a path is made of.
const areaPath = (polygons) => polygons.flat().map(([x, y, ...steps]) => `M${x} ${y}l${steps.join(" ")}z`).join("");
function areaCorners(polygons) {
  return polygons.flat().flatMap((steps) => { let x = 0, y = 0; const found = []; for (let at = 0; at < steps.length; at += 2) { x += steps[at]; y += steps[at + 1]; found.push([x, y]); } return found; });
}
const AREA_MARKS = { site: ["▲", "housing site"], practice: ["■", "general practice"], hub: ["◆", "hub"], trust_site: ["✚", "trust site"] };
function areaMarks(code, page) {
  const own = page.kind === "trust" || page.kind === "trust site";
  return (own ? ["trust_site"] : ["site", "practice", "hub"]).flatMap((kind) => {
    const points = data.map.points[kind], names = Object.keys(points);
    return (points.name ?? []).map((_, at) => Object.fromEntries(names.map((each) => [each, points[each][at]]))).map((point) => ({ ...point, kind }));
  }).filter((point) => !own || point.site_code === code || point.provider === code);
}
// A map with the area marked among its neighbours, and the sites, practices and hubs around it; none without boundaries.
function markedMap(code, page) {
  if (!data.map) return [];
  const places = new Map(data.neighbourhoods.map(([name, , place]) => [name, place]));
  const marks = areaMarks(code, page), placed = marks.filter((point) => point.longitude !== null);
  const inside = (shape) => page.members.includes(shape[1]) || page.members.includes(shape[0]) || places.get(shape[1]) === code;
  const members = data.map.areas.filter(inside);
  const beside = data.map.areas.filter((shape) => page.within.some(([name]) => name === places.get(shape[1])));
  const framed = [members, beside, data.map.areas].find((shapes) => shapes.length) ?? [];
  const made = areaMade("div", areaMade("h3", "Where it is"), "area-part area-map");
  const corners = framed.flatMap((shape) => areaCorners(shape[2]));
  if (!corners.length) return [];
  let [left, right, low, high] = [0, 0, 1, 1].map((axis, at) => corners.reduce((best, corner) => (at % 2 ? Math.max(best, corner[axis]) : Math.min(best, corner[axis])), at % 2 ? -Infinity : Infinity));
  const squeeze = Math.cos((((low + high) / 2) / data.map.steps) * (Math.PI / 180));
  const margin = (members.length && members.length < 30 ? (members.length === 1 ? 0.5 : 0.15) : 0.04) * Math.max((right - left) * squeeze, high - low);
  [left, right, low, high] = [left * squeeze - margin, right * squeeze + margin, low - margin, high + margin];
  // Twice as wide as high: what the frame holds is then what is drawn.
  const more = [Math.max(0, 2 * (high - low) - (right - left)) / 2, Math.max(0, (right - left) / 2 - (high - low)) / 2];
  [left, right, low, high] = [left - more[0], right + more[0], low - more[1], high + more[1]];
  const wide = right - left, tall = high - low, size = wide / 40;
  const svg = svgMade("svg", { viewBox: `${left} ${-high} ${wide} ${tall}`, role: "img", preserveAspectRatio: "xMidYMid meet" });
  const group = svgMade("g", { transform: `scale(${squeeze} -1)` });
  const ordered = [...data.map.areas].sort((a, b) => Number(inside(a)) - Number(inside(b)));
  for (const shape of ordered) {
    const drawn = svgMade("path", { d: areaPath(shape[2]), class: inside(shape) ? "area-own" : "area-other", "data-to": shape[1] });
    drawn.append(titled(placeName(shape[1])));
    if (shape[1] !== code && areaPage(shape[1])) drawn.addEventListener("click", () => { location.hash = areaHref(shape[1]).slice(1); });
    group.append(drawn);
  }
  svg.append(group);
  const seen = placed.map((point) => ({ ...point, x: point.longitude * squeeze, y: -point.latitude })).filter((point) => point.x > left && point.x < right && point.y > -high && point.y < -low);
  for (const point of seen) {
    const mark = svgMade("text", { x: point.x, y: point.y, "font-size": size * (point.kind === "practice" ? 0.9 : 1.3), "text-anchor": "middle", "dominant-baseline": "central", class: "area-mark" });
    mark.textContent = AREA_MARKS[point.kind][0];
    mark.append(titled(point.name));
    svg.append(mark);
  }
  const kinds = Object.entries(AREA_MARKS).filter(([kind]) => seen.some((point) => point.kind === kind));
  const counted = kinds.map(([kind, [sign, name]]) => `${sign} ${name} (${seen.filter((point) => point.kind === kind).length})`).join(", ");
  svg.setAttribute("aria-label", `Map: ${page.name} ${members.length ? "shaded among its neighbours" : "in the area"}. ${counted}`);
  const lost = marks.filter((point) => point.longitude === null && (point.site_code === code || point.provider === code)).map((point) => point.name);
  made.append(svg, areaMade("p", `${counted ? `${counted}. ` : ""}${lost.length ? `Not on the map, since no position nearer than a postcode district is known: ${lost.join("; ")}. ` : ""}`, "small"));
  return [made];
}

// ---- finding one --------------------------------------------------------------------------------------
const MOST_FOUND = 12;
function areaSearched() {
  const wanted = $("area-search").value.trim().toLowerCase();
  const found = wanted ? Object.entries(data.area_pages).filter(([code, page]) => page.name.toLowerCase().includes(wanted) || code.toLowerCase().includes(wanted)) : [];
  found.sort(([a, one], [b, other]) => Number(b.toLowerCase() === wanted) - Number(a.toLowerCase() === wanted) || Number(other.name.toLowerCase().startsWith(wanted)) - Number(one.name.toLowerCase().startsWith(wanted)));
  $("area-found").replaceChildren(...found.slice(0, MOST_FOUND).map(([code, page]) => areaMade("li", [areaLink(code, page.name), ` ${page.kind}, ${code}`])));
  $("area-matches").textContent = !wanted ? "" : found.length ? `${found.length} found${found.length > MOST_FOUND ? `, the first ${MOST_FOUND} shown` : ""}.` : "No area has this in its name or code.";
}

// ---- coming and going ---------------------------------------------------------------------------------
// The address of an area is of no element, so that the report still stands where the reader left it.
function areaAt(event) {
  const code = areaAsked();
  const wanted = code !== null || addressed() === AREA;
  if (!wanted) {
    if (!areaOpen()) return;
    document.documentElement.classList.remove("area-open");
    document.title = reportTitle;
    const target = document.getElementById(addressed());
    if (areaLeft && (areaLeft.hash || "#summary") === (location.hash || "#summary")) { window.scrollTo({ top: areaLeft.top, behavior: "instant" }); areaLeft.from.focus({ preventScroll: true }); } else (target ?? $("main")).scrollIntoView({ behavior: "instant" });
    rest();
    return;
  }
  if (!areaOpen()) {
    areaLeft = event ? { hash: new URL(event.oldURL).hash, top: window.scrollY, from: document.activeElement } : null;
    $("area-back").href = areaLeft?.hash || "#summary";
    document.documentElement.classList.add("area-open");
  }
  $("area-search").value = "";
  areaSearched();
  areaShown(code);
  window.scrollTo({ top: 0, behavior: "instant" });
  $("area-h").focus({ preventScroll: true });
}
touched["area-search"] = [];
builders.push(() => {
  if (!data.area_pages) return;
  $("area-search").addEventListener("input", areaSearched);
  $("area-chooser").addEventListener("submit", (event) => { event.preventDefault(); const first = $("area-found").querySelector("a"); if (first) location.hash = first.hash; });
  $("area-boundaries").textContent = data.map?.attribution ?? "";
  $("area-release").textContent = `${$("release").firstChild.textContent}${$("release").querySelector("time").textContent}.`;
  $("area-print").addEventListener("click", () => window.print());
  window.addEventListener("hashchange", areaAt);
  areaAt(null);
});
