// Opens a page from disk in Firefox, runs the function that a file holds in it, and prints what it gave back, with
// all that the page asked for, said or opened meanwhile. node evaluate.mjs PAGE.html FIREFOX FUNCTION.js
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [file, executablePath, script] = process.argv.slice(2);
const profile = await mkdtemp(join(tmpdir(), "mapper-firefox-"));
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true, userDataDir: profile });
const seen = { requests: [], messages: [], errors: [], dialogs: [], pages: [] };
try {
  const page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 860 });
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => seen.messages.push(message.text()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  page.on("dialog", (dialog) => (seen.dialogs.push(dialog.message()), dialog.dismiss()));
  browser.on("targetcreated", (target) => seen.pages.push(target.url()));
  await page.goto(pathToFileURL(file).href);
  seen.result = await page.evaluate(`(${await readFile(script, "utf8")})()`);
  seen.address = page.url();
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
process.stdout.write(JSON.stringify(seen));
