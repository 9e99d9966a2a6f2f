/** Plausible people who do not exist. Pure: the same stream gives the same person. */
import type { Random } from '@mach/base/random.ts';
import { addDays, ageOn, formatDate, fromLocal } from '@mach/base/time.ts';
import { BIRTH_PROVINCES } from '@mach/vn/birth-provinces.ts';
import type { AllergyItem, CaseMix, Names, World } from './pack.ts';

export interface Card {
  number: string;
  validFrom: string;
  validTo: string;
  registeredFacility: string;
}

export interface Person {
  /** Number that no other person of the same seed has. */
  serial: number;
  name: string;
  sex: 'male' | 'female';
  birthDate: string;
  cccd: string;
  phone: string;
  ethnic: string;
  occupation: string;
  provinceCode: string;
  wardCode: string;
  addressLine: string;
  /** As the citizen card prints it. */
  addressText: string;
  /** Day on which the citizen card was issued. */
  issued: string;
  guardian?: { name: string; relation: string; phone: string };
  card?: Card;
  allergies: AllergyItem[];
  /** kg and cm, whole. */
  weight: number;
  height: number;
}

/** Serials of people; below it those who come once, from it on those who come back. */
export const PANEL_BASE = 800_000;
/** Serials of one day. */
export const PER_DAY = 1_000;
const SERIALS = 1_000_000;
/** Odd and not a multiple of 5: multiplying by it is a permutation of the numbers below a million. */
const STRIDE = 617_173;

export interface PersonWish {
  serial: number;
  /** Ages that the case fits, and the sex if it matters. */
  case: Pick<CaseMix, 'age' | 'sex' | 'lines'>;
  /** Day on which the age is counted, yyyy-MM-dd: the same at each visit of one person. */
  born: string;
  /** Day of the visit: the card is valid then. */
  day: string;
}

export function makePerson(random: Random, wish: PersonWish, world: World): Person {
  const { mix } = world;
  const sex = wish.case.sex ?? (random.chance(0.47) ? 'male' : 'female');
  const birthDate = birth(random, wish);
  const age = ageOn(birthDate, fromLocal(wish.born, '12:00')).years;
  const minority = random.chance(mix.minorityShare)
    ? random.weighted(world.names.minorities.map((m) => [m, m.percent] as const))
    : undefined;
  const name = minority
    ? minorityName(random, minority, sex, birthDate, world.names)
    : kinhName(random, sex, birthDate, world.names);
  const home = address(random, world);
  const cccd = personalNumber(random, wish.serial, sex, birthDate, home.provinceCode);
  const family = name.split(' ')[0] ?? '';
  const parent = (): string =>
    `${family} ${kinhName(random, 'female', `${Number(birthDate.slice(0, 4)) - 28}-01-01`, world.names)
      .split(' ')
      .slice(1)
      .join(' ')}`;
  const person: Person = {
    serial: wish.serial,
    name,
    sex,
    birthDate,
    cccd,
    phone: phone(random),
    ethnic: minority?.ethnic ?? '01',
    occupation: random.pick(mix.occupations.find((o) => o.from <= age && age <= o.to)?.codes ?? ['00000']),
    ...home,
    issued: addDays(wish.born, -random.int(200, 1_400)),
    allergies: allergies(random, wish, world),
    ...build(random, sex, age),
  };
  if (age < 16) person.guardian = { name: parent(), relation: 'Mẹ', phone: person.phone };
  if (random.chance(mix.insuredShare)) person.card = card(random, wish, age, home.provinceCode, world);
  return person;
}

function birth(random: Random, { case: { age }, born }: PersonWish): string {
  // A year of margin below and two above: somebody who comes back for two years still fits the case.
  const [low, high] = age[1] - age[0] > 4 ? [age[0] + 1, age[1] - 2] : [age[0], age[1]];
  const years = Math.round(low + ((random.next() + random.next()) / 2) * (high - low));
  const date = addDays(born, -Math.floor(years * 365.25 + random.int(2, 360)));
  // Registers of the old often know the year alone; cards then print 1 January.
  return years > 70 && random.chance(0.15) ? `${date.slice(0, 4)}-01-01` : date;
}

const cohort = (birthDate: string): 'before1985' | 'since1985' => (birthDate < '1985' ? 'before1985' : 'since1985');

const join = (...parts: string[]): string => parts.filter((p) => p !== '').join(' ');

function kinhName(random: Random, sex: Person['sex'], birthDate: string, names: Names): string {
  const when = cohort(birthDate);
  const given = random.weighted(names.given[sex][when]);
  let middle = random.weighted(names.middle[sex][when]);
  if (middle.split(' ').at(-1) === given) middle = sex === 'female' ? 'Thị' : 'Văn';
  return join(random.weighted(names.family), middle === given ? '' : middle, given);
}

function minorityName(
  random: Random,
  minority: Names['minorities'][number],
  sex: Person['sex'],
  birthDate: string,
  names: Names,
): string {
  const own = minority.given[sex];
  const given = own.length > 0 ? random.pick(own) : random.weighted(names.given[sex][cohort(birthDate)]);
  const middle = minority.middle[sex].length > 0 ? random.pick(minority.middle[sex]) : '';
  const family = minority.family.length > 0 ? random.weighted(minority.family) : '';
  const parts = minority.pattern.split(' ').map((p) => (p === 'F' ? family : p === 'G' ? given : middle));
  return join(...parts).replace(/' (?=\p{L})/u, "'");
}

function address(
  random: Random,
  world: World,
): Pick<Person, 'provinceCode' | 'wardCode' | 'addressLine' | 'addressText'> {
  const home = world.facility.provinceCode;
  const provinceCode = random.chance(world.mix.homeProvinceShare) ? home : random.pick([...world.provinces.keys()]);
  const ward = random.pick(world.wards.get(provinceCode) ?? []);
  const street = random.pick(world.mix.streets);
  const addressLine = ward.urban
    ? random.chance(0.4)
      ? `Số ${random.int(1, 240)} ngõ ${random.int(2, 380)} ${street}`
      : `Số ${random.int(1, 480)} ${street}`
    : `Thôn ${random.int(1, 12)}`;
  const addressText = `${addressLine}, ${ward.text}, ${world.provinces.get(provinceCode) ?? ''}`;
  return { provinceCode, wardCode: ward.code, addressLine, addressText };
}

/** Twelve digits: place of birth registration, century and sex, year, and a suffix that no other serial has. */
function personalNumber(
  random: Random,
  serial: number,
  sex: Person['sex'],
  birthDate: string,
  province: string,
): string {
  const own = `0${province}`;
  const place = own in BIRTH_PROVINCES && random.chance(0.8) ? own : random.pick(Object.keys(BIRTH_PROVINCES));
  const century = (Number(birthDate.slice(0, 2)) - 19) * 2 + (sex === 'male' ? 0 : 1);
  return `${place}${century}${birthDate.slice(2, 4)}${suffix(serial)}`;
}

const suffix = (serial: number): string => String((serial * STRIDE) % SERIALS).padStart(6, '0');

function phone(random: Random): string {
  const prefix = random.pick([
    '032',
    '033',
    '034',
    '035',
    '036',
    '038',
    '070',
    '076',
    '077',
    '079',
    '081',
    '083',
    '085',
  ]);
  return `${prefix}${String(random.int(1_000_000, 9_999_999))}`;
}

function card(random: Random, wish: PersonWish, age: number, province: string, world: World): Card {
  const { cards, registeredElsewhere } = world.mix;
  const kind = random.weighted(cards.map((c) => [c, c.from <= age && age <= c.to ? c.weight : 0] as const));
  const year = wish.day.slice(0, 4);
  const elsewhere = random.chance(registeredElsewhere.share);
  return {
    // The province and four digits before the suffix: the social-insurance number, unique like it.
    number: `${kind.group}${kind.digit}${province}${province}${random.int(10, 99)}${suffix(wish.serial)}`,
    validFrom: `${year}-01-01`,
    validTo: `${year}-12-31`,
    registeredFacility: elsewhere ? random.pick(registeredElsewhere.facilities) : world.facility.code,
  };
}

function allergies(random: Random, wish: PersonWish, { mix }: World): AllergyItem[] {
  if (!random.chance(mix.allergies.share)) return [];
  // Somebody who is treated with a beta-lactam here is not allergic to penicillin.
  const betaLactam = wish.case.lines.some((l) => /^(amox|ampi|cef|penicil)/.test(l.drug));
  return [random.pick(mix.allergies.items.filter((a) => a.kind !== 'medication' || !betaLactam))];
}

/** Usual build by age: children by the 2-kg-a-year rule, adults by sex. */
function build(random: Random, sex: Person['sex'], age: number): Pick<Person, 'weight' | 'height'> {
  if (age < 16)
    return {
      weight: Math.round(Math.max(3, (age < 7 ? 9 + 2 * age : 3.1 * age - 1) * random.normal(1, 0.07))),
      height: Math.round(80 + 5.4 * age + random.normal(0, 3)),
    };
  const male = sex === 'male';
  const height = Math.round(random.normal(male ? 166 : 155, 5));
  const index = Math.min(31, Math.max(17.5, random.normal(22.6, 2.6)));
  return { height, weight: Math.round((index * height * height) / 10_000) };
}

/** `ddMMyyyy` */
const compact = (date: string): string => formatDate(date).replaceAll('/', '');

/** QR text of the citizen card: seven fields. */
export function cccdQr(person: Person): string {
  const sex = person.sex === 'male' ? 'Nam' : 'Nữ';
  return [
    person.cccd,
    '',
    person.name,
    compact(person.birthDate),
    sex,
    person.addressText,
    compact(person.issued),
  ].join('|');
}

const hex = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** QR text of the insurance card: thirteen fields and the closing sign. */
export function bhytQr(person: Person & { card: Card }): string {
  const { card } = person;
  const facility = `${card.registeredFacility.slice(0, 2)} - ${card.registeredFacility.slice(2)}`;
  return `${[
    card.number,
    hex(person.name),
    formatDate(person.birthDate),
    person.sex === 'male' ? '1' : '2',
    hex(person.addressText),
    facility,
    formatDate(card.validFrom),
    formatDate(card.validTo),
    formatDate(card.validFrom),
    '-',
    person.guardian ? hex(person.guardian.name) : '-',
    '4',
    '-',
  ].join('|')}|$`;
}
