// Plays lines of a story in Chromium with JavaScript switched off: who, what they click, fill in and send, and what they
// then must read. Tells what went otherwise, as JSON.
import fs from "node:fs";
import { chromium } from "playwright-core";

const { base, browser, sessions, story } = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const chrome = await chromium.launch({ executablePath: browser, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
const people = new Map();
const wrong = [];
for (const line of story) {
  try {
    await play(await pageOf(line.who), line);
  } catch (error) {
    const page = await pageOf(line.who);
    wrong.push(`${line.who}, ${line.send}: ${String(error).slice(0, 300)} at ${page.url()}: ${(await page.innerText("main")).slice(0, 600)}`);
    break;
  }
}
await chrome.close();
process.stdout.write(JSON.stringify(wrong));

async function pageOf(name) {
  if (!people.has(name)) {
    const context = await chrome.newContext({ javaScriptEnabled: false, locale: "nl-NL", viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(15000);
    await context.addCookies([{ name: "sessionid", value: sessions[name], url: base }]);
    people.set(name, await context.newPage());
  }
  return people.get(name);
}

async function play(page, { click, fill, send, reads }) {
  await page.goto(base + "/");
  for (const words of click) await page.locator("main").getByRole("link", { name: words }).first().click();
  for (const [name, value] of Object.entries(fill)) await enter(page, name.startsWith("[") ? name : `[name="${name}"]`, value);
  await page.locator("main").getByRole("button", { name: send, exact: true }).click();
  await page.getByText(reads).first().waitFor();
}

async function enter(page, selector, value) {
  const fields = page.locator(selector);
  const type = await fields.first().evaluate((field) => field.type);
  if (type === "radio") await page.locator(`${selector}[value="${value}"]`).check({ force: true });
  else if (type === "checkbox") for (const field of await fields.all()) await field.check({ force: true });
  else if (type === "select-one") await fields.first().selectOption(value);
  else await fields.first().fill(value);
}
