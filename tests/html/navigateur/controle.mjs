// Looks at pages as a person would: in both themes, narrow and wide, by keyboard, on paper.
// Reads {chromium, modules, shots, pages: {name: path}} on stdin; writes what it saw as JSON on stdout.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const job = JSON.parse(readFileSync(0, "utf8"));
const require = createRequire(join(job.modules, "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const SCHEMES = ["light", "dark"];
const WIDTHS = [320, 1440];

// WCAG 1.4.12: what a reader may set, and lose nothing.
const SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }";
// Nothing out of sight, so that axe can decide on every contrast.
const UNFOLDED = "body { width: 4000px !important } main { max-width: none !important } .defile { overflow: visible !important }";

const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
const named = (found) => found.map((rule) => ({
  id: rule.id,
  nodes: rule.nodes.map((node) => `${node.target.join(" ")} : ${node.html.slice(0, 160)}`),
}));

async function open(browser, path, options) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  const seen = { complaints: [], requests: [] };
  page.on("console", (message) => seen.complaints.push(message.text()));
  page.on("pageerror", (error) => seen.complaints.push(String(error)));
  page.on("request", (request) => seen.requests.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  return { page, seen, close: () => context.close() };
}

async function judged(browser, name, path, scheme, width) {
  const { page, close } = await open(browser, path, { colorScheme: scheme, viewport: { width, height: 900 }, bypassCSP: true });
  if (job.shots) await page.screenshot({ path: join(job.shots, `${name}-${width}-${scheme}.png`), fullPage: true });
  const found = { page: name, scheme, width, overflow: await page.evaluate(overflow) };
  await page.evaluate(axe);
  const result = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values } }), TAGS);
  found.violations = named(result.violations);
  found.passes = result.passes.length;
  await page.addStyleTag({ content: UNFOLDED });
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
  const contrast = await page.evaluate(() => axe.run({ exclude: ["svg"] }, { runOnly: ["color-contrast"] }));
  found.contrast = { violations: named(contrast.violations), undecided: named(contrast.incomplete), passes: contrast.passes.flatMap((rule) => rule.nodes).length };
  await close();
  return found;
}

async function spaced(browser, path) {
  const { page, close } = await open(browser, path, { viewport: { width: 320, height: 900 }, bypassCSP: true });
  await page.addStyleTag({ content: SPACED });
  const found = await page.evaluate(overflow);
  await close();
  return found;
}

async function alone(browser, path) {
  const { page, seen, close } = await open(browser, path, { javaScriptEnabled: false });
  await page.waitForTimeout(50);
  await close();
  return seen;
}

async function byKeyboard(browser, path) {
  const { page, close } = await open(browser, path, { viewport: { width: 320, height: 900 } });
  const focused = () => page.evaluate(() => {
    const one = document.activeElement;
    const box = one.getBoundingClientRect();
    return {
      what: one.id || one.className || one.tagName,
      ring: getComputedStyle(one).outlineStyle !== "none" && parseFloat(getComputedStyle(one).outlineWidth) >= 2,
      visible: box.right > 0 && box.bottom > 0 && box.top < innerHeight && box.left < innerWidth && box.width > 0,
    };
  });
  const wanted = await page.evaluate(() => [...document.querySelectorAll("a[href], summary, [tabindex='0']")].filter((one) => one.checkVisibility()).length);
  await page.keyboard.press("Tab");
  const first = await focused();
  await page.keyboard.press("Enter");
  const skipped = (await focused()).what;
  await page.goto("about:blank"); // a mere reload would go on from the fragment
  await page.goto(pathToFileURL(path).href);
  const stops = [];
  for (let count = 0; count < wanted; count += 1) {
    await page.keyboard.press("Tab");
    stops.push(await focused());
  }
  const scrolled = await page.evaluate(() => {
    const wide = [...document.querySelectorAll(".defile")].find((one) => one.scrollWidth > one.clientWidth && one.checkVisibility());
    wide?.focus();
    return wide !== undefined;
  });
  let moved = null;
  if (scrolled) {
    await page.keyboard.press("ArrowRight");
    await page.waitForTimeout(300);
    moved = await page.evaluate(() => document.activeElement.scrollLeft);
  }
  await close();
  return { first, skipped, wanted, stops, moved };
}

async function printed(browser, path) {
  const { page, close } = await open(browser, path, { colorScheme: "dark" });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const colours = await page.evaluate(() => [getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]);
  const sheet = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  await close();
  return { colours, bytes: sheet.length };
}

const root = process.getuid?.() === 0; // Chromium refuses its sandbox to root
const browser = await chromium.launch({ executablePath: job.chromium, args: root ? ["--no-sandbox"] : [] });
const found = { version: browser.version(), judged: [], pages: {} };
for (const [name, path] of Object.entries(job.pages)) {
  for (const scheme of SCHEMES) for (const width of WIDTHS) found.judged.push(await judged(browser, name, path, scheme, width));
  found.pages[name] = { spaced: await spaced(browser, path), alone: await alone(browser, path), keyboard: await byKeyboard(browser, path), printed: await printed(browser, path) };
}
await browser.close();
process.stdout.write(JSON.stringify(found));
