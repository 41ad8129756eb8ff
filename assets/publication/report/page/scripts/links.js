// From a number to the assumptions it uses, and from a chart to its data.
// ---- from a number to what it rests on ----------------------------------------------------------------
const staffBasis = () => { const [kind, one, group] = state.group.split("|"); return `staff|${kind === "trust" ? (group === "all" ? "all" : "acute") : one}|${group}`; };
Object.assign(basisOf, {
  people: () => "population", pyramid: () => "population", ages: () => "population", neighbourhood: () => "population",
  delivery: () => "housing_delivery", sites: () => "housing_delivery",
  demand: () => `service|${state.service}`, drivers: () => `service|${state.service}`,
  workforce: staffBasis, gaps: () => "workforce",
  estates: () => `facility|${state.facility.split("|")[2]}`, breach: () => "estates",
  local_estates: () => `facility|${state.local_facility}`, contributions: () => "developer_contributions",
  plan: () => (state.series?.startsWith("population.") ? "population" : state.series?.startsWith("net_additional_dwellings.") ? "housing_delivery" : "activity_forecast"),
  matters: () => setting.headline_bases[state.headline],
});
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
// What the address asks for; one that was mistyped is taken as it stands.
const addressed = () => { try { return decodeURIComponent(location.hash.slice(1)); } catch { return location.hash.slice(1); } };
// A link to one assumption finds it even while the list is narrowed to others.
function shownAt() {
  const row = document.getElementById(addressed());
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
