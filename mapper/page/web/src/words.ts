/**
 * The interface's words, from one catalogue a language. Plural forms are the catalogue's own; month names and
 * patterns too, since browsers know no Haitian Creole.
 */
import type { Catalogue } from "./payload";

export type Slots = Record<string, string | number>;

export class Words {
  private readonly plural: Intl.PluralRules | null;

  constructor(
    private readonly catalogue: Catalogue,
    readonly language: string,
    private readonly fallback: Catalogue = {},
  ) {
    const known = Intl.PluralRules.supportedLocalesOf([language]).length > 0;
    this.plural = known ? new Intl.PluralRules(language) : null;
  }

  has(key: string): boolean {
    return key in this.catalogue || key in this.fallback;
  }

  /** The text of a key. `slots.n` chooses among plural forms. An unknown key shows itself. */
  t(key: string, slots: Slots = {}): string {
    const found = this.catalogue[key] ?? this.fallback[key];
    if (found === undefined) return key;
    return fill(typeof found === "string" ? found : this.form(found, Number(slots["n"] ?? 0)), this.shown(slots));
  }

  /** A name of the taxonomy, or of another closed list: translated where the catalogue knows it. */
  name(list: string, name: string): string {
    const key = `${list}.${name}`;
    return this.has(key) ? this.t(key) : name;
  }

  number(value: number): string {
    const [whole = "", part] = String(Math.abs(value)).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, this.t("number.group"));
    return (value < 0 ? "−" : "") + grouped + (part ? this.t("number.decimal") + part : "");
  }

  /** Names one after the other: "a, b and c". */
  list(items: string[], joint = "list.and"): string {
    if (items.length < 2) return items.join("");
    const head = items.slice(0, -1).join(this.t("list.comma"));
    return this.t(joint, { head, last: items.at(-1) ?? "" });
  }

  private form(forms: Record<string, string>, n: number): string {
    const wanted = this.plural ? this.plural.select(n) : n === 1 ? "one" : "other";
    return forms[wanted] ?? forms["other"] ?? "";
  }

  private shown(slots: Slots): Record<string, string> {
    const texts = Object.entries(slots).map(([name, value]) => [
      name,
      typeof value === "number" ? this.number(value) : value,
    ]);
    return Object.fromEntries(texts) as Record<string, string>;
  }
}

/** One pass, so that a slot's own braces are never read as slots. */
function fill(pattern: string, slots: Record<string, string>): string {
  return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => slots[name] ?? whole);
}
