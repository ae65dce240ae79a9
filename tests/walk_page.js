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
  // Of a long list only the rows in sight stand in the page: each is brought into sight.
  const each = async (root, visit) => {
    const row = (at) => document.querySelector(`${root} [data-at="${at}"]`);
    const rows = () => all(`${root} [data-at]`);
    const scroller = rows()[0]?.closest(".table-scroll, .panel");
    if (scroller) scroller.scrollTop = 0;
    await until(() => row(0) || rows().length === 0);
    const count = () => Number(rows()[0]?.getAttribute("aria-setsize") ?? document.querySelector(`${root} [aria-rowcount]`)?.getAttribute("aria-rowcount") - 1);
    for (let at = 0; rows().length > 0 && at < count(); at += 1) {
      if (!row(at)) rows().at(-1).scrollIntoView({ block: "start" });
      if (!(await until(() => row(at)))) throw new Error(`row ${at} of ${root} never came`);
      await visit(row(at));
    }
  };
  const textsOf = async (root, selector) => {
    const found = [];
    await each(root, (row) => found.push(...(selector ? texts(selector, row) : [row.textContent])));
    return found;
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
  seen.list = await textsOf("#panel-events", ".item strong");
  const cards = async () => {
    const found = [];
    await each("#panel-events", async (row) => {
      await press(row.querySelector(".item"));
      await until(() => document.querySelector(".card:not([aria-busy=true])"));
      found.push(document.querySelector(".card")?.textContent ?? "");
      note();
      if (found.length % 10 === 1) await press(".card .cite");
    });
    await press(".card .close");
    return found;
  };
  seen.cards = await cards();

  await press("#tab-table");
  await until(() => document.querySelector(".table [data-at]"));
  seen.table = await textsOf("#panel-table", null);
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
    await until(() => document.querySelector(".search[aria-busy=false]"));
    seen.search.push([text, await textsOf("#panel-events", ".item strong")]);
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
    await until(() => made.length === at - 1);
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
    seen.languages[language] = await textsOf("#panel-events", ".item strong");
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
