// Tries everything that a page under its policy must not do, aimed at HOST, and gives back which tries were refused
// (by what directive) and what ran. Nothing here is ever in a page: it is put into one that stands open.
async () => {
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const at = (name) => `HOST/${name}`;
  const refused = {};
  const ran = [];
  let trying = "";
  document.addEventListener("securitypolicyviolation", (event) => (refused[trying] ??= event.effectiveDirective));
  window.ran = () => ran.push(trying);
  const put = (html) => {
    const box = document.createElement("div");
    document.body.append(box);
    box.innerHTML = html;
    return box;
  };
  const make = (tag, properties, parent = document.head) => {
    const node = Object.assign(document.createElement(tag), properties);
    parent.append(node);
    return node;
  };
  // Not under the tool's own evaluation, for which a policy may be lifted.
  const later = (act) => new Promise((done) => setTimeout(() => {
    try { act(); } catch (error) { if (error instanceof EvalError) refused[trying] ??= "script-src"; }
    done();
  }));
  const tries = {
    "inline script": () => make("script", { textContent: "ran()" }),
    "module script": () => make("script", { type: "module", textContent: "ran()" }),
    "script from elsewhere": () => make("script", { src: at("script") }),
    "script of data": () => make("script", { src: "data:text/javascript,ran()" }),
    "script of a blob": () => make("script", { src: URL.createObjectURL(new Blob(["ran()"])) }),
    "written script": () => put("<svg><script>ran()</" + "script></svg>"),
    "import": () => later(() => import(at("import")).catch(() => undefined)),
    "handler of an image": () => put("<img src='data:,' onerror='ran()'>"),
    "handler of a button": () => put("<button onclick='ran()'>x</button>").firstChild.click(),
    "handler set later": () => { const b = put("<b>x</b>").firstChild; b.setAttribute("onclick", "ran()"); b.click(); },
    "javascript: link": () => put("<a href='javascript:ran()'>x</a>").firstChild.click(),
    "eval": () => later(() => (0, eval)("ran()")),
    "new Function": () => later(() => new Function("ran()")()),
    "timer of a text": () => later(() => setTimeout("ran()", 0)),
    "fetch": () => fetch(at("fetch")).catch(() => undefined),
    "XMLHttpRequest": () => { const one = new XMLHttpRequest(); one.open("GET", at("xhr")); one.onerror = () => 0; one.send(); },
    "beacon": () => navigator.sendBeacon(at("beacon"), "x"),
    "ping of a link": () => { const a = put(`<a ping="${at("ping")}" href="#x">x</a>`).firstChild; a.click(); },
    "event source": () => new EventSource(at("events")),
    "WebSocket": () => new WebSocket(at("socket").replace("http", "ws")),
    "picture": () => make("img", { src: at("picture") }, document.body),
    "picture of a set": () => put(`<img srcset="${at("srcset")} 1x">`),
    "picture in SVG": () => put(`<svg><image href="${at("svg")}"/></svg>`),
    "favicon": () => make("link", { rel: "icon", href: at("icon") }),
    "background by CSSOM": () => { put("<b>x</b>").firstChild.style.backgroundImage = `url(${at("background")})`; },
    "style attribute": () => put(`<b style="background:url(${at("style")})">x</b>`),
    "style element": () => make("style", { textContent: `@import url(${at("sheet")}); *{--ran:1}` }),
    "style sheet": () => make("link", { rel: "stylesheet", href: at("link") }),
    "font": () => { const one = new FontFace("Other", `url(${at("font")})`); document.fonts.add(one); one.load().catch(() => undefined); },
    "frame": () => make("iframe", { src: at("frame") }, document.body),
    "frame of a text": () => make("iframe", { srcdoc: "<script>parent.ran()</" + "script>" }, document.body),
    "object": () => make("object", { data: at("object") }, document.body),
    "embed": () => make("embed", { src: at("embed") }, document.body),
    "video": () => make("video", { src: at("video"), preload: "auto" }, document.body),
    "audio": () => make("audio", { src: at("audio"), preload: "auto" }, document.body),
    "manifest": () => make("link", { rel: "manifest", href: at("manifest") }),
    "prefetch": () => make("link", { rel: "prefetch", href: at("prefetch") }),
    "preload": () => make("link", { rel: "preload", as: "image", href: at("preload") }),
    "module preload": () => make("link", { rel: "modulepreload", href: at("modulepreload") }),
    "worker": () => { try { new Worker(at("worker")); } catch {} },
    "worker of a blob": () => { try { new Worker(URL.createObjectURL(new Blob([`fetch("${at("blobworker")}")`]))); } catch {} },
    "shared worker": () => { try { new SharedWorker(at("sharedworker")); } catch {} },
    "form": () => { make("iframe", { name: "sink" }, document.body); const f = put(`<form action="${at("form")}" method="post" target="sink"><input name="a"></form>`).firstChild; f.submit(); },
    "base": () => { const one = make("base", { href: at("base/") }); make("img", { src: "relative.png" }, document.body); one.remove(); },
  };
  for (const [name, act] of Object.entries(tries)) {
    trying = name;
    try { await act(); } catch (error) { if (/polic/i.test(String(error))) refused[name] ??= "refused"; }
    // On a busy machine a refusal takes its time, and would be taken for that of the next try.
    for (let waited = 0; waited < 60 || (!(name in refused) && waited < 500); waited += 20) await wait(20);
  }
  trying = "afterwards";
  await wait(800);
  return { tries: Object.keys(tries), refused, ran, base: document.baseURI.split("#")[0] === location.href.split("#")[0] };
}
