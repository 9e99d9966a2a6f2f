/** What is typed into the one box of a new line: the drug, and behind it perhaps the dose. Pure. */

/**
 * A counted amount ("1v", "5 ml", "2 nhát"), a rhythm ("x 2", "ngày 2 lần", "12h", "mỗi 8 giờ"), a route ("tmc", "uống"), or
 * a part of the day with its amount.
 */
const DOSE_BEGINS =
  /(?:^|\s)(?=(?:(?:tmc|ttm|tm|tb|tdd|kd|po|uống|uong|bôi|boi|tiêm|tiem|truyền|truyen|khí dung|khi dung|nhỏ mắt|nho mat)(?![\p{L}\p{N}])|(?:mỗi|moi|cách|cach|q)\s?\d|\d+\s?(?:h|giờ|gio)(?![\p{L}\p{N}])|\d[\d.,/]*\s?(?:v|viên|vien|gói|goi|ống|ong|lọ|lo|giọt|giot|nhát|nhat|hít|hit|miếng|mieng|ml|dv|đv|đơn vị)(?![\p{L}\p{N}]))|(?:x|×)\s?\d|ngày\s?\d|ngay\s?\d|(?:sáng|sang|trưa|trua|chiều|chieu|tối|toi)\s?\d|(?:s|tr|c|t)\s?\d(?![\d.,]))/iu;

/** A mass right before the dose: "ceftriaxon 1g". */
const MASS = /(?:^|\s)(\d[\d.,]*\s?(?:g|gam|mg|mcg|µg|microgam|iu|ui))$/iu;
/** An amount of its own: then the mass before it is the strength only. */
const AMOUNT =
  /\d\s?(?:v|viên|vien|gói|goi|ống|ong|lọ|lo|chai|giọt|giot|nhát|nhat|hít|hit|miếng|mieng|ml|dv|đv|đơn vị|g|gam|mg|mcg|iu|ui)(?![\p{L}\p{N}])|(?:sáng|sang|trưa|trua|chiều|chieu|tối|toi)\s?\d|(?:^|\s)(?:s|tr|c|t)\s?\d/iu;

/**
 * "metformin 850 1v x 2 30n" → the drug to search for, and the dose that is kept for when it is chosen. In "ceftriaxon 1g tmc
 * 12h 7n" the gram is what is searched for and what is given: it is read against the product that is chosen, and shown.
 */
export function splitTyped(typed: string): { drug: string; dose: string } {
  const text = typed.normalize('NFC');
  const at = text.search(DOSE_BEGINS);
  if (at < 0) return { drug: text.trim(), dose: '' };
  const drug = text.slice(0, at).trim();
  // A dose without a drug before it is no search.
  if (drug === '') return { drug: text.trim(), dose: '' };
  const dose = text.slice(at).trim();
  const mass = AMOUNT.test(dose) ? undefined : MASS.exec(drug)?.[1];
  return { drug, dose: mass === undefined ? dose : `${mass} ${dose}` };
}
