/** What is typed into the one box of a new line: the drug, and behind it perhaps the dose. Pure. */

/** A counted amount ("1v", "5 ml", "2 nhát"), a rhythm ("x 2", "ngày 2 lần") or a part of the day with its amount. */
const DOSE_BEGINS =
  /(?:^|\s)(?=(?:\d[\d.,/]*\s?(?:v|viên|vien|gói|goi|ống|ong|lọ|lo|giọt|giot|nhát|nhat|hít|hit|miếng|mieng|ml|dv|đv|đơn vị)(?![\p{L}\p{N}]))|(?:x|×)\s?\d|ngày\s?\d|ngay\s?\d|(?:sáng|sang|trưa|trua|chiều|chieu|tối|toi)\s?\d|(?:s|tr|c|t)\s?\d(?![\d.,]))/iu;

/** "metformin 850 1v x 2 30n" → the drug to search for, and the dose that is kept for when it is chosen. */
export function splitTyped(typed: string): { drug: string; dose: string } {
  const text = typed.normalize('NFC');
  const at = text.search(DOSE_BEGINS);
  if (at < 0) return { drug: text.trim(), dose: '' };
  const drug = text.slice(0, at).trim();
  // A dose without a drug before it is no search.
  return drug === '' ? { drug: text.trim(), dose: '' } : { drug, dose: text.slice(at).trim() };
}
