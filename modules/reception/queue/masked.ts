/** Names as strangers may read them: on the board, on the kiosk. Pure. */
import { splitName } from '@mach/vn/names.ts';

/** The code at the end of the name of somebody unidentified. */
const UNKNOWN = /\bCC-\d{4}-\d{2,}$/;

/**
 * Family name and initials: "Nguyễn V. A.". Of a name that cannot be split only initials are shown; the letter that
 * stands for a clan or kinship word ("Y Krông Êban") is kept as it is written.
 */
export function maskedName(full: string): string {
  // Nobody's name: the initials of "nạn nhân chưa rõ danh tính" would only puzzle.
  const [code] = UNKNOWN.exec(full) ?? [];
  if (code !== undefined) return code;
  const name = splitName(full);
  if (!name.split) return initials(name.whole, true);
  return [name.family, initials([name.middle, name.given].join(' '))].filter(Boolean).join(' ');
}

function initials(words: string, keepLetters = false): string {
  return words
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [first = ''] = word;
      return keepLetters && word.length === 1 ? word : `${first.toUpperCase()}.`;
    })
    .join(' ');
}
