// Looks at pages in Chromium, each as the person whose session it is: what axe finds, what is wider than the window,
// what the browser complains of, panels that show nothing of what is in them, and whether each stop of the Tab key can be seen.
import fs from "node:fs";
import { chromium } from "playwright-core";

const { base, browser, looks } = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const axe = fs.readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const found = [];

const chrome = await chromium.launch({ executablePath: browser, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
for (const [width, scheme, pages] of looks) {
  const page = await open(width, scheme);
  let here = "";
  for (const { name, path, cookies } of pages) {
    if (name !== here) await become(page.context(), cookies);
    here = name;
    await look(page, name, path, width, scheme);
  }
  await page.context().close();
}
await chrome.close();
process.stdout.write(JSON.stringify(found));

async function open(width, scheme) {
  const context = await chrome.newContext({
    viewport: { width, height: 900 }, colorScheme: scheme, locale: "nl-NL", reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const complain = (words) => found.push(`${page.url()}, ${width} ${scheme}: ${words}`);
  page.on("console", (message) => { if (message.type() === "error") complain(message.text()); });
  page.on("pageerror", (error) => complain(error.message));
  return page;
}

async function become(context, cookies) {
  await context.clearCookies();
  await context.addCookies(Object.entries(cookies).map(([name, value]) => ({ name, value, url: base })));
}

// Panels with words in them of which none can be seen, besides the head and the foot.
function emptied() {
  const within = (panel, words) => [...panel.children].filter((part) => !part.matches(".panel__head, .panel__foot")).map(words).join("").trim();
  return [...document.querySelectorAll("main .panel:not(.panel .panel)")]
    .filter((panel) => panel.checkVisibility() && within(panel, (part) => part.textContent) && !within(panel, (part) => part.innerText))
    .map((panel) => panel.innerText.trim().slice(0, 40));
}

async function look(page, name, path, width, scheme) {
  const say = (words) => found.push(`${path} as ${name}, ${width} ${scheme}: ${words}`);
  const response = await page.goto(base + path, { waitUntil: "load" });
  if (response.status() !== 200) say(`answered ${response.status()}`);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (wider > 0) say(`${wider} px wider than the window`);
  for (const title of await page.evaluate(emptied)) say(`nothing of ‘${title}’ is shown in this window`);
  if (width === 320) return;
  await page.evaluate(axe);
  const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly, resultTypes: ["violations"] }), tags);
  for (const { id, nodes } of violations) say(`${id}: ${nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
  if (width !== 1440) return;
  for (let stop = 0; stop < 12; stop++) {
    await page.keyboard.press("Tab");
    const unseen = await page.evaluate(() => {
      const here = document.activeElement, style = getComputedStyle(here);
      return here !== document.body && style.outlineStyle === "none" && style.boxShadow === "none" ? here.outerHTML.slice(0, 80) : "";
    });
    if (unseen) say(`focus is not seen on ${unseen}`);
  }
}
