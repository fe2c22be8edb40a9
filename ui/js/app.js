// Improvements on pages that already work without: nothing here is needed to do the work.
import "./keys.js";

const root = document.documentElement;
const prefersDark = matchMedia("(prefers-color-scheme: dark)");

// Light or dark: the server remembers it by cookie; what the system prefers anyway need not be remembered.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-scheme-switch]");
  if (!form) return;
  event.preventDefault();
  const dark = root.dataset.scheme ? root.dataset.scheme === "dark" : prefersDark.matches;
  const wanted = dark ? "light" : "dark";
  const remembered = (wanted === "dark") === prefersDark.matches ? "" : wanted;
  if (remembered) root.dataset.scheme = remembered;
  else delete root.dataset.scheme;
  document.cookie = `scheme=${remembered};path=/;max-age=${remembered ? 31536000 : 0};samesite=lax`;
});

// How much room is left in a long text; said aloud only when it gets tight.
for (const area of document.querySelectorAll("textarea[data-limit]")) {
  const counter = document.getElementById(`${area.id}_counter`);
  const limit = Number(area.dataset.limit);
  const show = () => {
    const left = limit - [...area.value.replace(/\r?\n/g, "\r\n")].length;
    counter.textContent = left < 0 ? `${(-left).toLocaleString("nl")} tekens te veel` : `Nog ${left.toLocaleString("nl")} tekens`;
    counter.classList.toggle("is-over", left < 0);
    counter.setAttribute("aria-live", left < limit / 10 ? "polite" : "off");
  };
  area.addEventListener("input", show);
  if (area.value) show();
}

// An open menu closes with Escape, and when one clicks elsewhere.
const menus = () => document.querySelectorAll(".utrecht-page-header details[open]");
document.addEventListener("click", (event) => menus().forEach((menu) => menu.contains(event.target) || (menu.open = false)));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
});

// A wide process picture opens at the step where the case is.
for (const step of document.querySelectorAll(".process .is-current")) {
  const box = step.closest(".process");
  const [inner, outer] = [step.getBoundingClientRect(), box.getBoundingClientRect()];
  box.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
  box.scrollTop += inner.top + inner.height / 2 - outer.top - outer.height / 2;
}

document.querySelector("[data-error-summary]")?.focus();
