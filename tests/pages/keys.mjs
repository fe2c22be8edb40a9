// Walks through Mijn taken in Chromium by keys alone. Tells what it saw, as JSON.
import fs from "node:fs";
import { chromium } from "playwright-core";

const { base, browser, session } = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const chrome = await chromium.launch({ executablePath: browser, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
const context = await chrome.newContext({ locale: "nl-NL", viewport: { width: 1280, height: 900 } });
context.setDefaultTimeout(15000);
await context.addCookies([{ name: "sessionid", value: session, url: base }]);
const page = await context.newPage();
const row = () => page.evaluate(() => document.activeElement.closest("tr")?.id ?? "");
const ticked = () => page.locator("input[name=taak]:checked").count();
const asked = () => page.locator("dialog.keys").evaluate((dialog) => dialog.open);
const seen = {};

await page.goto(base + "/");
const rows = await page.locator("[data-keys] tbody tr").evaluateAll((all) => all.map((each) => each.id));
await page.keyboard.press("j");
seen.outside = await row(); // nothing happens while the focus is elsewhere
await page.locator("[data-open]").first().focus();
seen.walk = [];
for (const key of ["j", "ArrowDown", "j", "k", "ArrowUp"]) {
  await page.keyboard.press(key);
  seen.walk.push(rows.indexOf(await row()));
}
await page.keyboard.press("x");
seen.ticked = await ticked();
await page.keyboard.press("x");
seen.cleared = await ticked();
await page.keyboard.press("?");
seen.help = await asked();
await page.keyboard.press("Escape");
seen.closed = !(await asked());
await page.locator("input[type=search][name=q]").last().fill("");
await page.locator(".filters input[name=q]").focus();
await page.keyboard.type("jxk?");
seen.typed = await page.locator(".filters input[name=q]").inputValue();
seen.quiet = [await ticked(), await asked()];
await page.goto(base + "/");
await page.locator("[data-show-keys]").click();
await page.locator("[data-switch-keys]").click();
await page.locator("[data-open]").first().focus();
await page.keyboard.press("j");
seen.off = rows.indexOf(await row());
await page.locator("[data-show-keys]").click();
await page.locator("[data-switch-keys]").click();
await page.locator("[data-open]").first().focus();
await page.keyboard.press("j");
seen.on = rows.indexOf(await row());
await page.keyboard.press("Enter");
await page.waitForURL(/taken/);
seen.opened = new URL(page.url()).pathname;

// Without JavaScript: Tab leads from the first link on the page to the first task.
const plain = await chrome.newContext({ javaScriptEnabled: false, locale: "nl-NL" });
await plain.addCookies([{ name: "sessionid", value: session, url: base }]);
const bare = await plain.newPage();
await bare.goto(base + "/");
await bare.getByRole("link", { name: "Naar de eerste taak" }).focus();
await bare.keyboard.press("Enter");
await bare.keyboard.press("Tab");
await bare.keyboard.press("Tab");
await bare.keyboard.press("Enter");
await bare.waitForURL(/taken/);
seen.plain = new URL(bare.url()).pathname;
await chrome.close();
process.stdout.write(JSON.stringify(seen));
