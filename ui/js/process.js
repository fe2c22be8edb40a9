// Moves and zooms the process picture, for who asks for it. The server's SVG says more: it also shows the road taken.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

for (const box of document.querySelectorAll("[data-process]")) {
  const opener = box.closest("section").querySelector("[data-process-open]");
  opener.hidden = false;
  opener.addEventListener("click", () => { opener.hidden = true; start(box); });
}

async function start(box) {
  const ids = (list) => (list || "").split(" ").filter(Boolean);
  const { process: url, title } = box.dataset;
  const [done, current, next] = [box.dataset.done, box.dataset.current, box.dataset.next].map(ids);
  const response = await fetch(url);
  if (!response.ok) return;
  const canvasBox = element("process__canvas");
  box.append(canvasBox);
  box.classList.add("is-live");
  const viewer = new NavigatedViewer({
    container: canvasBox,
    zoomScroll: { enabled: false }, // or the mouse wheel would no longer scroll the page
    bpmnRenderer: { defaultFillColor: "var(--surface)", defaultStrokeColor: "var(--muted)", defaultLabelColor: "var(--text)" },
    textRenderer: { defaultStyle: { fontFamily: "'Source Sans 3 Variable', sans-serif", fontSize: 13 }, externalStyle: { fontSize: 12 } },
  });
  await document.fonts.load("13px 'Source Sans 3 Variable'");
  try {
    await viewer.importXML(await response.text());
  } catch (error) {
    canvasBox.remove();
    box.classList.remove("is-live");
    throw error;
  }
  const canvas = viewer.get("canvas");
  const overlays = viewer.get("overlays");
  const registry = viewer.get("elementRegistry");
  const mark = (list, marker) => list.filter((id) => registry.get(id)).forEach((id) => canvas.addMarker(id, marker));
  mark(done, "is-done");
  mark(next, "is-next");
  mark(current, "is-current");
  mark(registry.filter((item) => /:(Lane|Participant)$/.test(item.type)).map((item) => item.id), "is-lane");
  for (const id of done) {
    if (registry.get(id)?.type.endsWith("Task")) overlays.add(id, { position: { top: -9, right: 11 }, html: element("process__check", "✓") });
  }
  for (const id of current) {
    if (registry.get(id)) overlays.add(id, { position: { bottom: -2, left: 0 }, html: element("process__here", "Huidige stap") });
  }
  const svg = canvasBox.querySelector("svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", title);

  const toCurrent = () => {
    const item = registry.get(current[0]);
    if (!item) return;
    const zoom = canvas.zoom();
    const { width, height } = canvas.getSize();
    canvas.viewbox({
      x: item.x + item.width / 2 - width / zoom / 2, y: item.y + item.height / 2 - height / zoom / 2,
      width: width / zoom, height: height / zoom,
    });
  };
  canvas.zoom("fit-viewport");
  if (canvas.zoom() < 0.62) { canvas.zoom(0.75); toCurrent(); }
  const actions = {
    in: () => viewer.get("zoomScroll").stepZoom(1),
    out: () => viewer.get("zoomScroll").stepZoom(-1),
    fit: () => canvas.zoom("fit-viewport"),
    current: () => { if (canvas.zoom() < 0.8) canvas.zoom(0.95); toCurrent(); },
  };
  const panel = box.closest("section");
  panel?.querySelector(".zoom")?.removeAttribute("hidden");
  panel?.addEventListener("click", (event) => actions[event.target.closest("[data-zoom]")?.dataset.zoom]?.());
}

function element(className, text = "") {
  const made = document.createElement("div");
  made.className = className;
  made.textContent = text;
  return made;
}
