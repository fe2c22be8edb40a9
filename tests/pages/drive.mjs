// A browser with JavaScript switched off, told line by line on its input what somebody does: open a page, fill in its
// form, send it. What nobody said a word about is left as it stands; a required field that is empty then takes the first
// choice there is, or a few words. Answers each line with where that led, or what the page said.
import readline from "node:readline";
import { chromium } from "playwright-core";

const [base, browser] = process.argv.slice(2);
const chrome = await chromium.launch({ executablePath: browser, args: ["--headless", "--no-sandbox", "--disable-gpu"] });
const people = new Map();

for await (const line of readline.createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  let answer;
  try {
    answer = await act(await pageOf(order.who, order.session), order);
  } catch (error) {
    answer = { wrong: String(error).slice(0, 400) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
await chrome.close();

async function pageOf(name, session) {
  if (!people.has(name)) {
    const context = await chrome.newContext({ javaScriptEnabled: false, locale: "nl-NL", viewport: { width: 1280, height: 900 } });
    context.setDefaultTimeout(20000);
    if (session) await context.addCookies([{ name: "sessionid", value: session, url: base }]);
    people.set(name, await context.newPage());
  }
  return people.get(name);
}

async function act(page, { path, click, rows, fill, send }) {
  const opened = await page.goto(base + path);
  if (opened.status() !== 200) return { wrong: `${opened.status()} at ${page.url()}` };
  for (const words of click ?? []) await Promise.all([page.waitForNavigation(), page.locator("main").getByRole("link", { name: words }).first().click()]);
  const form = page.locator("main form.form").last();
  if (!(await form.count())) return { wrong: `no form at ${page.url()}: ${(await page.innerText("main")).slice(0, 900)}` };
  for (const words of rows ?? []) await Promise.all([page.waitForNavigation(), form.getByRole("button", { name: words }).click()]);
  for (const group of await groupsIn(form)) await answerOne(form, group, fill ?? []);
  const button = send ? form.getByRole("button", { name: send }) : form.locator("button[type=submit].nl-button--primary");
  const [response] = await Promise.all([page.waitForNavigation({ waitUntil: "domcontentloaded" }), button.last().click()]);
  const said = (await page.innerText("main")).slice(0, 4000);
  return response.status() === 200 ? { url: page.url(), said } : { wrong: `${response.status()} at ${page.url()}: ${said.slice(0, 900)}` };
}

// Each named field of the form once, with what it takes to fill it in.
function groupsIn(form) {
  return form.evaluate((element) => {
    const found = new Map();
    for (const field of element.elements) {
      if (!field.name || field.disabled || ["hidden", "submit", "button"].includes(field.type)) continue;
      const label = field.closest(".field, .utrecht-form-field")?.innerText ?? "";
      const known = found.get(field.name) ?? { name: field.name, type: field.type, values: [], empty: true, optional: label.includes("(niet verplicht)") };
      if (field.type === "select-one") known.values.push(...[...field.options].map((option) => option.value).filter(Boolean));
      else known.values.push(field.value);
      if (["radio", "checkbox"].includes(field.type) ? field.checked : field.value) known.empty = false;
      found.set(field.name, known);
    }
    return [...found.values()];
  });
}

async function answerOne(form, { name, type, values, empty, optional }, fill) {
  const [, told] = fill.find(([pattern]) => new RegExp(`^(?:${pattern})$`).test(name)) ?? [];
  const fields = form.locator(`[name="${name}"]`);
  if (told === null) return;
  if (told === undefined && (!empty || optional || ["checkbox", "file"].includes(type))) return;
  if (type === "radio") await form.locator(`[name="${name}"][value="${told ?? values[0]}"]`).check({ force: true });
  else if (type === "checkbox") {
    const boxes = told === true ? await fields.all() : [told].flat().map((value) => form.locator(`[name="${name}"][value="${value}"]`));
    for (const box of boxes) await box.check({ force: true });
  } else if (type === "select-one") await fields.first().selectOption(told ?? values[0]);
  else if (type === "file") await fields.first().setInputFiles(told);
  else await fields.first().fill(String(told ?? (type === "number" ? 1 : "Zo afgesproken.")));
}
