// Uses the page as a reader does, every part of it, and gives back what it shows; the same in every browser.
async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const texts = (selector, root) => all(selector, root).map((node) => node.textContent);
  const press = async (target) => {
    (typeof target === "string" ? document.querySelector(target) : target)?.click();
    await frame();
  };
  const until = async (check) => {
    for (let tries = 0; tries < 600 && !check(); tries += 1) await frame();
    return check();
  };
  const seen = { violations: [], cards: [], saved: {}, facets: {}, sources: [], languages: {} };
  document.addEventListener("securitypolicyviolation", (event) => seen.violations.push(`${event.violatedDirective} ${event.blockedURI}`));

  const links = new Set();
  const note = () => all("[href], [src], [action]").forEach((one) => ["href", "src", "action"].forEach((name) => one.hasAttribute(name) && links.add(one.getAttribute(name))));

  // What nobody sees yet waits: the list is made when its tab is first asked for.
  await until(() => document.querySelector("#tab-events"));
  document.querySelector("#tab-events").click();
  await until(() => document.querySelector(".item") && document.querySelector(".leaflet-container path, .leaflet-container canvas"));
  seen.title = document.querySelector("head > title").textContent;
  seen.heading = document.querySelector("h1").textContent;
  seen.legend = texts(".legend .entry-name");
  seen.attribution = document.querySelector(".attribution")?.textContent ?? "";
  seen.labels = texts(".leaflet-container [class*=label]");
  await press("#tab-events");
  seen.list = texts(".item strong");
  const cards = async () => {
    const found = [];
    for (let at = 0; at < all(".item").length; at += 1) {
      await press(all(".item")[at]);
      found.push(document.querySelector(".card")?.textContent ?? "");
      note();
      if (at % 10 === 0) await press(".card .cite");
    }
    await press(".card .close");
    return found;
  };
  seen.cards = await cards();

  await press("#tab-table");
  await until(() => all(".table tbody tr").length >= seen.list.length - texts(".item .struck").length);
  seen.table = texts(".table tbody tr");
  for (const head of all(".table th button").slice(0, 4)) await press(head);

  await press("#tab-source");
  for (let at = 0; at < Math.max(1, all(".sources button").length); at += 1) {
    await press(all(".sources button")[at]);
    if (document.querySelector(".about")?.getAttribute("aria-expanded") === "false") await press(".about");
    note();
    const article = document.querySelector(".source")?.cloneNode(true);
    for (const node of article ? all(".chip, .unseen", article) : []) node.remove();
    seen.sources.push(article?.textContent ?? "");
  }

  if (document.querySelector(".find-more-button")?.getAttribute("aria-expanded") === "false") await press(".find-more-button");
  for (const head of all(".facet h2 button")) if (head.getAttribute("aria-expanded") === "false") await press(head);
  while (all(".show-all").some((one) => !one.dataset.walked)) {
    const button = all(".show-all").find((one) => !one.dataset.walked);
    button.dataset.walked = "yes";
    await press(button);
  }
  for (const facet of all(".facet")) seen.facets[facet.querySelector("h2 button").id] = texts(".value-name", facet);
  seen.chips = texts(".type-chip");
  await press(".facet li input");
  await press(".facet li input:checked");

  const box = document.querySelector("[type=search], [role=searchbox]");
  const write = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  seen.search = [];
  await press("#tab-events");
  for (const text of seen.list.filter((_, at) => at % 9 === 0)) {
    write.call(box, text);
    box.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => setTimeout(done, 160));
    seen.search.push([text, texts(".item strong")]);
  }
  write.call(box, "");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  await frame();

  const made = [];
  const [createObjectURL, click] = [URL.createObjectURL, HTMLAnchorElement.prototype.click];
  URL.createObjectURL = (blob) => (made.push(blob), createObjectURL.call(URL, blob));
  HTMLAnchorElement.prototype.click = () => undefined;
  for (const at of [2, 3]) {
    await press(all(".menu .tool").at(-1));
    await press(all("#menu-download .menu-item")[at]);
  }
  [URL.createObjectURL, HTMLAnchorElement.prototype.click] = [createObjectURL, click];
  for (const blob of made) seen.saved[blob.type.split(";")[0]] = await blob.text();

  await press(all("button.tool[aria-haspopup=dialog]")[0]);
  note();
  seen.method = document.querySelector(".method-body")?.textContent ?? "";
  await press(".method-head button");

  dispatchEvent(new Event("beforeprint"));
  await frame();
  seen.printed = document.querySelector(".printed")?.textContent ?? "";
  dispatchEvent(new Event("afterprint"));

  if (document.querySelector(".layers-button")) {
    await press(".layers-button");
    seen.layers = texts(".layer");
  }
  for (const language of ["fr", "ht"]) {
    location.hash = `#lang=${language}`;
    if (!(await until(() => document.documentElement.lang === language))) continue;
    await press("#tab-events");
    await until(() => document.querySelector(".item"));
    seen.languages[language] = texts(".item strong");
  }
  location.hash = "#lang=en";
  await until(() => document.documentElement.lang === "en");
  note();
  seen.links = [...links];
  seen.owned = window.owned ?? null;
  seen.text = document.body.innerText;
  // As JSON, in which halves of characters come through.
  return JSON.stringify(seen);
}
