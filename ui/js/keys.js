// Keys for walking through a list. Only while the focus is on a row of it, and off for who switches them off (WCAG 2.1.4).
const OFF = "rolzuiver-keys-off";
const list = () => document.querySelector("[data-keys]");
const off = () => localStorage.getItem(OFF) === "1";

function show() {
  const dialog = list()?.querySelector("dialog.keys");
  if (!dialog || dialog.open) return;
  dialog.querySelector("[data-switch-keys]").textContent = off() ? "Toetsen aanzetten" : "Toetsen uitzetten";
  dialog.showModal();
}

function move(row, step) {
  const links = [...list().querySelectorAll("[data-open]")];
  const next = links[links.indexOf(row.querySelector("[data-open]")) + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || off()) return;
  const row = event.target.closest?.("[data-keys] tbody tr");
  if (!row || event.target.closest("select, textarea, input:not([type=checkbox]), [contenteditable]")) return;
  const keys = {
    j: () => move(row, 1), ArrowDown: () => move(row, 1), k: () => move(row, -1), ArrowUp: () => move(row, -1),
    x: () => row.querySelector("input[type=checkbox]")?.click(), "?": show,
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-show-keys]")) show();
  const change = event.target.closest("[data-switch-keys]");
  if (!change) return;
  if (off()) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
  change.closest("dialog").close();
});

const reveal = () => document.querySelectorAll("[data-show-keys]").forEach((button) => { button.hidden = false; });
document.addEventListener("htmx:afterSettle", reveal);
reveal();
