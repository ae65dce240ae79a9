/** Vite's way to read many files: as text, or as what they hold. */
interface ImportMeta {
  glob(pattern: string, options: { query: "?raw"; import: "default"; eager: true }): Record<string, string>;
  glob(pattern: string, options: { import: "default"; eager: true }): Record<string, unknown>;
}
