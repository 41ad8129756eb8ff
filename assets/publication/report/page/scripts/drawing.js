// Draws a figure: its chart and, always, its table.
// ---- drawing ------------------------------------------------------------------------------------------
// links: where the first cell of each row leads, where it leads anywhere.
function fill(table, caption, columns, rows, links = []) {
  const make = (tag, text, scope, numeric) => {
    const made = document.createElement(tag);
    made.textContent = text;
    if (scope) made.scope = scope;
    if (numeric) made.className = "n";
    return made;
  };
  const title = make("caption", caption);
  const head = document.createElement("thead"), top = document.createElement("tr");
  columns.forEach(([name, numeric]) => top.append(make("th", name, "col", numeric)));
  head.append(top);
  const body = document.createElement("tbody");
  for (const [number, row] of rows.entries()) {
    const line = document.createElement("tr");
    row.forEach((value, at) => line.append(at ? make("td", value, null, columns[at][1]) : make("th", value, "row")));
    if (links[number]) {
      const link = make("a", row[0]);
      link.href = links[number];
      line.firstChild.replaceChildren(link);
    }
    body.append(line);
  }
  table.replaceChildren(title, head, body);
}
const hover = $("hover");
function tooltip(_handler, event, _item, value) {
  if (value === null || value === undefined || value === "") { hover.hidden = true; return; }
  hover.textContent = typeof value === "object" ? Object.values(value).join("\n") : String(value);
  hover.hidden = false;
  hover.style.left = `${Math.min(event.clientX + 12, window.innerWidth - hover.offsetWidth - 8)}px`;
  hover.style.top = `${Math.min(event.clientY + 12, window.innerHeight - hover.offsetHeight - 8)}px`;
}
async function draw(figure) {
  const name = figure.dataset.figure;
  const made = figures[name]();
  const turn = (drawn.get(name)?.turn ?? 0) + 1;
  drawn.set(name, { made, turn, view: drawn.get(name)?.view });
  figure.querySelector(".title").textContent = made.title;
  figure.querySelector(".says").textContent = made.says;
  fill(figure.querySelector("table"), made.title, made.columns, made.table, made.links);
  figure.querySelector(".behind .wrap").setAttribute("aria-label", `Table: ${made.title}`);
  const plot = figure.querySelector(".plot");
  plot.setAttribute("aria-label", `Chart: ${made.title}. The table below has its numbers.`);
  const behind = figure.querySelector(".behind-it");
  behind.dataset.basis = basisOf[name]?.() ?? "";
  behind.dataset.of = made.title;
  figure.querySelector(".download").disabled = !made.table.length;
  if (!made.form) { plot.hidden = true; plot.replaceChildren(); figure.dataset.drawn = "yes"; return; }
  plot.hidden = false;
  await library();
  if (drawn.get(name).turn !== turn) return;
  const spec = structuredClone(setting.charts[made.form]);
  const named = spec.layer.some((layer) => layer.encoding.y?.field === "name");
  if (named) {
    let lines = 1;
    for (const row of made.rows) {
      const parts = broken(row.name, narrow() ? 20 : 44);
      lines = Math.max(lines, parts.length);
      row.name = parts.join("\n");
    }
    const least = 14 * lines + 8;
    if (spec.height?.step) spec.height = { step: Math.max(spec.height.step, least) };
    else if (lines > 1) spec.height = Math.max(spec.height, least * new Set(made.rows.map((row) => row.name)).size);
  }
  if (narrow()) for (const layer of spec.layer) if (layer.encoding.x?.axis?.tickCount) layer.encoding.x.axis.tickCount = 3;
  for (const param of spec.params ?? []) if (made.params && param.name in made.params) param.value = made.params[param.name];
  if (made.height) spec.height = made.height;
  spec.datasets = { rows: made.rows, marked: made.marked ?? [], ...made.others };
  const before = drawn.get(name).view;
  const holder = document.createElement("div");
  holder.style.width = "100%";
  holder.setAttribute("aria-hidden", "true");
  plot.replaceChildren(holder);
  before?.finalize();
  const { view } = await window.vegaEmbed(holder, spec, { actions: false, renderer: "svg", tooltip, logLevel: 1, ast: false });
  drawn.get(name).view = view;
  if (made.leads) view.addEventListener("click", (_event, item) => { if (item?.datum?.to) location.hash = item.datum.to; });
  figure.dataset.drawn = "yes";
}
