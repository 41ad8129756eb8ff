// Choices of the reader, and the start: the last script.
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
  for (const builder of builders) builder();
  for (const id of ["from", "to"]) if ($(id)) state[id] = $(id).value;
}
Object.assign(touched, {
  band: ["people"], service: ["demand", "drivers"], group: ["workforce"], facility: ["estates"], from: ["ages"], to: ["ages"],
  "neighbourhood-choice": ["neighbourhood"], local_facility: ["local_estates"], series: ["plan"], headline: ["matters"],
});
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
  Object.values(data.cubes).forEach(levels);
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
// Charts above the place that a link led to have pushed it away while they were drawn: the reader is led there again.
let ledTo = location.hash;
function landed() {
  const place = ledTo && !ledTo.startsWith("#area") && document.getElementById(decodeURIComponent(ledTo.slice(1)));
  ledTo = "";
  if (place) place.scrollIntoView({ behavior: "instant" });
}
window.addEventListener("hashchange", () => { ledTo = document.body.dataset.ready === "yes" ? "" : location.hash; });
for (const moved of ["wheel", "touchmove", "keydown"]) window.addEventListener(moved, () => { ledTo = ""; }, { passive: true });
// Charts out of sight are drawn when nothing else is to do, so that printing finds every one as chosen.
let waiting = false;
function rest() {
  document.body.dataset.ready = "no";
  if (waiting) return;
  waiting = true;
  (window.requestIdleCallback ?? ((call) => setTimeout(call, 200)))(() => {
    waiting = false;
    // What stands behind an area's page has no width to draw in: it is drawn when the reader comes back.
    if (areaOpen()) { document.body.dataset.ready = "yes"; return; }
    const next = [...document.querySelectorAll("[data-figure]")].find((figure) => figure.dataset.drawn !== "yes");
    if (!next) { document.body.dataset.ready = "yes"; landed(); return; }
    draw(next).catch((error) => { next.dataset.drawn = "yes"; trouble(error); }).finally(rest);
  });
}
document.addEventListener("click", led);
window.addEventListener("hashchange", shownAt);
$("all-assumptions")?.addEventListener("click", () => list(null));
requestAnimationFrame(() => setTimeout(() => start().catch(trouble), 0));
