// Opens every page of a site from its folder, as a reader would: axe-core, both themes, narrow and wide; then the search.
// Reads {chromium, modules, pages: {name: path}, search: path, word} on stdin; writes what is wrong as JSON on stdout.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const job = JSON.parse(readFileSync(0, "utf8"));
const require = createRequire(join(job.modules, "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const browser = await chromium.launch({ executablePath: job.chromium, args: ["--no-sandbox"] });
const found = { pages: [], search: 0 };

async function open(path, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`erreur : ${error}`));
  page.on("request", (one) => { if (!/^(file|data|about|blob):/.test(one.url())) faults.push(`réseau : ${one.url()}`); });
  await page.goto(path);
  await page.waitForTimeout(300);
  return { page, faults, close: () => context.close() };
}

for (const [name, path] of Object.entries(job.pages)) {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [320, 1440]) {
      const { page, faults, close } = await open(pathToFileURL(path).href, { colorScheme, viewport: { width, height: 900 } });
      await page.evaluate(axe);
      const result = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values } }), TAGS);
      for (const rule of result.violations) faults.push(`${rule.id} : ${rule.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" … ")}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (over) faults.push(`déborde de ${over} pixels`);
      found.pages.push({ name, colorScheme, width, passes: result.passes.length, faults });
      await close();
    }
  }
}

const { page, faults, close } = await open(`${pathToFileURL(job.search).href}?q=${encodeURIComponent(job.word)}`, {});
await page.waitForSelector(".md-search-result__item", { state: "attached", timeout: 20000 }).catch(() => faults.push("aucun résultat"));
found.search = await page.locator(".md-search-result__item").count();
found.faults = faults;
await close();
await browser.close();
process.stdout.write(JSON.stringify(found));
