// Opens a map page from disk in Firefox and reaches every event by map, list and text; prints what it saw as JSON.
// node firefox.mjs MAP.html FIREFOX [WIDTHxHEIGHT]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [file, executablePath, size = "1400x860"] = process.argv.slice(2);
const [width, height] = size.split("x").map(Number);
const profile = await mkdtemp(join(tmpdir(), "mapper-firefox-"));
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true, userDataDir: profile });
const seen = { requests: [], messages: [], errors: [] };
try {
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => seen.messages.push(message.text()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector(".badge");
  seen.title = await page.title();
  seen.counts = await page.$eval(".counts", (node) => node.textContent);
  await page.click("#tab-events");
  await page.waitForSelector(".item");
  seen.list = await page.$$eval(".item strong", (nodes) => nodes.map((node) => node.textContent));
  seen.byList = await reached(page, ".item");
  seen.byMap = await reached(page, ".badge");
  await page.click("#tab-source");
  seen.byText = await reached(page, ".passage .chip");
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
console.log(JSON.stringify(seen));

/** The titles of the cards that open when each of the things is chosen, one after the other. */
async function reached(page, selector) {
  const titles = [];
  const count = (await page.$$(selector)).length;
  for (let at = 0; at < count; at += 1) {
    await page.$$eval(selector, (nodes, index) => nodes[index].click(), at);
    await page.waitForSelector(".card-head h2");
    titles.push(await page.$eval(".card-head h2", (node) => node.textContent));
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.querySelector(".card-head h2") === null);
  }
  return titles;
}
