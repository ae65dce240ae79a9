/**
 * How this page is handed on: by its address where it has one that others can open, else as the file that it is.
 */

/** Only a page that was served can be opened by its address elsewhere. */
export function isServed(protocol: string): boolean {
  return protocol === "https:" || protocol === "http:";
}

/** A fragment with the flag `embed`, or without it; the other keys stay as they are written. */
export function flagged(hash: string, embed: boolean): string {
  const keys = hash.replace(/^#/, "").split("&").filter((key) => key !== "" && !/^embed(=|$)/.test(key));
  const all = embed ? ["embed", ...keys] : keys;
  return all.length > 0 ? `#${all.join("&")}` : "";
}

interface Address {
  protocol: string;
  href: string;
  pathname: string;
  hash: string;
}

/** HTML that shows the map, and nothing around it, in somebody's page. A file is named as if it lay beside that page. */
export function embedCode({ protocol, href, pathname, hash }: Address, title: string): string {
  const bare = href.split("#")[0] ?? "";
  const source = isServed(protocol) ? bare : (pathname.split("/").at(-1) ?? "");
  return `<iframe src="${escaped(source + flagged(hash, true))}" title="${escaped(title)}" width="600" height="400"></iframe>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
