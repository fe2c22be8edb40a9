// Reports from beginning to end in Chromium, in the narrowest window without scripts: what axe finds on each page, what is wider than the
// window, what the browser complains of or fetches from elsewhere, which cookies it was given, and the receipt on paper.
import fs from "node:fs";
import { chromium } from "playwright-core";

const { base, browser, windows, shots } = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const axe = fs.readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const found = [];

const chrome = await chromium.launch({ executablePath: browser, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
for (const [width, scheme] of windows) {
  try {
    await walk(width, scheme);
  } catch (error) {
    found.push(`${width} ${scheme}: ${error.message.slice(0, 300)}`);
  }
}
await chrome.close();
process.stdout.write(JSON.stringify(found));

async function walk(width, scheme) {
  const context = await chrome.newContext({
    viewport: { width, height: 900 }, colorScheme: scheme, locale: "nl-NL", reducedMotion: "reduce", javaScriptEnabled: width > 320,
  });
  context.setDefaultTimeout(60000);
  const page = await context.newPage();
  const say = (words) => found.push(`${width} ${scheme}: ${words}`);
  page.on("console", (message) => { if (message.type() === "error" && !message.text().includes("status of 422")) say(message.text()); });
  page.on("request", (request) => { if (!request.url().startsWith(base) && !request.url().startsWith("data:")) say(`fetched ${request.url()}`); });
  const look = async (name) => {
    await page.waitForLoadState("load");
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wider > 0) say(`${name} is ${wider} px wider than the window`);
    if (shots) await page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: true });
    if (width === 320) return;  // where no script runs, axe does not either
    await page.evaluate(axe);
    const { violations } = await page.evaluate((runOnly) => window.axe.run(document, { runOnly, resultTypes: ["violations"] }), tags);
    for (const { id, nodes } of violations) say(`${name}, ${id}: ${nodes.slice(0, 3).map((node) => node.target.join(" ")).join(", ")}`);
  };
  const press = async (words) => {
    await page.getByRole("button", { name: words }).click();
    await page.waitForLoadState("load");
  };

  await page.goto(`${base}/melden/`);
  await look("start");
  for (let stop = 0; stop < 8; stop++) {
    await page.keyboard.press("Tab");
    const unseen = await page.evaluate(() => {
      const here = document.activeElement, style = getComputedStyle(here);
      return here !== document.body && style.outlineStyle === "none" && style.boxShadow === "none" ? here.outerHTML.slice(0, 80) : "";
    });
    if (unseen) say(`focus is not seen on ${unseen}`);
  }
  await press("Begin met melden");
  await look("form");
  await press("Bekijk uw melding");
  await look("form-wrong");
  await page.getByLabel("Anoniem").check();
  await page.getByLabel("Wat is er gebeurd?").fill("De wethouder gunde buiten de procedure om.\n\nHet gebeurde twee keer.");
  await page.getByLabel("Bestanden").setInputFiles([
    { name: "een heel lange naam van een bestand zonder einde voorlopig.txt", mimeType: "text/plain", buffer: Buffer.from("bewijs") },
    { name: "twee.txt", mimeType: "text/plain", buffer: Buffer.from("ook bewijs") },
  ]);
  await press("Bekijk uw melding");
  await look("preview");
  await press("Wijzigen");
  await look("form-again");
  await press("Bekijk uw melding");
  await press("Verstuur uw melding");
  await look("receipt");
  const receipt = await page.locator(".receipt").innerText();
  if (!/^\d{4} \d{4} \d{4} \d{4}$/.test(receipt)) say(`no receipt: ${receipt}`);
  await page.emulateMedia({ media: "print" });
  if (shots) await page.screenshot({ path: `${shots}/receipt-print-${width}.png`, fullPage: true });
  if (!(await page.locator(".receipt").isVisible())) say("the receipt is not on paper");
  if (await page.locator(".screen-only").first().isVisible()) say("more is on paper than the receipt");
  await page.emulateMedia({ media: "screen" });
  await page.goto(`${base}/melden/`);
  await page.getByLabel("Uw code").fill("1234 5678 9012 3456");
  await press("Verder met uw melding");
  await look("return-wrong");
  await page.getByLabel("Uw code").fill(receipt);
  await press("Verder met uw melding");
  if (shots) fs.writeFileSync(`${shots}/talk-${width}.html`, await page.content());
  await look("talk");
  await page.getByLabel("Uw bericht").fill("Er is nog iets.");
  await press("Verstuur uw bericht");
  const [download] = await Promise.all([page.waitForEvent("download"), press(/een heel lange naam/)]);
  if (fs.readFileSync(await download.path(), "utf8") !== "bewijs") say("another file came back");
  await page.getByText("Alsnog uw naam geven").click();
  await press("Bewaar uw naam");
  await look("talk-wrong");
  await press("Sluit het gesprek");
  await look("left");
  const cookies = await context.cookies();
  if (cookies.length) say(`cookies: ${cookies.map((each) => each.name).join(", ")}`);
  await context.close();
}
