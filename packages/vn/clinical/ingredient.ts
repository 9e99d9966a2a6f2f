/** Salt and water words that a label adds and that never are an ingredient of their own. */
const SALTS =
  / (?:hydroclorid|hydrochlorid|hcl|besylat|besilat|maleat|mesylat|mesilat|monohydrat|dihydrat|trihydrat|heptahydrat)$/;

/**
 * The key under which drugs are compared: Vietnamese INN spelling in lower case. English endings are turned
 * ("amlodipine" → "amlodipin", "mefenamic acid" → "acid mefenamic"), words in brackets and salts dropped, other
 * spellings looked up in `aliases` (table of the drug-interactions pack).
 */
export function ingredientKey(name: string, aliases: ReadonlyMap<string, string> = new Map()): string {
  let key = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/\([^)]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/(?<=[bcdfghklmnprtvxz])e\b/g, (end, at: number, whole: string) => (wordLength(whole, at) > 4 ? '' : end))
    .replace(/^([\p{L}-]+) acid$/u, 'acid $1');
  const direct = aliases.get(key);
  if (direct !== undefined) return direct;
  for (let before = ''; before !== key; ) {
    before = key;
    key = key.replace(SALTS, '');
  }
  return aliases.get(key) ?? key;
}

/** Letters of the word that ends at `end`, its last letter included. */
function wordLength(text: string, end: number): number {
  return end + 1 - (text.lastIndexOf(' ', end) + 1);
}
