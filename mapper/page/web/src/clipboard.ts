/**
 * The clipboard, which a file opened from disk may be refused.
 */

/** Whether the text is on it now. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
