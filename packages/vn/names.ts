import { foldText, vietnameseSortKey } from '@mach/base';

/** A name in its parts, or whole where it cannot be split (ethnic-minority names without a family name, foreigners). */
export type NameParts =
  | { split: true; family: string; middle: string; given: string }
  | { split: false; whole: string };

/**
 * Family names after which a name is read as family – middle – given: those of the Kinh, and those of the Tày, Nùng,
 * Thái, Mường, H'Mông, Hoa, Khmer and Chăm who write names in that order. Common knowledge, not an official list.
 */
const FAMILIES = new Set(
  (
    'an âu bạch bàn bành bế bùi ca cái cam cao cát cấn chang châu chế chìu chu chung chử chương cù cung cự cứ danh dìu ' +
    'doãn dư dương đàm đan đào đặng đầu đậu điêu đinh điền đoàn đổng đồng đỗ đới đường giang giáp giàng hà hàn hạng hảng ' +
    'hầu hoa hoà hoàng hoắc hồ hồng hờ hùng hứa huỳnh hướng kha khổng khúc khuất khương kiên kiều kim kỷ la lã lạc lại ' +
    'lành lâm lầm lầu lê lều liên liêu liễu linh lò long lỗ lộc lộ luân lục lù luyện lư lữ lương lưu lường ly lý ma mã ' +
    'mạc mạch mai mạnh mao mẫn mè minh mông mùa nghiêm ngọ ngô ngũ nguyễn nhâm nhan nhữ ninh nông ông phạm phan phí phó ' +
    'phong phù phú phùng phương quách quan quàng quảng quế sầm sần sình sơn sùng tạ tăng tẩn tần tất thạch thái than ' +
    'thang thào thẩm thân thiều thịnh thi thôi tiêu tiết tô tôn tòng tống trà trác tráng trần triệu trình trịnh trung ' +
    'trương từ tưởng ty tỷ ung uông ứng văn vàng vạn vi viên vì vũ võ vòng vừ vừa vương xa xạ xồng yên'
  )
    .split(' ')
    .map(toneless),
);
/** Family names of more than one word. */
const LONG_FAMILIES = ['công tằng tôn nữ', 'công tôn nữ', 'huyền tôn nữ', 'tôn nữ', 'tôn thất', 'âu dương'].map(
  toneless,
);
/** Surnames that stand alone before a clan or given name in Tây Nguyên names: "Y Blơm Kbuôr", "H Hen Niê", "K Brôih". */
const WHOLE_FIRST_WORD = /^(?:[a-z]|[hk]['’].*)$/iu;

/** NFC, single spaces, one kind of apostrophe. */
export function tidyName(full: string): string {
  return full
    .normalize('NFC')
    .replace(/[’‘ʼ`´]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
}

/** Splits family – middle – given; a name that does not begin with a known family name stays whole. */
export function splitName(full: string): NameParts {
  const whole = tidyName(full);
  const words = whole.split(' ');
  const folded = words.map(toneless);
  const long = LONG_FAMILIES.find((name) => `${folded.join(' ')} `.startsWith(`${name} `));
  const familyWords = long === undefined ? 1 : long.split(' ').length;
  const known = long !== undefined || FAMILIES.has(folded[0] ?? '');
  if (!known || words.length <= familyWords || WHOLE_FIRST_WORD.test(words[0] ?? '')) return { split: false, whole };
  return {
    split: true,
    family: words.slice(0, familyWords).join(' '),
    middle: words.slice(familyWords, -1).join(' '),
    given: words.at(-1) ?? '',
  };
}

/** Capitals with all marks, as official papers print names. */
export function officialName(full: string): string {
  return tidyName(full).toUpperCase();
}

/** "TRẦN THỊ LAN" and "trần thị lan" become "Trần Thị Lan"; a name of mixed case was typed with care and stays. */
export function properName(full: string): string {
  const name = tidyName(full);
  if (name !== name.toUpperCase() && name !== name.toLowerCase()) return name;
  return name.toLowerCase().replace(/(^|[\s-])(?:(\p{L})'(?=\p{L}))?(\p{L})/gu, (_, gap, prefix, letter) => {
    const head = prefix === undefined ? '' : `${String(prefix).toUpperCase()}'`;
    return `${gap}${head}${String(letter).toUpperCase()}`;
  });
}

export interface DisplayName {
  /** Family and middle name; empty for a name that is shown whole. */
  before: string;
  /** The part to emphasise: the given name in capitals, or the whole name as it is. */
  strong: string;
  /** Both together: "Trần Thị LAN". */
  text: string;
}

/** Screen form: family names repeat, so the given name is what the eye must find. */
export function displayName(full: string): DisplayName {
  const parts = splitName(properName(full));
  if (!parts.split) return { before: '', strong: parts.whole, text: parts.whole };
  const before = [parts.family, parts.middle].filter((part) => part !== '').join(' ');
  const strong = parts.given.toUpperCase();
  return { before, strong, text: `${before} ${strong}` };
}

/** For public boards: the last word becomes its initial, "TRẦN THỊ L." A single word leaves only its initial. */
export function maskedName(full: string): string {
  const words = officialName(full).split(' ');
  const last = words.pop() ?? '';
  const initial = [...last].find((char) => /\p{L}/u.test(char));
  return [...words, initial === undefined ? '' : `${initial}.`].join(' ').trim();
}

/** Orders by given name, then family, then middle, the Vietnamese way; plain code-point order of keys is the order. */
export function nameSortKey(full: string): string {
  const parts = splitName(full);
  if (!parts.split) return vietnameseSortKey(parts.whole);
  return vietnameseSortKey([parts.given, parts.family, parts.middle].join(' '));
}

/**
 * How easily two people in one room are mistaken for each other. `same`: equal but for case and spacing. `similar`:
 * equal without marks, or the same words in another order, or one letter apart, or the same family and given name with
 * middle names that are missing or begin alike.
 */
export function compareNames(a: string, b: string): 'same' | 'similar' | 'different' {
  if (officialName(a) === officialName(b)) return 'same';
  const [x, y] = [foldText(tidyName(a)), foldText(tidyName(b))];
  if (x === '' || y === '') return 'different';
  if (x === y || oneLetterApart(x, y)) return 'similar';
  if (x.split(' ').sort().join(' ') === y.split(' ').sort().join(' ')) return 'similar';
  const [p, q] = [splitName(a), splitName(b)];
  if (!p.split || !q.split) return 'different';
  if (foldText(p.family) !== foldText(q.family) || foldText(p.given) !== foldText(q.given)) return 'different';
  const [m, n] = [foldText(p.middle), foldText(q.middle)];
  return m === '' || n === '' || m.charAt(0) === n.charAt(0) ? 'similar' : 'different';
}

/** Whether to warn of a mix-up: the chip "Trùng tên" on both. */
export function similarName(a: string, b: string): boolean {
  return compareNames(a, b) !== 'different';
}

/** One letter added, dropped or replaced, or two neighbours swapped; short names are too alike for this to mean much. */
function oneLetterApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || Math.min(a.length, b.length) < 6) return false;
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  const [restA, restB] = [a.slice(i), b.slice(i)];
  if (a.length !== b.length) return a.length > b.length ? restA.slice(1) === restB : restA === restB.slice(1);
  if (restA.slice(1) === restB.slice(1)) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}

/** Tones off but letters kept (ă, ơ, đ), so that "Đồng" and "đông" meet and "Dương" and "Đường" do not. */
function toneless(word: string): string {
  return word
    .normalize('NFD')
    .toLowerCase()
    .replace(/[\u0300\u0301\u0303\u0309\u0323]/g, '')
    .normalize('NFC');
}
