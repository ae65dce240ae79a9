// Opens a map page from disk in Firefox, does there what a reader does, and prints what was seen as JSON.
// node firefox.mjs MAP.html FIREFOX WIDTHxHEIGHT WALK…
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [file, executablePath, size, ...names] = process.argv.slice(2);
const [width, height] = size.split("x").map(Number);
const folder = await mkdtemp(join(tmpdir(), "mapper-firefox-"));
const saved = join(folder, "saved");
const seen = { requests: [], messages: [], errors: [] };

const WALKS = {
  /** The titles of the cards that open when each number, each entry of the list and each passage is chosen. */
  reach: async () => {
    const page = await open();
    const title = await page.title();
    // What nobody sees yet waits: the list is made when its tab is first asked for.
    await click(page, "#tab-events");
    await page.waitForSelector(".item");
    const list = await texts(page, ".item strong");
    const found = {};
    for (const way of [".badge", ".item"]) found[way] = await page.evaluate(reached, way);
    await click(page, "#tab-source");
    found[".passage .chip"] = await page.evaluate(reached, ".passage .chip");
    return { title, counts: await text(page, ".counts"), list, found };
  },

  find: async () => {
    const page = await open("#tab=events");
    await page.type("[type=search]", "LEYOGAN");
    await page.waitForFunction(() => document.querySelectorAll(".item").length === 1);
    const found = { list: await texts(page, ".item strong"), marks: await texts(page, ".item mark") };
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.querySelectorAll(".item").length > 1);
    await click(page, ".find-more-button");
    await click(page, ".facet h2 button");
    const figures = await texts(page, ".facet li .figure");
    await click(page, ".facet li label");
    await page.waitForSelector(".chosen-chip");
    return { ...found, figures, counts: await text(page, ".counts"), hash: await settled(page) };
  },

  time: async () => {
    const page = await open("#tab=events");
    for (const edge of ["from", "to"]) {
      const field = await page.$(`.timeline .time-date [id$=${edge}]`);
      await field.type("2024-07");
      await field.press("Enter");
    }
    await page.waitForFunction(() => document.querySelectorAll(".item").length === 7);
    const typed = await settled(page);
    await page.focus("[role=slider]");
    await page.keyboard.press("ArrowLeft");
    await page.waitForFunction(() => document.querySelectorAll(".item").length === 8);
    await page.keyboard.press("PageUp");
    return { typed, moved: await settled(page), said: await page.$eval("[role=slider]", (one) => one.ariaValueText) };
  },

  /** Everything at once in the address, and back. */
  address: async (hash) => {
    const page = await open(hash);
    await page.waitForSelector(".card h2");
    return {
      card: await text(page, ".card h2"),
      list: await texts(page, ".item strong"),
      tab: await page.$eval("[role=tab][aria-selected=true]", (one) => one.id),
      language: await page.$eval("html", (one) => one.lang),
      hash: await settled(page),
    };
  },

  history: async () => {
    const page = await open();
    const state = async () => {
      await settled(page);
      return [await page.$eval("[role=tab][aria-selected=true]", (one) => one.id), (await texts(page, ".card h2"))[0] ?? null];
    };
    const states = [await state()];
    await click(page, "#tab-events");
    states.push(await state());
    await click(page, ".item");
    states.push(await state());
    for (const way of ["goBack", "goBack", "goForward", "goForward"]) {
      await page.evaluate((name) => history[name === "goBack" ? "back" : "forward"](), way);
      states.push(await state());
    }
    return states;
  },

  language: async () => {
    const page = await open("#event=leogane-target-2024");
    await page.waitForSelector(".card blockquote");
    const quote = () => text(page, ".card blockquote");
    const before = await quote();
    await click(page, ".tools button");
    await page.evaluate(() => [...document.querySelectorAll("[role=menuitemradio]")].find((one) => one.textContent.includes("Krey")).click());
    await page.waitForFunction(() => document.documentElement.lang === "ht");
    return { before, after: await quote(), when: await text(page, ".card dd"), tabs: await texts(page, "[role=tab]") };
  },

  download: async () => {
    const page = await open("#types=Violence%20against%20civilians");
    await page.waitForSelector(".chosen-chip");
    for (const at of [0, 1, 2, 3]) {
      await page.evaluate(() => [...document.querySelectorAll(".tools button")].find((one) => /Download/.test(one.textContent)).click());
      await page.waitForSelector("[role=menuitem]");
      await page.evaluate((which) => document.querySelectorAll("[role=menuitem]")[which].click(), at);
      await arrived(at + 1);
    }
    const files = await readdir(saved);
    return Object.fromEntries(await Promise.all(files.map(async (name) => [name, await readFile(join(saved, name), "utf8")])));
  },

  table: async () => {
    const page = await open("#tab=table");
    await page.waitForSelector(".table tbody tr");
    await page.focus(".table .col-title button");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".col-title[aria-sort=ascending]");
    return texts(page, ".row-title");
  },

  print: async () => {
    const page = await open();
    await page.evaluate(() => addEventListener("beforeprint", () => (window.printed = document.querySelector(".app.printed").textContent)));
    const paper = Buffer.from(await page.pdf({ format: "A4" }));
    return { head: paper.subarray(0, 5).toString(), printed: await page.evaluate(() => window.printed ?? null), left: (await page.$$(".app.printed")).length };
  },

  /** How wide the page is, and which words stand beyond its edge, on each tab. */
  narrow: async () => {
    const page = await open("#event=leogane-target-2024");
    const wide = {};
    for (const tab of await page.$$eval("[role=tab]", (all) => all.map((one) => one.id))) {
      await click(page, `#${tab}`);
      await pause(50);
      wide[tab] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        [...document.querySelectorAll(".app *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && one.getClientRects().length > 0 && !one.closest(".leaflet-pane, .table-scroll, .unseen")).map((one) => one.outerHTML.slice(0, 80)),
      ]);
    }
    return wide;
  },
};

const browser = await puppeteer.launch({
  browser: "firefox", executablePath, headless: true, userDataDir: join(folder, "profile"),
  extraPrefsFirefox: { "browser.download.folderList": 2, "browser.download.dir": saved, "browser.download.useDownloadDir": true, "browser.download.always_ask_before_handling_new_types": false, "browser.download.alwaysOpenPanel": false },
});
try {
  for (const name of names) {
    const [walk, hash] = name.split(/(?=#)/);
    seen[walk] = await WALKS[walk](hash);
  }
} finally {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
}
console.log(JSON.stringify(seen));

async function open(hash = "") {
  for (const old of await browser.pages()) if (old.url().startsWith("file:")) await old.close();
  const page = await browser.newPage();
  await page.setViewport({ width, height });
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => seen.messages.push(message.text()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  await page.goto(pathToFileURL(file).href + hash);
  await page.waitForSelector(".badge");
  return page;
}

/** In the page: chooses one thing after the other, and closes the card that each opens. */
async function reached(selector) {
  const until = async (holds) => {
    for (let frame = 0; frame < 300 && !holds(); frame += 1) await new Promise(requestAnimationFrame);
  };
  const titles = [];
  const count = document.querySelectorAll(selector).length;
  for (let at = 0; at < count; at += 1) {
    document.querySelectorAll(selector)[at].click();
    await until(() => document.querySelector(".card-head h2"));
    titles.push(document.querySelector(".card-head h2").textContent);
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    await until(() => !document.querySelector(".card-head h2"));
  }
  return titles;
}

/** The fragment, once it is written. */
async function settled(page) {
  await pause(700);
  return page.evaluate(() => location.hash);
}

/** Waits until that many files lie there whole. */
async function arrived(count) {
  for (let tries = 0; tries < 100; tries += 1) {
    const files = await readdir(saved).catch(() => []);
    if (files.length === count && !files.some((name) => name.endsWith(".part"))) return;
    await pause(50);
  }
  throw new Error(`not ${count} files but ${await readdir(saved).catch(() => "none")}`);
}

async function click(page, selector) {
  await page.waitForSelector(selector);
  await page.$eval(selector, (node) => node.click());
}

async function text(page, selector) {
  return page.$eval(selector, (node) => node.textContent);
}

async function texts(page, selector) {
  return page.$$eval(selector, (nodes) => nodes.map((node) => node.textContent));
}
